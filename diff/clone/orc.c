// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Unwind tables of the ORC kind: .orc_unwind_ip has addresses, and .orc_unwind at the same index
 * the entry that is in force from that address up to the next one.
 *
 * objtool leaves out an entry that is equal to the one before it, so that a function may depend
 * on its neighbour's.  A copy gets the entry in force at its begin, its own entries, and an end
 * mark (all zero: undefined) behind it.  For example, of f() and g() in one section that both
 * have one entry "rsp + 8", the table has that of f() only; the copy of g() gets it, too.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"


struct orc {
	uint32_t sec;
	uint64_t off;
	uint32_t index;
};

struct orc_table {
	const struct elf_sec *ip, *data;
	struct orc *v;
	uint32_t nr;
	uint64_t size;		/* of one entry of .orc_unwind */
	struct elf_sec *out_ip, *out_data;
};

static int orc_cmp(const void *pa, const void *pb)
{
	const struct orc *a = pa, *b = pb;

	if (a->sec != b->sec)
		return a->sec < b->sec ? -1 : 1;
	if (a->off != b->off)
		return a->off < b->off ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

/* Sections of which something is copied. */
static bool *copied_sections(const struct diff *d)
{
	const struct object *obj = d->patched;
	bool *copied = arena_calloc(d->arena, obj->elf->nr_secs, sizeof(*copied));

	for_each_piece (obj, p)
		copied[p->sec->index] |= p->kind <= PIECE_CODE && p->flags & PIECE_INCLUDED;
	for (size_t i = 0; i < d->out->nr_detours; i++)
		copied[obj->pieces[d->out->detours[i].piece].sec->index] = true;
	return copied;
}

/* Those about these sections, also the frozen functions' beside one that is copied. */
static void load_table(struct diff *d, struct orc_table *t)
{
	const struct elf *elf = d->patched->elf;
	const struct special_split *split = d->patched->secs[t->ip->index].split;
	const bool *copied = copied_sections(d);
	uint32_t nth = 0;

	t->v = arena_calloc(d->arena, split->nr + 1, sizeof(*t->v));
	t->size = t->data->size / split->nr;
	for_each_reloc (t->ip->rela, r) {
		const struct elf_sym *sym = &elf->syms[r->sym];

		while (split->starts[nth] < r->offset)
			nth++;
		/* Of ADD and SUB the first; each entry begins with what it is about. */
		if (split->starts[nth] != r->offset || (t->nr && t->v[t->nr - 1].index == nth) ||
		    !elf_sym_in_sec(sym) || !copied[sym->sec])
			continue;
		t->v[t->nr++] = (struct orc){ sym->sec, sym->value + (uint64_t)r->addend, nth };
	}
	qsort(t->v, t->nr, sizeof(*t->v), orc_cmp);
}

/* Append the unwind entry that is in force from off on, in a section of the output. */
static void emit_entry(struct diff *d, struct orc_table *t, struct elf_sec *sec, uint64_t off,
		       const uint8_t *bytes)
{
	uint64_t at;

	if (!t->out_ip) {
		t->out_ip = elf_add_sec(d->out->elf, t->ip->name, t->ip->type, t->ip->flags, 1, 0);
		t->out_data = elf_add_sec(d->out->elf, t->data->name, t->data->type, t->data->flags, 1,
					  t->data->entsize);
	}
	at = elf_add_data(d->out->elf, t->out_ip, NULL, 4, t->ip->align, 0);
	elf_add_data(d->out->elf, t->out_data, bytes, t->size, 1, 0);
	diff_name_entry(d, t->out_ip, at, 4, at / 4);
	diff_name_entry(d, t->out_data, at / 4 * t->size, t->size, at / 4);
	elf_add_reloc(d->out->elf, t->out_ip, at, d->arch->pcrel32, elf_sec_sym(d->out->elf, sec),
		      (int64_t)off);
}

/* The first entry that stands behind (sec, off). */
static uint32_t upper_bound(const struct orc_table *t, uint32_t sec, uint64_t off)
{
	uint32_t lo = 0, hi = t->nr;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (t->v[mid].sec < sec || (t->v[mid].sec == sec && t->v[mid].off <= off))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void clone_piece(struct diff *d, struct orc_table *t, const struct piece *p)
{
	uint32_t sec = p->sec->index, i = upper_bound(t, sec, p->start);
	uint64_t moved = p->out_off - p->start;
	const uint8_t *data = t->data->data;
	bool before = i && t->v[i - 1].sec == sec;

	if (!before && (i == t->nr || t->v[i].sec != sec || t->v[i].off >= p->end))
		return;		/* nothing is known of this code */
	if (before)
		emit_entry(d, t, p->out_sec, p->out_off, data + t->v[i - 1].index * t->size);
	for (; i < t->nr && t->v[i].sec == sec && t->v[i].off < p->end; i++)
		emit_entry(d, t, p->out_sec, t->v[i].off + moved, data + t->v[i].index * t->size);
	emit_entry(d, t, p->out_sec, p->end + moved, NULL);
}

/* A detour does not touch the stack: what holds where it was entered holds throughout. */
static void clone_detour(struct diff *d, struct orc_table *t, const struct detour_at *detour)
{
	const struct piece *p = &d->patched->pieces[detour->piece];
	uint32_t i = upper_bound(t, p->sec->index, detour->place);

	if (!i || t->v[i - 1].sec != p->sec->index)
		return;
	emit_entry(d, t, p->out_sec, detour->out_off,
		   t->data->data + t->v[i - 1].index * t->size);
	emit_entry(d, t, p->out_sec, detour->out_off + detour->size, NULL);
}

void diff_clone_ranges(struct diff *d)
{
	const struct object *obj = d->patched;
	struct orc_table t = { .ip = elf_find_sec(obj->elf, ".orc_unwind_ip"),
			       .data = elf_find_sec(obj->elf, ".orc_unwind") };

	if (!t.ip || obj->secs[t.ip->index].role != ROLE_TABLE || d->opts->no_objtool_tables)
		return;
	load_table(d, &t);
	for_each_piece (obj, p) {
		if (p->kind <= PIECE_CODE && p->flags & PIECE_INCLUDED)
			clone_piece(d, &t, p);
	}
	for (size_t i = 0; i < d->out->nr_detours; i++)
		clone_detour(d, &t, &d->out->detours[i]);
	if (t.out_ip)
		t.out_ip->align = t.ip->align;
	if (t.out_data)
		t.out_data->align = t.data->align;
}
