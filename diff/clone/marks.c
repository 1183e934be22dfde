// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Mapping symbols for copies: a copy of arm64 code with a literal pool gets $x at its begin and
 * $d at the pool, as in the input.
 */
#include "internal.h"

static void clone_mark(struct diff *d, const struct piece *p, const struct mark *m, uint64_t at)
{
	struct elf_sym sym = d->patched->elf->syms[m->sym];

	if (!m->sym)
		return;
	sym.sec = p->out_sec->index;
	sym.value = at - p->start + p->out_off;
	elf_add_sym(d->out->elf, &sym);
}

static void clone_marks_of(struct diff *d, const struct piece *p)
{
	const struct object *obj = d->patched;
	const struct sec_info *info = &obj->secs[p->sec->index];
	const struct mark *first = object_mapping_at(obj, info, p->start);
	uint32_t end = info->first_mark + info->nr_marks;

	if (first)
		clone_mark(d, p, first, p->start);
	for (uint32_t i = object_mark_behind(obj, info, p->start);
	     i < end && obj->marks[i].off < p->end; i++)
		if (obj->marks[i].what != MAPPING_NONE)
			clone_mark(d, p, &obj->marks[i], obj->marks[i].off);
}

void diff_clone_marks(struct diff *d)
{
	const struct object *obj = d->patched;

	for_each_piece (obj, p)
		if (p->flags & PIECE_INCLUDED && p->out_sec)
			clone_marks_of(d, p);
}
