// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include <klp/arena.h>
#include <klp/elf.h>

#include "object.h"

#define PER_FILE 32
#define MANY	 16 /* entries of a function */

const char *const bench_shapes[BENCH_SHAPES] = {
	"plain",    "one-name", "one-stem", "one-section", "chain", "tables",
	"suffixes", "kernel",	"replaced", "values",	   "order", "overlap",
};

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

#define CODE_ALIGNED ((sizeof(code) + 15) & ~15u)

static const uint8_t nop[] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };

struct maker {
	const struct bench_object *b;
	struct arena *arena;
	struct elf *elf;
	uint32_t *functions, *counts;	/* their symbols, and those of what they count in */
	struct elf_sec **texts;
	struct elf_sec *mcount, *bug, *ex, *alt, *repl, *calls;
	uint32_t fentry, printk, suffixes;
	uint64_t *starts; /* of the functions, in their sections */
};

static bool is(const struct maker *m, enum bench_shape shape)
{
	return m->b->shape == shape;
}

static uint32_t per_file(const struct maker *m)
{
	bool one = is(m, BENCH_ONE_STEM) || is(m, BENCH_ORDER);

	return is(m, BENCH_ONE_NAME) ? 2 : one ? m->b->functions : PER_FILE;
}

static const char *function_name(const struct maker *m, uint32_t i)
{
	if (i % 2 && is(m, BENCH_ONE_NAME))
		return "function";
	return arena_printf(
		m->arena, i % 2 && is(m, BENCH_ONE_STEM) ? "function.constprop.%u" : "function_%u",
		i);
}

static const char *count_name(const struct maker *m, uint32_t i)
{
	return i % 2 && is(m, BENCH_ONE_NAME) ? "count" : arena_printf(m->arena, "count.%u", i);
}

static struct elf_sec *add_sec(struct maker *m, const char *prefix, uint32_t i, const char *suffix,
			       uint32_t type, uint64_t flags)
{
	bool data = flags & SHF_WRITE;

	if (is(m, BENCH_ONE_SECTION) || is(m, BENCH_OVERLAP) || (is(m, BENCH_ORDER) && data)) {
		const char *name = arena_printf(m->arena, "%.5s%s", prefix, suffix);

		return elf_find_sec(m->elf, name)
			       ?: elf_add_sec(m->elf, name, type, SHF_ALLOC | flags, 1, 0);
	}
	return elf_add_sec(m->elf, arena_printf(m->arena, "%s%u%s", prefix, i, suffix), type,
			   SHF_ALLOC | flags, 1, 0);
}

static uint32_t add_undef(struct maker *m, const char *name)
{
	return elf_add_sym(m->elf, &(struct elf_sym){ .name = name, .bind = STB_GLOBAL });
}

/* The patched build has something else in function i, or its object. */
static bool differs(const struct maker *m, uint32_t i)
{
	return m->b->differ && i % m->b->differ == 0;
}

static bool is_traced(const struct maker *m, uint32_t i)
{
	return is(m, BENCH_OVERLAP) ? !(i % 2) : !is(m, BENCH_CHAIN) || i == 1;
}

static uint32_t add_count(struct maker *m, uint32_t i)
{
	const uint8_t value[4] = { is(m, BENCH_VALUES) && differs(m, i) };
	/* Not .bss: objcopy searches all sections for each of those. */
	struct elf_sec *sec = add_sec(m, ".data.count.", i, "", SHT_PROGBITS, SHF_WRITE);

	uint64_t at = elf_add_data(m->elf, sec, value, sizeof(value), 4, 0);

	return elf_add_sym(m->elf, &(struct elf_sym){
					   .name = count_name(m, i),
					   .type = STT_OBJECT,
					   .sec = sec->index,
					   .value = at,
					   .size = 4,
				   });
}

/* All symbols before any reference: functions refer to later ones. */
static void add_function(struct maker *m, uint32_t i)
{
	struct elf_sym sym = {
		.name = function_name(m, i),
		.type = STT_FUNC,
		.bind = i % 2 || is(m, BENCH_CHAIN) ? STB_LOCAL : STB_GLOBAL,
		.size = sizeof(code),
	};

	if (i % per_file(m) == 0)
		elf_add_sym(m->elf,
			    &(struct elf_sym){
				    .name = arena_printf(m->arena, "file_%u.c", i / per_file(m)),
				    .type = STT_FILE,
				    .sec = ELF_SEC_ABS,
			    });
	m->texts[i] = add_sec(m, ".text.function_", i, "", SHT_PROGBITS, SHF_EXECINSTR);
	m->starts[i] = elf_add_data(m->elf, m->texts[i], code, sizeof(code), 16, 0);
	/* Assemblers and linkers put relocations behind their section. */
	if (is_traced(m, i))
		elf_add_reloc(m->elf, m->texts[i], m->starts[i] + 1, R_X86_64_PLT32, m->fentry, -4);
	else
		memcpy(elf_writable(m->elf, m->texts[i]) + m->starts[i], nop, sizeof(nop));
	sym.sec = m->texts[i]->index;
	sym.value = m->starts[i];
	if (is(m, BENCH_OVERLAP) && !(i % 2))
		sym.size += CODE_ALIGNED;
	m->functions[i] = elf_add_sym(m->elf, &sym);
	if (!is(m, BENCH_ORDER))
		m->counts[i] = add_count(m, i);
}

static void add_counts_in_order(struct maker *m)
{
	uint32_t n = m->b->functions;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t of = m->b->differ ? n - 1 - i : i;

		m->counts[of] = add_count(m, of);
	}
}

/* The string that function i prints; *at: where in the section of the symbol. */
static uint32_t add_string(struct maker *m, uint32_t i, uint64_t *at)
{
	struct elf_sec *sec;
	const char *s = arena_printf(m->arena, "function %u of %u\n", i, m->b->functions);

	if (is(m, BENCH_SUFFIXES)) {
		*at = i;
		return m->suffixes;
	}
	sec = add_sec(m, ".rodata.function_", i, ".str1.1", SHT_PROGBITS, SHF_MERGE | SHF_STRINGS);
	sec->entsize = 1;
	*at = elf_add_data(m->elf, sec, s, strlen(s) + 1, 1, 0);
	return elf_sec_sym(m->elf, sec);
}

/* One string, of which each function prints the end from another place on. */
static uint32_t add_suffixes(struct maker *m)
{
	struct elf_sec *sec =
		add_sec(m, ".rodata.str", 1, ".1", SHT_PROGBITS, SHF_MERGE | SHF_STRINGS);
	char *s = arena_alloc(m->arena, m->b->functions + 1);

	memset(s, 'x', m->b->functions);
	sec->entsize = 1;
	elf_add_data(m->elf, sec, s, m->b->functions + 1, 1, 0);
	return elf_sec_sym(m->elf, sec);
}

/* What function i calls in the end: another function, or one of the kernel. */
static uint32_t last_call(struct maker *m, uint32_t i)
{
	uint32_t n = m->b->functions;

	if (is(m, BENCH_KERNEL))
		return add_undef(m, arena_printf(m->arena, "kernel_%u", i));
	if (is(m, BENCH_CHAIN))
		return m->functions[(i + 1) % n];
	/* Of another file, only a global can be called. */
	return m->functions[is(m, BENCH_ONE_NAME) ? (i + 2) % n : (i * 31 + 7) % n & ~1u];
}

static void add_refs(struct maker *m, uint32_t i)
{
	struct elf_sec *text = m->texts[i];
	uint64_t at = m->starts[i], in_string;
	uint32_t string = add_string(m, i, &in_string);
	uint8_t *bytes = elf_writable(m->elf, text);

	if (differs(m, i))
		bytes[at + 31] = 1;
	elf_add_reloc(m->elf, text, at + 8, R_X86_64_32S, string, (int64_t)in_string);
	elf_add_reloc(m->elf, text, at + 13, R_X86_64_PLT32, m->printk, -4);
	elf_add_reloc(m->elf, text, at + 19, R_X86_64_PC32, m->counts[i], -4);
	elf_add_reloc(m->elf, text, at + 26, R_X86_64_PLT32,
		      m->functions[(i + (is(m, BENCH_ONE_NAME) ? 2 : 1)) % m->b->functions], -4);
	elf_add_reloc(m->elf, text, at + 40, R_X86_64_PLT32, last_call(m, i), -4);
}

/* Clang writes one such section for each function. */
static void add_patchable(struct maker *m, uint32_t i, uint32_t text)
{
	struct elf_sec *sec = elf_add_sec(m->elf, "__patchable_function_entries", SHT_PROGBITS,
					  SHF_ALLOC | SHF_WRITE | SHF_LINK_ORDER, 1, 0);

	sec->link = m->texts[i]->index;
	elf_add_data(m->elf, sec, NULL, 8, 8, 0);
	elf_add_reloc(m->elf, sec, 0, R_X86_64_64, text, (int64_t)m->starts[i]);
}

/* A trap at 35 and what may fault at 23. */
static void add_places(struct maker *m, uint32_t i, uint32_t text)
{
	int64_t start = (int64_t)m->starts[i];
	uint64_t at = elf_add_data(m->elf, m->bug, NULL, 12, 4, 0);

	elf_add_reloc(m->elf, m->bug, at, R_X86_64_PC32, text, start + 35);
	elf_add_reloc(m->elf, m->bug, at + 4, R_X86_64_PC32, text, start + 35);
	at = elf_add_data(m->elf, m->ex, NULL, 12, 4, 0);
	elf_add_reloc(m->elf, m->ex, at, R_X86_64_PC32, text, start + 23);
	elf_add_reloc(m->elf, m->ex, at + 4, R_X86_64_PC32, text, start + 39);
}

/* An alternative's call in the place of that at 25, and that this is one. */
static void add_replacement(struct maker *m, uint32_t i, uint32_t text)
{
	static const uint8_t call[] = { 0xe8, 0, 0, 0, 0 };
	static const uint8_t entry[14] = { [12] = sizeof(call), [13] = sizeof(call) };
	uint64_t alt = elf_add_data(m->elf, m->alt, entry, sizeof(entry), 1, 0);
	uint64_t repl = elf_add_data(m->elf, m->repl, call, sizeof(call), 1, 0);
	uint64_t place = elf_add_data(m->elf, m->calls, NULL, 4, 4, 0);
	uint32_t sym = elf_sec_sym(m->elf, m->repl);

	elf_add_reloc(m->elf, m->repl, repl + 1, R_X86_64_PLT32, m->printk, -4);
	elf_add_reloc(m->elf, m->alt, alt, R_X86_64_PC32, text, (int64_t)m->starts[i] + 25);
	elf_add_reloc(m->elf, m->alt, alt + 4, R_X86_64_PC32, sym, (int64_t)repl);
	elf_add_reloc(m->elf, m->calls, place, R_X86_64_PC32, sym, (int64_t)repl);
}

static void add_entries(struct maker *m, uint32_t i)
{
	uint32_t text = elf_sec_sym(m->elf, m->texts[i]);
	uint64_t at;

	if (is_traced(m, i)) {
		add_patchable(m, i, text);
		at = elf_add_data(m->elf, m->mcount, NULL, 8, 8, 0);
		elf_add_reloc(m->elf, m->mcount, at, R_X86_64_64, text, (int64_t)m->starts[i]);
	}
	if (is(m, BENCH_REPLACED))
		add_replacement(m, i, text);
	for (unsigned int k = 0; k < (is(m, BENCH_TABLES) ? MANY : 1); k++)
		add_places(m, i, text);
}

int bench_write(const struct bench_object *b, const char *path, struct arena *arena,
		struct diag *diag)
{
	struct maker m = {
		.b = b,
		.arena = arena,
		.elf = elf_new(&(struct elf){ .machine = EM_X86_64 }, arena),
		.functions = arena_calloc(arena, b->functions, sizeof(*m.functions)),
		.counts = arena_calloc(arena, b->functions, sizeof(*m.counts)),
		.texts = arena_calloc(arena, b->functions, sizeof(*m.texts)),
		.starts = arena_calloc(arena, b->functions, sizeof(*m.starts)),
	};

	m.mcount = elf_add_sec(m.elf, "__mcount_loc", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 1, 0);
	m.bug = elf_add_sec(m.elf, "__bug_table", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 1, 0);
	m.ex = elf_add_sec(m.elf, "__ex_table", SHT_PROGBITS, SHF_ALLOC, 4, 0);
	if (is(&m, BENCH_REPLACED)) {
		m.alt = elf_add_sec(m.elf, ".altinstructions", SHT_PROGBITS, SHF_ALLOC, 1, 0);
		m.repl = elf_add_sec(m.elf, ".altinstr_replacement", SHT_PROGBITS,
				     SHF_ALLOC | SHF_EXECINSTR, 1, 0);
		m.calls = elf_add_sec(m.elf, ".call_sites", SHT_PROGBITS, SHF_ALLOC, 4, 0);
	}
	m.fentry = add_undef(&m, "__fentry__");
	m.printk = add_undef(&m, "_printk");
	m.suffixes = is(&m, BENCH_SUFFIXES) ? add_suffixes(&m) : 0;
	for (uint32_t i = 0; i < b->functions; i++)
		add_function(&m, i);
	if (is(&m, BENCH_ORDER))
		add_counts_in_order(&m);
	for (uint32_t i = 0; i < b->functions; i++) {
		add_refs(&m, i);
		add_entries(&m, i);
	}
	return elf_write(m.elf, path, diag);
}
