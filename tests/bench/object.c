// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include <klp/arena.h>
#include <klp/elf.h>

#include "object.h"

#define PER_FILE 32

/* What is in the functions; the fields that relocations fill are zeroes. */
static const uint8_t code[] = {
	0xe8, 0, 0, 0, 0,		/*  0: call __fentry__ */
	0x48, 0xc7, 0xc7, 0, 0, 0, 0,	/*  5: mov  $string,%rdi */
	0xe8, 0, 0, 0, 0,		/* 12: call _printk */
	0xff, 0x05, 0, 0, 0, 0,		/* 17: incl count(%rip) */
	0x8b, 0x00,			/* 23: mov  (%rax),%eax; faults go to 39 */
	0xe8, 0, 0, 0, 0,		/* 25: call the next function */
	0xbf, 0, 0, 0, 0,		/* 30: mov  $number,%edi */
	0x0f, 0x0b,			/* 35: ud2, with an entry in __bug_table */
	0xeb, 0x00,			/* 37: jmp  39 */
	0xe9, 0, 0, 0, 0,		/* 39: jmp  to some function */
};

struct maker {
	const struct bench_object *b;
	struct arena *arena;
	struct elf *elf;
	uint32_t *functions;		/* their symbols */
	struct elf_sec **texts;
	struct elf_sec *mcount, *bug, *ex;
	uint32_t fentry, printk;
};

static struct elf_sec *add_sec(struct maker *m, const char *prefix, uint32_t i, const char *suffix,
			       uint32_t type, uint64_t flags)
{
	return elf_add_sec(m->elf, arena_printf(m->arena, "%s%u%s", prefix, i, suffix), type,
			   SHF_ALLOC | flags, 1, 0);
}

static uint32_t add_undef(struct maker *m, const char *name)
{
	return elf_add_sym(m->elf, &(struct elf_sym){ .name = name, .bind = STB_GLOBAL });
}

/* All symbols before any reference: functions refer to later ones. */
static void add_function(struct maker *m, uint32_t i)
{
	struct elf_sym sym = {
		.name = arena_printf(m->arena, "function_%u", i),
		.type = STT_FUNC,
		.bind = i % 2 ? STB_LOCAL : STB_GLOBAL,
		.size = sizeof(code),
	};

	if (i % PER_FILE == 0)
		elf_add_sym(m->elf, &(struct elf_sym){
					    .name = arena_printf(m->arena, "file_%u.c", i / PER_FILE),
					    .type = STT_FILE,
					    .sec = ELF_SEC_ABS,
				    });
	m->texts[i] = add_sec(m, ".text.function_", i, "", SHT_PROGBITS, SHF_EXECINSTR);
	elf_add_data(m->elf, m->texts[i], code, sizeof(code), 16, 0);
	/* Assemblers and linkers put relocations behind their section. */
	elf_add_reloc(m->elf, m->texts[i], 1, R_X86_64_PLT32, m->fentry, -4);
	sym.sec = m->texts[i]->index;
	m->functions[i] = elf_add_sym(m->elf, &sym);
}

static uint32_t add_count(struct maker *m, uint32_t i)
{
	/* Not .bss: objcopy searches all sections for each of those. */
	struct elf_sec *sec = add_sec(m, ".data.count.", i, "", SHT_PROGBITS, SHF_WRITE);

	elf_add_data(m->elf, sec, NULL, 4, 4, 0);
	return elf_add_sym(m->elf, &(struct elf_sym){
					   .name = arena_printf(m->arena, "count.%u", i),
					   .type = STT_OBJECT,
					   .sec = sec->index,
					   .size = 4,
				   });
}

static uint32_t add_string(struct maker *m, uint32_t i)
{
	struct elf_sec *sec = add_sec(m, ".rodata.function_", i, ".str1.1", SHT_PROGBITS,
				      SHF_MERGE | SHF_STRINGS);
	const char *s = arena_printf(m->arena, "function %u of %u\n", i, m->b->functions);

	sec->entsize = 1;
	elf_add_data(m->elf, sec, s, strlen(s) + 1, 1, 0);
	return elf_sec_sym(m->elf, sec);
}

static void add_refs(struct maker *m, uint32_t i)
{
	uint32_t n = m->b->functions, string = add_string(m, i);
	struct elf_sec *text = m->texts[i];
	uint8_t *bytes = elf_writable(m->elf, text);

	if (m->b->differ && i % m->b->differ == 0)
		bytes[31] = 1;
	elf_add_reloc(m->elf, text, 8, R_X86_64_32S, string, 0);
	elf_add_reloc(m->elf, text, 13, R_X86_64_PLT32, m->printk, -4);
	elf_add_reloc(m->elf, text, 19, R_X86_64_PC32, add_count(m, i), -4);
	elf_add_reloc(m->elf, text, 26, R_X86_64_PLT32, m->functions[(i + 1) % n], -4);
	elf_add_reloc(m->elf, text, 40, R_X86_64_PLT32, m->functions[(i * 31 + 7) % n], -4);
}

/* Clang writes one such section for each function. */
static void add_patchable(struct maker *m, uint32_t i, uint32_t text)
{
	struct elf_sec *sec = elf_add_sec(m->elf, "__patchable_function_entries", SHT_PROGBITS,
					  SHF_ALLOC | SHF_WRITE | SHF_LINK_ORDER, 1, 0);

	sec->link = m->texts[i]->index;
	elf_add_data(m->elf, sec, NULL, 8, 8, 0);
	elf_add_reloc(m->elf, sec, 0, R_X86_64_64, text, 0);
}

static void add_entries(struct maker *m, uint32_t i)
{
	uint32_t text = elf_sec_sym(m->elf, m->texts[i]);
	uint64_t at;

	add_patchable(m, i, text);
	at = elf_add_data(m->elf, m->mcount, NULL, 8, 8, 0);
	elf_add_reloc(m->elf, m->mcount, at, R_X86_64_64, text, 0);
	at = elf_add_data(m->elf, m->bug, NULL, 12, 4, 0);
	elf_add_reloc(m->elf, m->bug, at, R_X86_64_PC32, text, 35);
	elf_add_reloc(m->elf, m->bug, at + 4, R_X86_64_PC32, text, 35);
	at = elf_add_data(m->elf, m->ex, NULL, 12, 4, 0);
	elf_add_reloc(m->elf, m->ex, at, R_X86_64_PC32, text, 23);
	elf_add_reloc(m->elf, m->ex, at + 4, R_X86_64_PC32, text, 39);
}

int bench_write(const struct bench_object *b, const char *path, struct arena *arena,
		struct diag *diag)
{
	struct maker m = {
		.b = b,
		.arena = arena,
		.elf = elf_new(&(struct elf){ .machine = EM_X86_64 }, arena),
		.functions = arena_calloc(arena, b->functions, sizeof(*m.functions)),
		.texts = arena_calloc(arena, b->functions, sizeof(*m.texts)),
	};

	m.mcount = elf_add_sec(m.elf, "__mcount_loc", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 1, 0);
	m.bug = elf_add_sec(m.elf, "__bug_table", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 1, 0);
	m.ex = elf_add_sec(m.elf, "__ex_table", SHT_PROGBITS, SHF_ALLOC, 4, 0);
	m.fentry = add_undef(&m, "__fentry__");
	m.printk = add_undef(&m, "_printk");
	for (uint32_t i = 0; i < b->functions; i++)
		add_function(&m, i);
	for (uint32_t i = 0; i < b->functions; i++) {
		add_refs(&m, i);
		add_entries(&m, i);
	}
	return elf_write(m.elf, path, diag);
}
