/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a unit of patched has, a section or one file's share of it. */
#ifndef KLP_FREEZE_UNIT_H
#define KLP_FREEZE_UNIT_H

#include "internal.h"

/* Its symbols in by_place. */
struct unit_syms {
	uint32_t first, nr;
};

struct unit_relocs {
	const struct elf_reloc *v;
	uint32_t nr;
};

/* … of tables, which it owns. */
struct unit_entries {
	const struct owned_entry *v;
	size_t nr;
};

/* NULL: it is a whole section. */
static inline const struct freeze_share *diff_unit_share(const struct freeze *f, uint32_t unit)
{
	uint32_t nr_secs = f->b->elf->nr_secs;

	return unit < nr_secs ? NULL : &f->shares[unit - nr_secs];
}

static inline enum sec_role diff_unit_role(const struct freeze *f, uint32_t unit)
{
	return f->b->secs[diff_freeze_sec(f, unit)].role;
}

static inline bool diff_unit_is_text(const struct freeze *f, uint32_t unit)
{
	return diff_unit_role(f, unit) == ROLE_TEXT;
}

struct unit_syms diff_unit_syms(const struct freeze *f, uint32_t unit);
struct unit_relocs diff_unit_relocs(const struct freeze *f, uint32_t unit);
struct unit_entries diff_unit_entries(const struct freeze *f, uint32_t unit);

#define NO_SYMBOL UINT32_MAX

/* The last symbol of the unit that stands at the place or before: its index, or NO_SYMBOL. */
uint32_t diff_unit_index_at(const struct freeze *f, uint32_t unit, uint64_t at);
/* The symbol of such an index; 0 for NO_SYMBOL. */
uint32_t diff_unit_sym(const struct freeze *f, uint32_t unit, uint32_t i);
/* Where that symbol's bytes end: without a size, where the next one begins. */
uint64_t diff_unit_sym_end(const struct freeze *f, uint32_t unit, uint32_t i);

/* What each_reloc is called with; code: the relocation stands in code, not in an entry. */
typedef void unit_reloc_fn(void *data, uint32_t unit, const struct elf_reloc *r, bool code);

/* Calls fn for each relocation of a unit, and of the entries that it owns. */
void diff_unit_each_reloc(const struct freeze *f, uint32_t unit, unit_reloc_fn *fn, void *data);
/* The place that r means, in the section of its symbol. */
uint64_t diff_unit_place_meant(const struct freeze *f, const struct elf_reloc *r, bool code);
/* The unit that r leads into, or 0. */
uint32_t diff_unit_target(const struct freeze *f, const struct elf_reloc *r, bool code);
/* The symbol that r means, of its target, or in which it leads: its index there, or NO_SYMBOL. */
uint32_t diff_unit_index_meant(const struct freeze *f, uint32_t to, const struct elf_reloc *r,
			       bool code);

#endif
