// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first change of a function's entries in special sections.
 */
#include <string.h>

#include "change.h"

/* What the entry says of its owner's code: the offset from the owner's begin. */
static uint64_t entry_place(const struct object *obj, const struct piece *entry, uint32_t owner)
{
	const struct piece *o = &obj->pieces[owner];

	for (uint32_t i = 0; i < entry->nr_refs; i++) {
		const struct ref *r = &obj->refs[entry->first_ref + i];

		if (r->piece == owner && !(r->flags & REF_DROP))
			return o->base - o->start + (uint64_t)r->off;
	}
	return 0;
}

/* Where in the new function the place of the old one is, as far as they run in step. */
static bool place_in_new(const struct walk *w, uint64_t old, uint64_t *new)
{
	size_t from = 0, to = w->nr_pairs;

	while (to - from > 1) {
		size_t mid = from + (to - from) / 2;

		if (w->pairs[mid][0] <= old)
			from = mid;
		else
			to = mid;
	}
	*new = w->pairs[from][1] + (old - w->pairs[from][0]);
	return old < w->pairs[w->nr_pairs - 1][0] || !w->differs;
}

static bool in_step(const struct walk *w, uint64_t new)
{
	return new < w->pairs[w->nr_pairs - 1][1] || !w->differs;
}

static bool is_meaning(const struct piece *entry)
{
	return entry->rule->flags & SPECIAL_MEANING;
}

struct entry_pair {
	const struct piece *a, *b;	/* either may be NULL */
	uint64_t place;			/* in the new function */
};

/* The first reference in which two entries of one form differ. */
static bool entry_refs_differ(struct diff *d, const struct piece *a, const struct piece *b,
			      const struct ref **ra, const struct ref **rb)
{
	for (uint32_t k = 0; k < a->nr_refs || k < b->nr_refs; k++) {
		*ra = k < a->nr_refs ? &d->orig.refs[a->first_ref + k] : NULL;
		*rb = k < b->nr_refs ? &d->patched.refs[b->first_ref + k] : NULL;
		if (!*ra || !*rb || (*ra)->place - a->start != (*rb)->place - b->start)
			return true;
		/* Places in the function itself have been matched, or moved with what follows. */
		if ((*ra)->piece == a->owner && (*rb)->piece == b->owner)
			continue;
		if (!((*ra)->flags & (*rb)->flags & REF_DROP) && !diff_ref_equal(d, a, *ra, b, *rb))
			return true;
	}
	*ra = *rb = NULL;
	return false;
}

static uint64_t entry_byte(struct diff *d, const struct piece *a, const struct piece *b)
{
	return first_byte(d, (uint32_t)(a - d->orig.pieces), (uint32_t)(b - d->patched.pieces));
}

static bool entries_agree(struct diff *d, const struct piece *a, const struct piece *b)
{
	const struct ref *ra, *rb;
	uint64_t size = a->end - a->start;

	return size == b->end - b->start && entry_byte(d, a, b) == size &&
	       !entry_refs_differ(d, a, b, &ra, &rb);
}

/* The owner's entries that mean something, by their place; w: by what that is in the new function. */
static void index_entries(struct map *index, const struct object *obj, uint32_t owner,
			  const struct walk *w)
{
	map_init(index, obj->arena);
	for (uint32_t e = obj->pieces[owner].first_owned; e != NO_PIECE; e = obj->pieces[e].next_owned) {
		uint64_t place = entry_place(obj, &obj->pieces[e], owner);

		if (is_meaning(&obj->pieces[e]) && (!w || place_in_new(w, place, &place)))
			map_add_u64(index, place, e);
	}
}

/* An entry of the new function for the same place, preferably an equal one. */
static const struct piece *find_entry(struct diff *d, const struct map *new, const struct piece *a,
				      uint64_t place)
{
	const struct piece *found = NULL;

	for (const struct map_entry *e = map_find_u64(new, place); e; e = map_next(new, e)) {
		const struct piece *b = &d->patched.pieces[e->value];

		if (strcmp(a->sec->name, b->sec->name))
			continue;
		if (entries_agree(d, a, b))
			return b;
		found = b;
	}
	return found;
}

static bool has_old(const struct diff *d, const struct map *old, const struct piece *b,
		    uint64_t place)
{
	for (const struct map_entry *e = map_find_u64(old, place); e; e = map_next(old, e))
		if (!strcmp(d->orig.pieces[e->value].sec->name, b->sec->name))
			return true;
	return false;
}

/* The first place at which the entries differ, as far as the code does not. */
static bool find_entries(struct diff *d, uint32_t ia, uint32_t ib, const struct walk *w,
			 struct entry_pair *pair)
{
	const struct object *orig = &d->orig, *patched = &d->patched;
	struct map old, new;
	uint64_t place;

	index_entries(&old, orig, ia, w);
	index_entries(&new, patched, ib, NULL);
	*pair = (struct entry_pair){ .place = UINT64_MAX };
	for (uint32_t e = orig->pieces[ia].first_owned; e != NO_PIECE; e = orig->pieces[e].next_owned) {
		const struct piece *a = &orig->pieces[e], *b;

		if (!is_meaning(a) || !place_in_new(w, entry_place(orig, a, ia), &place) ||
		    place >= pair->place)
			continue;
		b = find_entry(d, &new, a, place);
		if (!b || !entries_agree(d, a, b))
			*pair = (struct entry_pair){ a, b, place };
	}
	for (uint32_t e = patched->pieces[ib].first_owned; e != NO_PIECE;
	     e = patched->pieces[e].next_owned) {
		const struct piece *b = &patched->pieces[e];

		place = entry_place(patched, b, ib);
		if (is_meaning(b) && in_step(w, place) && place < pair->place &&
		    !has_old(d, &old, b, place))
			*pair = (struct entry_pair){ NULL, b, place };
	}
	return pair->a || pair->b;
}

/* Replacement code that differs: the instruction in it. */
static bool describe_replacement(struct diff *d, const struct ref *a, const struct ref *b,
				 struct change *c)
{
	struct walk w;

	if (a->piece == NO_PIECE || b->piece == NO_PIECE ||
	    d->orig.pieces[a->piece].kind != PIECE_CODE ||
	    d->patched.pieces[b->piece].kind != PIECE_CODE)
		return false;
	diff_walk(d, a->piece, b->piece, &w);
	if (!w.differs)
		return false;
	c->old_code = w.old;
	c->new_code = w.new;
	if (!w.old.len || !w.new.len) {
		c->was = size_words(d, &d->orig.pieces[a->piece]);
		c->is = size_words(d, &d->patched.pieces[b->piece]);
	} else if (w.old_ref && w.new_ref) {
		c->was = ref_words(&d->orig, w.old_ref);
		c->is = ref_words(&d->patched, w.new_ref);
	}
	return true;
}

static void describe_entry_pair(struct diff *d, const struct entry_pair *pair, struct change *c)
{
	const struct piece *a = pair->a, *b = pair->b;
	const struct ref *ra, *rb;
	uint64_t byte;

	if (entry_refs_differ(d, a, b, &ra, &rb)) {
		if (ra && rb && describe_replacement(d, ra, rb, c))
			return;
		c->was = ref_words(&d->orig, ra);
		c->is = ref_words(&d->patched, rb);
		return;
	}
	byte = entry_byte(d, a, b);
	if (byte >= a->end - a->start || byte >= b->end - b->start)
		return;
	c->was = arena_printf(d->arena, "byte %llu is %#x", (unsigned long long)byte,
			      a->sec->data[a->start + byte]);
	c->is = arena_printf(d->arena, "byte %llu is %#x", (unsigned long long)byte,
			     b->sec->data[b->start + byte]);
}

static void describe_entry(struct diff *d, uint32_t ia, uint32_t ib, const struct walk *w,
			   const struct entry_pair *pair, struct change *c)
{
	const struct piece *e = pair->b ?: pair->a;
	uint64_t old = 0;

	c->kind = e->layout && e->layout->repl != SPECIAL_NONE ? CHANGE_ALTERNATIVE : CHANGE_ENTRY;
	c->table = e->sec->name;
	for (size_t i = 0; i < w->nr_pairs && w->pairs[i][1] <= pair->place; i++)
		old = w->pairs[i][0] + (pair->place - w->pairs[i][1]);
	c->old = c->old_code = insn_in(&d->orig, ia, old);
	c->new = c->new_code = insn_in(&d->patched, ib, pair->place);
	if (pair->a && pair->b) {
		describe_entry_pair(d, pair, c);
		return;
	}
	c->was = pair->a ? "an entry" : "no entry";
	c->is = pair->b ? "an entry" : "no entry";
}

bool describe_entries(struct diff *d, uint32_t ia, uint32_t ib, const struct walk *w,
		      struct change *c)
{
	struct entry_pair pair;

	if (!find_entries(d, ia, ib, w, &pair))
		return false;
	describe_entry(d, ia, ib, w, &pair, c);
	return true;
}
