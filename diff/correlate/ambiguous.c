// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where evidence speaks against evidence, or there is none: what people are
 * told, so that they can decide.
 */
#include <string.h>

#include "internal.h"

/* A message lists no more than these. */
#define MAX_CANDIDATES 8
#define MAX_USERS 3

/* Names that the source wrote, and what the user said, hold against any reference. */
static bool is_certain(const struct piece *p)
{
	return p->flags & PIECE_ALONE ||
	       (p->twin != NO_PIECE &&
		(p->evidence == EVIDENCE_NAME || p->evidence == EVIDENCE_SCOPE ||
		 p->evidence == EVIDENCE_USER || p->evidence == EVIDENCE_PARENT));
}

/* "f, g and 2 more": who refers to it. */
static const char *list_users(const struct object *obj, uint32_t piece)
{
	struct users users = object_users(obj, piece);
	const char *list = "";
	uint32_t nr = 0, last = NO_PIECE;

	for (uint32_t i = 0; i < users.nr; i++) {
		uint32_t root = piece_root(obj, users.v[i]);

		if (root == last)
			continue;
		last = root;
		if (nr++ < MAX_USERS)
			list = arena_printf(obj->arena, "%s%s%s", list, *list ? ", " : "",
					    piece_label(obj, &obj->pieces[root]));
	}
	if (nr > MAX_USERS)
		list = arena_printf(obj->arena, "%s and %u more", list, nr - MAX_USERS);
	return nr ? list : "nobody";
}

/* Pieces of orig that one and the same of patched could be: one source file, kind and stem. */
struct candidates {
	uint32_t nr, listed[MAX_CANDIDATES];
	const char *texts[MAX_CANDIDATES][2];	/* what a listed one is called, who uses it */
};

struct candidate_index {
	struct map groups;
	struct candidates *v;
	size_t nr, cap;
};

static const char *group_key(const struct object *obj, const struct piece *p)
{
	return arena_printf(obj->arena, "%u:%d:%s", obj->matching->file_id[p->file], p->kind,
			    p->stem);
}

/* Of all groups at once: every piece of a large one may ask. */
static struct candidate_index *index_candidates(struct diff *d)
{
	struct candidate_index *x = arena_alloc(d->arena, sizeof(*x));

	map_init(&x->groups, d->arena);
	for (uint32_t i = 0; i < d->orig->nr_pieces; i++) {
		const struct piece *p = &d->orig->pieces[i];
		const struct map_entry *e;
		struct candidates *c;
		const char *key;

		if (!piece_is_open(p) || p->owner != NO_PIECE)
			continue;
		key = group_key(d->orig, p);
		e = map_find_str(&x->groups, key);
		if (!e) {
			x->v = arena_grow(d->arena, x->v, x->nr, &x->cap, sizeof(*x->v));
			map_add_str(&x->groups, key, (uint32_t)x->nr++);
		}
		c = &x->v[e ? e->value : x->nr - 1];
		if (c->nr++ < MAX_CANDIDATES)
			c->listed[c->nr - 1] = i;
	}
	return x;
}

/* Those that it may be; NULL: none. */
static struct candidates *find_candidates(struct diff *d, const struct piece *y)
{
	const struct map_entry *e;

	if (!d->candidates)
		d->candidates = index_candidates(d);
	e = map_find_str(&d->candidates->groups, group_key(d->patched, y));
	return e ? &d->candidates->v[e->value] : NULL;
}

static const char *candidate_call(struct diff *d, struct candidates *c, uint32_t i)
{
	c->texts[i][0] = c->texts[i][0] ?: diff_piece_call(d->orig, c->listed[i]);
	return c->texts[i][0];
}

/* "  once.0: 4 bytes, the same contents, used by f", a line each. */
static void list_candidates(struct diff *d, const struct piece *y, struct candidates *c)
{
	for (uint32_t i = 0; i < c->nr && i < MAX_CANDIDATES; i++) {
		const struct piece *x = &d->orig->pieces[c->listed[i]];

		c->texts[i][1] = c->texts[i][1] ?: list_users(d->orig, c->listed[i]);
		diag_line(d->diag, "  %s: %llu bytes, %s contents, used by %s",
			  candidate_call(d, c, i), (unsigned long long)(x->end - x->start),
			  x->checksum == y->checksum ? "the same" : "other", c->texts[i][1]);
	}
	if (c->nr > MAX_CANDIDATES)
		diag_line(d->diag, "  and %u more", c->nr - MAX_CANDIDATES);
}

int diff_refuse_ambiguous(struct diff *d, uint32_t piece)
{
	const struct piece *y = &d->patched->pieces[piece];
	struct diag_where where = piece_where(d->patched, y);
	const char *call = diff_piece_call(d->patched, piece);
	struct candidates *c = find_candidates(d, y);
	int err = diag_error(
		d->diag, &where, "ambiguous-twin",
		"nothing tells which one of %s it is (%llu bytes, used by %s): pass --pair "
		"%s=%s, or another one, or --no-pair %s if it is new%s; there are",
		d->orig->elf->path, (unsigned long long)(y->end - y->start),
		list_users(d->patched, piece), c ? candidate_call(d, c, 0) : "OLD", call, call,
		strcmp(y->sec->name, "alloc_tags") ? "" : "; it is an allocation's: " DIFF_NO_TAG);

	if (c)
		list_candidates(d, y, c);
	return err;
}

/* ---- contradictions ---- */

/* "is paired with once.1 by references of twins", "has no twin" */
static const char *fate(const struct diff *d, bool orig, uint32_t i)
{
	const struct object *obj = orig ? d->orig : d->patched;
	const struct object *other = orig ? d->patched : d->orig;
	const struct piece *p = &obj->pieces[i];

	if (p->twin == NO_PIECE)
		return "has no twin";
	return arena_printf(d->arena, "is the twin of %s by %s", diff_piece_call(other, p->twin),
			    diff_evidence_text(p->evidence));
}

static void refuse_contradiction(struct diff *d, const struct piece *b, const struct ref *rb,
				 uint32_t x, uint32_t y)
{
	struct diag_where where = diff_ref_where(d, b, rb);
	const char *old = diff_piece_call(d->orig, x), *new = diff_piece_call(d->patched, y);

	diag_error(
		d->diag, &where, "contradictory-twins",
		"refers to %s where the original, which means the same, refers to %s; but %s %s, "
		"and %s of %s %s: pass --pair %s=%s if they are twins, --no-pair %s if it is "
		"new",
		new, old, new, fate(d, false, y), old, d->orig->elf->path, fate(d, true, x), old,
		new, new);
}

/* Both bodies are the same, so that what they lead to should be. */
static void check_refs(struct diff *d, const struct piece *a, const struct piece *b, bool *told)
{
	for (uint32_t i = 0; a->nr_refs == b->nr_refs && i < a->nr_refs; i++) {
		const struct ref *ra = &d->orig->refs[a->first_ref + i];
		const struct ref *rb = &d->patched->refs[b->first_ref + i];
		const struct piece *x, *y;

		if (ra->piece == NO_PIECE || rb->piece == NO_PIECE || ra->off != rb->off)
			continue;
		x = &d->orig->pieces[ra->piece];
		y = &d->patched->pieces[rb->piece];
		if (x->twin == rb->piece || (x->twin == NO_PIECE && y->twin == NO_PIECE) ||
		    is_certain(x) || is_certain(y) || piece_is_content(x) || piece_is_content(y) ||
		    told[rb->piece] || !diff_could_be_twins(d, ra->piece, rb->piece))
			continue;
		told[rb->piece] = true;
		refuse_contradiction(d, b, rb, ra->piece, rb->piece);
	}
}

void diff_check_pairs(struct diff *d)
{
	bool *told = arena_calloc(d->arena, d->patched->nr_pieces + 1, sizeof(*told));

	for (uint32_t i = 0; i < d->patched->matching->nr_paired; i++) {
		const struct piece *b = &d->patched->pieces[d->patched->matching->paired[i]];
		const struct piece *a = &d->orig->pieces[b->twin];

		if (a->checksum == b->checksum)
			check_refs(d, a, b, told);
	}
}
