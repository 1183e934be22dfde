/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Livepatch modules in the intermediate form, made in memory: what the tests of
 * klp post-link share.
 */
#ifndef POST_LINK_TEST_H
#define POST_LINK_TEST_H

#include <errno.h>

#include <klp/arch.h>
#include <klp/elf.h>
#include <klp/livepatch.h>

#include "test.h"

static const char modinfo[] = "license=GPL\0livepatch=Y\0name=lp";

/* A linked module: two livepatch relocations, one in code and one in data, and ordinary ones. */
struct module {
	struct elf *elf;
	struct elf_sec *text, *data, *table, *init, *modinfo, *relocs;
	uint32_t f, call, data_ref, tomb_call, tomb_data, entry;
};

static inline uint32_t add_sym(struct elf *elf, const char *name, uint32_t sec, uint8_t bind)
{
	return elf_add_sym(elf, &(struct elf_sym){ .name = name, .sec = sec, .bind = bind });
}

/* An entry of a __klp_relocs section for sec + offset. */
static inline uint64_t add_entry(struct module *m, struct elf_sec *relocs, struct elf_sec *sec,
				 uint64_t offset, uint32_t type, uint32_t sym, int64_t addend)
{
	uint32_t abs64 = arch_find(m->elf->machine)->abs64;
	uint8_t entry[24] = { 0 };
	uint64_t at;

	put_le32(entry + 16, type);
	at = elf_add_data(m->elf, relocs, entry, sizeof(entry), 8, 0);
	elf_add_reloc(m->elf, relocs, at, abs64, elf_sec_sym(m->elf, sec), (int64_t)offset);
	elf_add_reloc(m->elf, relocs, at + 8, abs64, sym, addend);
	return at;
}

static inline struct elf_sec *add_sec(struct module *m, const char *name, uint64_t flags,
				      uint64_t size)
{
	struct elf_sec *sec = elf_add_sec(m->elf, name, SHT_PROGBITS, SHF_ALLOC | flags, 8, 0);

	elf_add_data(m->elf, sec, NULL, size, 8, 0);
	return sec;
}

static inline void add_symbols(struct module *m)
{
	struct elf *elf = m->elf;

	add_sym(elf, "lp.c", ELF_SEC_ABS, STB_LOCAL);
	m->entry = add_sym(elf, ".klp.entry.0", m->table->index, STB_LOCAL);
	m->f = elf_add_sym(elf, &(struct elf_sym){ .name = "f",
						   .sec = m->text->index,
						   .value = 8,
						   .size = 24,
						   .type = STT_FUNC,
						   .bind = STB_GLOBAL,
						   .other = 0x60 | STV_HIDDEN });
	m->call = add_sym(elf, ".klp.sym.vmlinux.callee,0", 0, STB_WEAK);
	m->data_ref = add_sym(elf, ".klp.sym.vmlinux.a.b-c,12", 0, STB_WEAK);
	m->tomb_call = add_sym(elf, ".klp.tombstone.callee", 0, STB_WEAK);
	m->tomb_data = add_sym(elf, ".klp.tombstone.a", 0, STB_WEAK);
}

static inline struct module make_module(struct test *t, uint16_t machine, uint32_t call_type,
					uint32_t data_type)
{
	struct elf like = { .machine = machine };
	struct module m = { .elf = elf_new(&like, &t->arena) };

	m.text = add_sec(&m, ".text.f", SHF_EXECINSTR, 32);
	m.data = add_sec(&m, ".data.d", SHF_WRITE, 32);
	m.table = add_sec(&m, "__jump_table", SHF_WRITE, 16);
	m.init = add_sec(&m, ".init.data", SHF_WRITE, 16);
	m.modinfo = add_sec(&m, ".modinfo", 0, 0);
	elf_add_data(m.elf, m.modinfo, modinfo, sizeof(modinfo), 1, 0);
	m.relocs = add_sec(&m, "__klp_relocs.vmlinux", 0, 0);
	add_symbols(&m);
	elf_add_reloc(m.elf, m.text, 4, call_type, m.tomb_call, -4);
	elf_add_reloc(m.elf, m.text, 12, data_type, elf_sec_sym(m.elf, m.data), 3);
	elf_add_reloc(m.elf, m.data, 8, data_type, m.tomb_data, 16);
	add_entry(&m, m.relocs, m.text, 4, call_type, m.call, -4);
	add_entry(&m, m.relocs, m.data, 8, data_type, m.data_ref, 16);
	return m;
}

static inline struct module make_x86(struct test *t)
{
	return make_module(t, EM_X86_64, R_X86_64_PLT32, R_X86_64_64);
}

static inline const char *write_module(struct test *t, struct elf *elf)
{
	const char *path = in_dir(t, "lp.ko");

	t->arena.inputs = NULL; /* what was read before is of another run */
	if (elf_write(elf, path, &t->diag))
		die(t, "the module cannot be written");
	return path;
}

static inline const char *keep_copy(struct test *t, const char *path)
{
	const char *copy = in_dir(t, "copy");

	if (system(arena_printf(&t->arena, "cp %s %s", path, copy)))
		die(t, "cp failed");
	return copy;
}

#endif
