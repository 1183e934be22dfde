// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ids for the symbols of vmlinux.o, to find their addresses in the linked vmlinux.
 *
 * An id is made of the names of all the object's symbols, in their order, and of
 * the symbol's number among them.  So another build of the same sources, with
 * other compiler flags, has the same ids as long as it has the same symbols; and
 * an object with others has no id in common with it.
 */
#include <string.h>
#include <xxhash.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/hash.h>
#include <klp/kernel.h>
#include <klp/text.h>

/* Labels come and go with compiler flags. */
static bool counts(const struct arch *arch, const struct elf_sym *sym)
{
	return sym->type != STT_SECTION && *sym->name && !arch_is_label(arch, sym);
}

/* Of all names, the order included. */
static uint64_t names_digest(const struct elf *elf, const struct arch *arch)
{
	uint64_t digest = 0;

	for_each_sym (elf, sym)
		if (counts(arch, sym))
			digest = XXH64(sym->name, strlen(sym->name) + 1, digest);
	return digest;
}

static uint64_t make_id(uint64_t digest, uint32_t number)
{
	uint8_t buf[12];

	put_le64(buf, digest);
	put_le32(buf + 8, number);
	return XXH64(buf, sizeof(buf), 0);
}

static uint64_t place_key(uint32_t sec, uint64_t value)
{
	return (uint64_t)sec << 40 ^ value;
}

/* The symbols that a relocation of .klp.symid means: those of its symbol's name, or of a section. */
static void read_entry(const struct elf *elf, const struct map *places, const struct elf_reloc *r,
		       uint64_t id, struct symid *ids)
{
	const struct elf_sym *to = &elf->syms[r->sym];
	uint64_t value = to->value + (uint64_t)r->addend;

	for_each_u64 (places, place_key(to->sec, value), e) {
		const struct elf_sym *sym = &elf->syms[e->value];

		if (!ids[e->value].known && to->sec == sym->sec && value == sym->value &&
		    (to->type == STT_SECTION || !strcmp(to->name, sym->name)))
			ids[e->value] = (struct symid){ id, true };
	}
}

/* Read the ids of an object's own section; there may be one of another tool. */
static void read_ids(const struct elf *elf, const struct elf_sec *sec, struct arena *arena,
		     struct symid *ids)
{
	struct map places;

	map_init(&places, arena);
	for (uint32_t i = 1; i < elf->nr_syms; i++)
		map_add_u64(&places, place_key(elf->syms[i].sec, elf->syms[i].value), i);
	for (size_t i = 0; sec->rela && sec->data && i < sec->rela->nr_relocs; i++) {
		const struct elf_reloc *r = &sec->rela->relocs[i];

		if (r->offset % SYMID_SIZE == SYMID_ADDR && r->offset + 8 <= sec->size)
			read_entry(elf, &places, r,
				   get_le64(sec->data + r->offset - SYMID_ADDR + SYMID_ID), ids);
	}
}

const struct symid *symid_all(const struct elf *elf, struct arena *arena)
{
	struct symid *ids = arena_calloc(arena, elf->nr_syms, sizeof(*ids));
	const struct elf_sec *sec = elf_find_sec(elf, SYMID_SECTION);
	const struct arch *arch = arch_find(elf->machine);
	uint32_t number = 0;
	uint64_t digest;

	if (sec)
		read_ids(elf, sec, arena, ids);
	if (sec || !arch)
		return ids;
	digest = names_digest(elf, arch);
	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		ids[i] = (struct symid){ make_id(digest, number), true };
		number += counts(arch, &elf->syms[i]);
	}
	return ids;
}

/* ---- writing ---- */

/*
 * Linkers complain of references to what they discard: what the kernel's linker scripts name in
 * /DISCARD/ (include/asm-generic/vmlinux.lds.h, COMMON_DISCARDS), and .exit* depending on the
 * machine.  Nothing refers to init memory later.
 */
static bool is_discarded(const char *name)
{
	static const char *const begins[] = {
		".discard",	   ".exit",	   ".init",		 ".modinfo",
		".export_symbol",  ".gnu.version", ".no_trim_symbol", /* 6.16 */
		"__tracepoint_check",
		".eh_frame",
	};

	for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++)
		if (starts_with(name, begins[i]))
			return true;
	return false;
}

static bool stays(const struct elf *elf, const struct arch *arch, const struct elf_sym *sym)
{
	const struct elf_sec *sec;

	if (!elf_sym_in_sec(sym) || !counts(arch, sym) || sym->type == STT_FILE)
		return false;
	sec = elf->secs[sym->sec];
	return sec->flags & SHF_ALLOC && !sec->group && !is_discarded(sec->name);
}

static bool drop_old(struct elf *elf)
{
	bool dropped = false;

	for_each_sec (elf, sec)
		if (!strcmp(sec->name, SYMID_SECTION))
			dropped = sec->dropped = true;
	return dropped;
}

/* Whether there were any to add. */
static bool add_entries(struct elf *elf, const struct arch *arch, struct arena *arena)
{
	uint64_t digest = names_digest(elf, arch);
	uint32_t number = 0, nr_syms = elf->nr_syms;
	struct elf_sec *sec = NULL;
	struct map names;

	map_init(&names, arena);
	for (uint32_t i = 1; i < nr_syms; i++)
		if (stays(elf, arch, &elf->syms[i]))
			map_add_str(&names, elf->syms[i].name, i);
	for (uint32_t i = 1; i < nr_syms; i++) {
		const struct map_entry *e;
		uint8_t entry[SYMID_SIZE] = { 0 };
		uint64_t at;

		if (!counts(arch, &elf->syms[i]))
			continue;
		e = stays(elf, arch, &elf->syms[i]) ? map_find_str(&names, elf->syms[i].name)
						    : NULL;
		/* One of a kind needs none. */
		if (e && map_next(&names, e)) {
			if (!sec)
				sec = elf_add_sec(elf, SYMID_SECTION, SHT_PROGBITS, 0, 8,
						  SYMID_SIZE);
			put_le64(entry + SYMID_ID, make_id(digest, number));
			at = elf_add_data(elf, sec, entry, sizeof(entry), 8, 0);
			elf_add_reloc(elf, sec, at + SYMID_ADDR, arch->abs64, i, 0);
		}
		number++;
	}
	return sec != NULL;
}

int symid_write(const char *path, struct arena *arena, struct diag *diag)
{
	struct diag_where where = { .object = path };
	const struct arch *arch;
	struct elf *elf;
	bool changed;
	int err;

	err = elf_open(&elf, path, ELF_WANT_REL, arena, diag);
	if (err)
		return err;
	arch = arch_find(elf->machine);
	if (!arch)
		return diag_error(diag, &where, "machine",
				  "machine %u (e_machine) is not supported", elf->machine);
	if (elf_find_sec(elf, ".gnu.linkonce.this_module"))
		return diag_error(diag, &where, "linked",
				  "this is a module: its symbols have their positions already; ids "
				  "are for vmlinux.o, before the kernel is linked");
	changed = drop_old(elf);
	changed |= add_entries(elf, arch, arena);
	return changed ? elf_write(elf, path, diag) : 0;
}
