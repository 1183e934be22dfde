// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reference graph as evidence: what twins refer to at corresponding places
 * are twins, if the names do not contradict it.
 *
 * Twins with the same checksum correspond place by place, also in their entries
 * of special sections and in the nameless data that they use.  Twins that
 * differ only say something of what each refers to once under a name.  Nobody's
 * word is taken alone: votes are counted, and where they do not agree, what they
 * are about stays open.
 */
#include <string.h>

#include "internal.h"

/* Nameless data that leads to nameless data: chains are short. */
#define MAX_DEPTH 8
#define MAX_ROUNDS 8
#define MAX_PARTS  64

/* Who is said to be whose twin: for each piece of either object, NO_PIECE if nobody said so. */
struct votes {
	uint32_t *orig, *patched;
};

#define VOTES_DISAGREE (NO_PIECE - 1)

/* Of each stem, the only open piece that the one at hand refers to. */
struct only {
	uint32_t asked;		/* when it was noted: for another piece, what it says is old */
	uint32_t target;	/* NO_PIECE: there are several */
};

struct graph {
	struct diff *d;
	struct votes equal, changed;
	uint32_t *touched;	/* pieces of patched whose votes are still to be counted */
	bool *is_touched;
	uint32_t nr_touched;
	uint32_t *walked;	/* nameless piece of patched → the one of orig it was compared with */
	uint32_t next;		/* of patched.paired: the first whose references did not vote yet */

	/* Stems by number, the same in both objects. */
	uint32_t *stem_orig, *stem_patched;	/* of each piece */
	struct only *only_orig, *only_patched;
	uint32_t asked;
};

/* What a part is called behind its function's name: ".__part.3"; of ".cold.3", ".cold". */
static const char *part_name(const struct piece *p)
{
	const char *parent;
	size_t len;

	if (name_is_cold(p->name, &parent, &len))
		return ".cold";
	return name_is_part(p->name, &parent, &len) ? p->name + len : p->name;
}

/*
 * The parts of twins, by name.  If they are numbered otherwise, both are not the same, and both
 * functions are copied whole.
 */
static void pair_parts(struct diff *d, uint32_t a, uint32_t b)
{
	for_each_part (d->patched, b, y) {
		const struct piece *py = &d->patched->pieces[y->piece];

		for_each_part (d->orig, a, x) {
			const struct piece *px = &d->orig->pieces[x->piece];

			if (piece_is_open(px) && piece_is_open(py) &&
			    !strcmp(part_name(px), part_name(py)))
				diff_pair(d, x->piece, y->piece, EVIDENCE_PARENT);
		}
	}
}

bool diff_could_be_twins(const struct diff *d, uint32_t a, uint32_t b)
{
	const struct piece *x = &d->orig->pieces[a], *y = &d->patched->pieces[b];

	return x->kind == y->kind && x->stem && y->stem && !strcmp(x->stem, y->stem) &&
	       x->owner == NO_PIECE && y->owner == NO_PIECE &&
	       (x->kind == PIECE_FUNC || x->end - x->start == y->end - y->start);
}

static void vote(uint32_t *for_whom, uint32_t twin)
{
	if (*for_whom != NO_PIECE && *for_whom != twin)
		twin = VOTES_DISAGREE;
	*for_whom = twin;
}

/* ---- twins that mean the same ---- */

static void vote_equal(struct graph *g, uint32_t x, uint32_t y)
{
	if (!g->is_touched[y])
		g->touched[g->nr_touched++] = y;
	g->is_touched[y] = true;
	vote(&g->equal.orig[x], y);
	vote(&g->equal.patched[y], x);
}

static void vote_refs(struct graph *g, const struct piece *a, const struct piece *b, int depth);

/* Nameless data that two refer to: what it leads to.  Each is walked through once. */
static void vote_content(struct graph *g, uint32_t x, uint32_t y, int depth)
{
	const struct piece *a = &g->d->orig->pieces[x], *b = &g->d->patched->pieces[y];

	if (!piece_is_content(a) || !piece_is_content(b) || a->checksum != b->checksum ||
	    depth >= MAX_DEPTH || g->walked[y] == x)
		return;
	g->walked[y] = x;
	vote_refs(g, a, b, depth + 1);
}

static void vote_refs(struct graph *g, const struct piece *a, const struct piece *b, int depth)
{
	const struct object *orig = g->d->orig, *patched = g->d->patched;

	if (a->nr_refs != b->nr_refs)
		return;
	for (uint32_t i = 0; i < a->nr_refs; i++) {
		const struct ref *ra = &orig->refs[a->first_ref + i];
		const struct ref *rb = &patched->refs[b->first_ref + i];

		if (ra->piece == NO_PIECE || rb->piece == NO_PIECE || ra->off != rb->off)
			continue;
		if (!piece_is_open(&orig->pieces[ra->piece]) ||
		    !piece_is_open(&patched->pieces[rb->piece]))
			vote_content(g, ra->piece, rb->piece, depth);
		else if (diff_could_be_twins(g->d, ra->piece, rb->piece))
			vote_equal(g, ra->piece, rb->piece);
	}
}

/* The next entry of a special section that is part of what its owner means. */
static uint32_t meaning(const struct object *obj, uint32_t e)
{
	while (e != NO_PIECE && !(obj->pieces[e].rule->flags & SPECIAL_MEANING))
		e = obj->pieces[e].next_owned;
	return e;
}

static void vote_entries(struct graph *g, const struct piece *a, const struct piece *b)
{
	const struct object *orig = g->d->orig, *patched = g->d->patched;
	uint32_t x = meaning(orig, a->first_owned), y = meaning(patched, b->first_owned);

	while (x != NO_PIECE && y != NO_PIECE) {
		vote_refs(g, &orig->pieces[x], &patched->pieces[y], 0);
		x = meaning(orig, orig->pieces[x].next_owned);
		y = meaning(patched, patched->pieces[y].next_owned);
	}
}

/* What became twins since it was called last votes; then votes are counted. */
static bool pair_in_equal(struct graph *g)
{
	struct diff *d = g->d;
	bool progress = false;

	for (; g->next < d->patched->matching->nr_paired; g->next++) {
		const struct piece *b = &d->patched->pieces[d->patched->matching->paired[g->next]];
		const struct piece *a = &d->orig->pieces[b->twin];

		pair_parts(d, b->twin, (uint32_t)(b - d->patched->pieces));
		if (a->checksum != b->checksum)
			continue;
		vote_refs(g, a, b, 0);
		vote_entries(g, a, b);
	}
	while (g->nr_touched) {
		uint32_t y = g->touched[--g->nr_touched], x = g->equal.patched[y];

		g->is_touched[y] = false;
		if (x == VOTES_DISAGREE || g->equal.orig[x] != y ||
		    !piece_is_open(&d->orig->pieces[x]) || !piece_is_open(&d->patched->pieces[y]))
			continue;
		diff_pair(d, x, y, EVIDENCE_REFS);
		progress = true;
	}
	return progress;
}

/* ---- twins that differ ---- */

static uint32_t *number_stems(const struct object *obj, struct map *numbers)
{
	uint32_t *stems = arena_calloc(obj->arena, obj->nr_pieces + 1, sizeof(*stems));

	for (uint32_t i = 0; i < obj->matching->nr_open; i++) {
		const char *stem = obj->pieces[obj->matching->open[i]].stem;
		const struct map_entry *e = map_find_str(numbers, stem);
		uint32_t number = e ? e->value : (uint32_t)numbers->nr;

		if (!e)
			map_add_str(numbers, stem, number);
		stems[obj->matching->open[i]] = number;
	}
	return stems;
}

static void graph_init(struct graph *g, struct diff *d)
{
	size_t nr_orig = d->orig->nr_pieces + 1, nr_patched = d->patched->nr_pieces + 1;
	struct map numbers;

	*g = (struct graph){ .d = d };
	g->equal.orig = arena_calloc(d->arena, nr_orig, sizeof(uint32_t));
	g->equal.patched = arena_calloc(d->arena, nr_patched, sizeof(uint32_t));
	g->changed.orig = arena_calloc(d->arena, nr_orig, sizeof(uint32_t));
	g->changed.patched = arena_calloc(d->arena, nr_patched, sizeof(uint32_t));
	g->touched = arena_calloc(d->arena, nr_patched, sizeof(uint32_t));
	g->is_touched = arena_calloc(d->arena, nr_patched, sizeof(bool));
	g->walked = arena_calloc(d->arena, nr_patched, sizeof(uint32_t));
	memset(g->equal.orig, 0xff, nr_orig * sizeof(uint32_t));
	memset(g->equal.patched, 0xff, nr_patched * sizeof(uint32_t));
	memset(g->walked, 0xff, nr_patched * sizeof(uint32_t));
	map_init(&numbers, d->arena);
	g->stem_orig = number_stems(d->orig, &numbers);
	g->stem_patched = number_stems(d->patched, &numbers);
	g->only_orig = arena_calloc(d->arena, numbers.nr + 1, sizeof(*g->only_orig));
	g->only_patched = arena_calloc(d->arena, numbers.nr + 1, sizeof(*g->only_patched));
}

static bool leads_to_open(const struct object *obj, const struct ref *r)
{
	return r->piece != NO_PIECE && piece_is_open(&obj->pieces[r->piece]);
}

static void note_targets(const struct object *obj, const struct piece *p, const uint32_t *stems,
			 struct only *only, uint32_t asked)
{
	for_each_ref (obj, p, r) {
		struct only *o;

		if (!leads_to_open(obj, r))
			continue;
		o = &only[stems[r->piece]];
		if (o->asked != asked)
			*o = (struct only){ asked, r->piece };
		else if (o->target != r->piece)
			o->target = NO_PIECE;
	}
}

/*
 * What a function consists of for its source: itself, its entries, and functions
 * without a twin that it refers to, as a compiler may have inlined them in the
 * other object.
 */
static uint32_t list_parts(const struct object *obj, uint32_t piece, uint32_t *parts)
{
	uint32_t nr = 0;

	parts[nr++] = piece;
	for (uint32_t n = 0; n < nr; n++) {
		const struct piece *p = &obj->pieces[parts[n]];

		for (uint32_t e = meaning(obj, p->first_owned); e != NO_PIECE && nr < MAX_PARTS;
		     e = meaning(obj, obj->pieces[e].next_owned))
			parts[nr++] = e;
		for (uint32_t i = 0; i < p->nr_refs && nr < MAX_PARTS; i++) {
			const struct ref *r = &obj->refs[p->first_ref + i];
			uint32_t k = 0;

			if (!leads_to_open(obj, r) || obj->pieces[r->piece].kind != PIECE_FUNC)
				continue;
			while (k < nr && parts[k] != r->piece)
				k++;
			if (k == nr)
				parts[nr++] = r->piece;
		}
	}
	return nr;
}

static void vote_changed(struct graph *g, const struct piece *b)
{
	const struct object *obj = g->d->patched;

	for_each_ref (obj, b, r) {
		const struct only *x, *y;

		if (!leads_to_open(obj, r))
			continue;
		x = &g->only_orig[g->stem_patched[r->piece]];
		y = &g->only_patched[g->stem_patched[r->piece]];
		if (x->asked != g->asked || x->target == NO_PIECE || y->target != r->piece ||
		    !diff_could_be_twins(g->d, x->target, r->piece))
			continue;
		vote(&g->changed.orig[x->target], r->piece);
		vote(&g->changed.patched[r->piece], x->target);
	}
}

/* Twins that differ: of each name, the only one that both refer to. */
static void vote_in_changed(struct graph *g, uint32_t a, uint32_t b)
{
	const struct object *orig = g->d->orig, *patched = g->d->patched;
	uint32_t parts[MAX_PARTS], nr;

	g->asked++;
	nr = list_parts(orig, a, parts);
	for (uint32_t i = 0; i < nr; i++)
		note_targets(orig, &orig->pieces[parts[i]], g->stem_orig, g->only_orig, g->asked);
	nr = list_parts(patched, b, parts);
	for (uint32_t i = 0; i < nr; i++)
		note_targets(patched, &patched->pieces[parts[i]], g->stem_patched, g->only_patched,
			     g->asked);
	for (uint32_t i = 0; i < nr; i++)
		vote_changed(g, &patched->pieces[parts[i]]);
}

/* A static that functions came to share says nothing where these do not agree whose it was. */
static bool pair_in_changed(struct graph *g)
{
	struct diff *d = g->d;
	bool progress = false;

	memset(g->changed.orig, 0xff, d->orig->nr_pieces * sizeof(uint32_t));
	memset(g->changed.patched, 0xff, d->patched->nr_pieces * sizeof(uint32_t));
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++) {
		const struct piece *b = &d->patched->pieces[i];
		const struct piece *a = piece_twin(d->orig, b);

		if (a && a->checksum != b->checksum)
			vote_in_changed(g, b->twin, i);
	}
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++) {
		uint32_t x = g->changed.patched[i];

		if (x == NO_PIECE || x == VOTES_DISAGREE || g->changed.orig[x] != i ||
		    g->equal.orig[x] != NO_PIECE || g->equal.patched[i] != NO_PIECE)
			continue;
		diff_pair(d, x, i, EVIDENCE_REFS);
		progress = true;
	}
	return progress;
}

void diff_pair_by_refs(struct diff *d)
{
	struct graph g;

	/* Whether anything is said does not matter if nobody listens. */
	if (!diff_nr_open(d->orig) || !diff_nr_open(d->patched))
		return;
	graph_init(&g, d);
	for (int round = 0; round < MAX_ROUNDS; round++) {
		while (pair_in_equal(&g))
			;
		if (!pair_in_changed(&g))
			break;
	}
}
