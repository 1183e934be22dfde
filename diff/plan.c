// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plan the output before there is one: where each copy stands in its section, and how each of
 * its references is written, or why none of the ways does.
 *
 * A relocation that the kernel's module loader applies is the usual way.  Where there is none, or
 * it does not reach,
 *  - what leads from a copy to a place in the same section of the output is a constant, and so
 *    is the difference of two such places: they are filled in;
 *  - what an instruction cannot reach from a module (RELOC_NEAR) is loaded from the GOT, in its
 *    place or by a detour behind the function;
 *  - a branch that is too short for any relocation goes by a detour, too.
 *
 * For example, a "jne" of two bytes (R_X86_64_PC8) to a cold part that is copied beside it is
 * filled in; one to a function that stays in the kernel leads to a "jmp" of five bytes that is
 * appended to the section (a detour).
 */
#include <string.h>

#include "internal.h"

/* The pass. */
struct plan {
	struct diff *d;
	uint64_t *ends;	    /* of each section of patched, what of it is planned so far */
	struct map strings; /* section and string → the piece that is the first of them */

	/* The references of the piece that is planned, taken together. */
	const struct piece *p;
	struct map extended; /* place that RELOC_FAR makes a 64-bit address → such a ref */
	struct map unpaired; /* type and target of which not all are halves of pairs */
};

/* ---- places ---- */

/* The largest alignment that the piece's place in its section shows, so that the copy keeps it. */
static uint64_t piece_align(const struct piece *p)
{
	uint64_t low = p->start & -p->start;

	return p->start && low < p->sec->align ? low : p->sec->align;
}

/*
 * A nameless range may hold several things, and what fills up behind a string may be an
 * aligned empty one: what is behind the begin keeps its alignment only if the copy begins as
 * far from an aligned place as the piece did.
 */
uint64_t diff_copy_skew(const struct piece *p, uint64_t *align)
{
	uint64_t whole = p->sec->align ?: 1, skew = p->start % whole;

	*align = piece_align(p);
	if ((p->kind != PIECE_ANON && p->kind != PIECE_STRING) || p->end - p->start <= whole - skew)
		return 0;
	*align = whole;
	return skew;
}

/* Equal strings of one section stand once in the output, where both halves of an address find it.
 */
static const struct piece *first_string(struct plan *w, const struct piece *p)
{
	uint64_t len = p->end - p->start;
	const struct map_entry *e;
	const char *bytes, *key;

	if (p->kind != PIECE_STRING || p->sec->entsize > 1)
		return p;
	bytes = (const char *)p->sec->data + p->start;
	if (!len || bytes[len - 1] || strlen(bytes) != len - 1)
		return p; /* padding, or wide characters */
	key = arena_printf(w->d->arena, "%u:%s", p->sec->index, bytes);
	e = map_find_str(&w->strings, key);
	if (!e)
		map_add_str(&w->strings, key, (uint32_t)(p - w->d->patched->pieces));
	return e ? &w->d->patched->pieces[e->value] : p;
}

static void place_copy(struct plan *w, struct piece *p)
{
	const struct piece *first = first_string(w, p);
	uint64_t *end = &w->ends[p->sec->index], align, skew = diff_copy_skew(p, &align);

	if (first == p)
		p->out_off = skew + elf_place(w->d->arena, end, skew + p->end - p->start, align);
	else
		p->out_off = first->out_off;
}

/* ---- within one section ---- */

static const struct piece *copy_of(const struct diff *d, uint32_t from, const struct ref *r)
{
	const struct piece *to = ref_piece(d->patched, r);

	return to && diff_ref_wants_copy(d, from, r) ? to : NULL;
}

static uint64_t out_offset(const struct diff *d, const struct ref *r)
{
	const struct piece *to = &d->patched->pieces[r->piece];
	uint64_t off = to->out_off + (to->base - to->start) + (uint64_t)r->off;

	if (r->flags & REF_BRANCH)
		off += arch_local_entry(d->arch, &d->patched->elf->syms[to->sym]);
	return off;
}

uint64_t diff_constant(const struct diff *d, const struct piece *p, const struct ref *r,
		       const struct ref *sub)
{
	return out_offset(d, r) -
	       (sub ? out_offset(d, sub) : (uint64_t)r->bias + p->out_off + r->place - p->start);
}

static uint16_t flags_of(const struct diff *d, const struct ref *r)
{
	return arch_reloc(d->arch, r->type)->flags;
}

/* The field at r can hold it: tried on the bytes of the input. */
static bool holds(const struct diff *d, const struct piece *p, const struct ref *r, uint64_t value)
{
	const struct arch_reloc *row = arch_reloc(d->arch, r->type);
	uint64_t avail = p->end - r->place;
	uint8_t field[16] = { 0 };

	avail = avail < sizeof(field) ? avail : sizeof(field);
	memcpy(field, p->sec->data + r->place, avail);
	if (row->size <= avail)
		object_mask_field(row, field);
	return arch_apply(d->arch, r->type, field, avail, (int64_t)value);
}

/* A PC-relative field that the loader does not know, within one section. */
static bool is_distance(const struct diff *d, uint32_t i, const struct ref *r)
{
	const struct piece *p = &d->patched->pieces[i], *to = copy_of(d, i, r);
	uint16_t flags = flags_of(d, r);

	return !(flags & RELOC_LOADER) && flags & RELOC_PCREL && to && to->sec == p->sec &&
	       holds(d, p, r, diff_constant(d, p, r, NULL));
}

/* The difference of two places of one copied section (ADD and SUB at one offset). */
static bool is_difference(const struct diff *d, uint32_t i, const struct ref *add,
			  const struct ref *sub)
{
	const struct piece *p = &d->patched->pieces[i], *to, *from;

	if (!(flags_of(d, add) & RELOC_ADD) || !sub || !(flags_of(d, sub) & RELOC_SUB) ||
	    add->place != sub->place)
		return false;
	to = copy_of(d, i, add);
	from = copy_of(d, i, sub);
	return to && from && to->sec == from->sec &&
	       holds(d, p, add, diff_constant(d, p, add, sub));
}

/* ---- out of reach ---- */

const struct ref *diff_next_ref(const struct diff *d, const struct piece *p, const struct ref *r)
{
	const struct ref *end = &d->patched->refs[p->first_ref] + p->nr_refs;

	while (++r < end)
		if (!(r->flags & REF_DROP))
			return r;
	return NULL;
}

static bool same_target(const struct ref *a, const struct ref *b)
{
	return a->piece == b->piece && a->off == b->off && a->sec == b->sec &&
	       (a->piece != NO_PIECE || a->sym == b->sym);
}

/* Two instructions side by side that make the address, and only it. */
static bool is_pair(const struct diff *d, const struct piece *p, const struct ref *r)
{
	const struct ref *next = diff_next_ref(d, p, r);
	uint64_t size = p->end - r->place;
	uint32_t types[2] = { r->type };
	uint8_t code[16];

	if (!next || next->place != r->place + d->arch->insn_size || !same_target(r, next))
		return false;
	types[1] = next->type;
	memcpy(code, p->sec->data + r->place, size < sizeof(code) ? size : sizeof(code));
	return arch_through_got(d->arch, code, size, types);
}

/* A number for what r leads to, wherever in it. */
static uint64_t target_key(const struct ref *r)
{
	return r->piece == NO_PIECE ? (uint64_t)r->sym << 1 | 1 : (uint64_t)r->piece << 1;
}

/* The same for the same place; now and then for others. */
static uint64_t place_key(const struct ref *r)
{
	return target_key(r) ^ (uint64_t)r->off << 33;
}

static uint64_t half_key(const struct ref *r)
{
	return (uint64_t)r->type << 33 ^ target_key(r);
}

/*
 * Compilers merge the tails of blocks: control may come to a lower half from another upper half,
 * too, which then stands somewhere else.  So a half goes through the GOT only where all of its
 * kind that lead there do.
 */
static void look_at_piece(struct plan *w, const struct piece *p)
{
	const struct diff *d = w->d;

	w->p = p;
	map_init(&w->extended, d->arena);
	map_init(&w->unpaired, d->arena);
	for_each_ref (d->patched, p, r) {
		uint32_t k = (uint32_t)(r - &d->patched->refs[p->first_ref]);

		if (flags_of(d, r) & RELOC_FAR)
			map_add_u64(&w->extended, place_key(r), k);
		if (flags_of(d, r) & RELOC_NEAR && p->sec->data && !is_pair(d, p, r))
			map_add_u64(&w->unpaired, half_key(r), k);
	}
}

static bool is_extended(struct plan *w, const struct piece *p, const struct ref *r)
{
	for_each_u64 (&w->extended, place_key(r), e)
		if (same_target(r, &w->d->patched->refs[p->first_ref + e->value]))
			return true;
	return false;
}

static bool is_out_of_reach(struct plan *w, uint32_t i, const struct ref *r)
{
	const struct diff *d = w->d;
	const struct piece *p = &d->patched->pieces[i];
	const struct decision *to;

	if (!(flags_of(d, r) & RELOC_NEAR) || r->flags & REF_SLOT || diff_ref_wants_copy(d, i, r))
		return false;
	to = diff_decision(d, r);
	if (!to || !to->symbol)
		return false;
	if (w->p != p)
		look_at_piece(w, p);
	return !is_extended(w, p, r);
}

/* The branches to a detour at `at` and back reach. */
static bool branches_reach(const struct diff *d, const struct detour *way, uint64_t from,
			   uint64_t at, int bias)
{
	const struct arch *arch = d->arch;
	uint8_t field[16] = { 0 };

	return arch_apply(arch, way->branch, field, arch->insn_align,
			  (int64_t)(at - from) - bias) &&
	       (!way->back || arch_apply(arch, way->branch, field, arch->insn_align,
					 (int64_t)(from + arch->insn_align - at - way->back)));
}

static bool place_detour(struct plan *w, const struct piece *p, const struct ref *r)
{
	const struct diff *d = w->d;
	uint64_t size = p->end - r->place, *end = &w->ends[p->sec->index], at;
	struct detour way;
	uint8_t code[16];

	/* The kernel copies an alternative's replacement: a branch back would miss the copy. */
	if (p->kind != PIECE_FUNC)
		return false;
	memcpy(code, p->sec->data + r->place, size < sizeof(code) ? size : sizeof(code));
	if (!arch_detour(d->arch, code, r->type, &way))
		return false;
	at = elf_place(d->arena, end, way.size, d->arch->insn_align);
	return branches_reach(d, &way, p->out_off + r->place - p->start, at, r->bias);
}

static void refuse(const struct diff *d, const struct piece *p, const struct ref *r)
{
	const char *advice = r->flags & REF_CODE ? d->arch->reach_advice : NULL;

	diag_error(d->diag, diff_at_ref(d, p, r), "out-of-reach",
		   "%s does not reach from a module to %s, which stays in the kernel%s%s",
		   arch_reloc(d->arch, r->type)->name, ref_label(d->patched, r), advice ? ": " : "",
		   advice ?: "");
}

static enum diff_way way_of(struct plan *w, uint32_t i, const struct ref *r)
{
	const struct diff *d = w->d;
	const struct piece *p = &d->patched->pieces[i], *to = ref_piece(d->patched, r);

	if (to && to->flags & PIECE_REFUSED)
		return WAY_RELOC;
	if (is_distance(d, i, r))
		return WAY_DISTANCE;
	if (is_difference(d, i, r, diff_next_ref(d, p, r)))
		return WAY_DIFFERENCE;
	if (!is_out_of_reach(w, i, r)) {
		diff_check_loadable(w->d, i, r);
		return WAY_RELOC;
	}
	if (r->flags & REF_CODE && !map_find_u64(&w->unpaired, half_key(r)) && is_pair(d, p, r))
		return WAY_GOT;
	if (!(r->flags & REF_CODE) || !place_detour(w, p, r))
		refuse(d, p, r);
	return WAY_DETOUR;
}

static void plan_refs(struct plan *w, uint32_t i)
{
	struct diff *d = w->d;
	const struct piece *p = &d->patched->pieces[i];

	for_each_ref (d->patched, p, r) {
		uint8_t *way = &d->ways[r - d->patched->refs];

		/* The second one of two that go together. */
		if (*way == WAY_WITH_LAST)
			continue;
		*way = r->flags & REF_DROP ? WAY_DROP : way_of(w, i, r);
		if (*way == WAY_DIFFERENCE || *way == WAY_GOT)
			d->ways[diff_next_ref(d, p, r) - d->patched->refs] = WAY_WITH_LAST;
	}
}

void diff_plan(struct diff *d)
{
	const struct object *obj = d->patched;
	struct plan w = { .d = d };

	w.ends = arena_calloc(d->arena, obj->elf->nr_secs, sizeof(*w.ends));
	d->ways = arena_calloc(d->arena, obj->nr_refs + 1, sizeof(*d->ways));
	map_init(&w.strings, d->arena);
	for (uint32_t i = 0; i < obj->nr_pieces; i++)
		if (diff_piece_is_cloned(&obj->pieces[i]))
			place_copy(&w, &obj->pieces[i]);
	for (uint32_t i = 0; i < obj->nr_pieces; i++)
		if (diff_piece_is_cloned(&obj->pieces[i]))
			plan_refs(&w, i);
}
