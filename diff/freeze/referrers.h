/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which units refer to a unit, and with which relocations; which share locals of a source file. */
#ifndef KLP_FREEZE_REFERRERS_H
#define KLP_FREEZE_REFERRERS_H

#include <klp/facts.h>

#include "unit.h"

/* Unit `from` refers to `to`. */
struct referrer {
	uint32_t to, from;
};

/* Who refers to what: from[first[to]] up to from[first[to + 1]]; v: as they were found. */
struct referrers {
	uint32_t *first, *from;
	uint32_t *last; /* per `to`, while they are being found: the last one */
	struct referrer *v;
	size_t nr, cap;
};

struct reference_index {
	const struct freeze *f;
	struct referrers units;
	struct referrers leads; /* to locals of files, in units that others share */
	uint32_t **into; /* per unit: its relocations, by where they lead; NULL: not asked for */
	uint32_t *file_units, *first_file_unit; /* units with locals of each STT_FILE symbol */
};

/* All of it lives in the arena of patched. */
void diff_freeze_index(struct reference_index *x, const struct freeze *f);

/* The units that refer to t, themselves or by an entry. */
#define for_each_referrer(x, t, i)                                                          \
	for (uint32_t i##_at = (x)->units.first[t], i##_end = (x)->units.first[(t) + 1], i; \
	     i##_at < i##_end && (i = (x)->units.from[i##_at], true); i##_at++)

/* The relocation of unit i itself into `to` behind that one, 0: the first one.  1 + its index, or
 * 0. */
uint32_t diff_freeze_next_into(struct reference_index *x, uint32_t i, uint32_t to, uint32_t behind);

/* The relocations of unit i into `to`, in their order. */
#define for_each_into(x, i, to, r)                                                             \
	for (uint32_t r##_k = diff_freeze_next_into(x, i, to, 0); r##_k;                       \
	     r##_k = diff_freeze_next_into(x, i, to, r##_k))                                   \
		for (const struct elf_reloc *r = diff_unit_relocs((x)->f, i).v + r##_k - 1; r; \
		     r = NULL)

/* Who leads to locals of a file in units that it shares with others: they are listed when asked
 * for. */
const struct referrers *diff_freeze_leads(struct reference_index *x);

/* objtool's prefix symbols (__pfx_) stand behind all locals, as if they were of the last file. */
static inline bool is_local_of_file(const struct object *obj, uint32_t sym)
{
	return obj->elf->syms[sym].bind == STB_LOCAL &&
	       !is_function_prefix(obj->elf->syms[sym].name);
}

#endif
