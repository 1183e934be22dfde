// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Are twins equal?  Bytes but for relocated fields, and references that lead
 * to the same: to twins, to the same undefined name, or to equal content where
 * the target has no identity of its own.  A function also means the entries of
 * special sections that it owns.
 */
#include <string.h>

#include "internal.h"


/* Chains of nameless data are short; past this they count as different, which is loud. */
#define MAX_DEPTH 64

/* Of each pair of pieces without identity that was compared, whether they hold the same. */
struct equal_memo {
	struct map pairs;	/* → number in state */
	uint8_t *state;
	size_t nr, cap;
};

enum equal_state { EQUAL_RUNNING = 1, EQUAL_YES, EQUAL_NO };

void diff_forget_equal(struct diff *d)
{
	d->equal = arena_calloc(d->arena, 1, sizeof(*d->equal));
	map_init(&d->equal->pairs, d->arena);
}

static bool content_equal(struct diff *d, uint32_t a, uint32_t b, int depth);

/* The line number of one entry differs: noted, and otherwise no difference. */
static bool lines_differ(const struct piece *a, const struct piece *b)
{
	if (!a->layout || a->layout->line == SPECIAL_NONE || !a->sec->data || !b->sec->data)
		return false;
	return memcmp(a->sec->data + a->start + a->layout->line,
		      b->sec->data + b->start + b->layout->line, 2) != 0;
}

/* bytes: NULL for those of .bss */
static bool is_zero(const uint8_t *bytes, size_t size)
{
	while (bytes && size && !bytes[size - 1])
		size--;
	return !bytes || !size;
}

static bool bytes_equal(struct diff *d, const struct piece *a, const struct piece *b)
{
	size_t size = a->end - a->start;
	const uint8_t *x, *y;

	if (size != b->end - b->start || a->base - a->start != b->base - b->start)
		return false;
	x = piece_masked(d->orig, a);
	y = piece_masked(d->patched, b);
	if (!x || !y)	/* .bss, or zeroes in a section with contents */
		return is_zero(x ?: y, size);
	return !memcmp(x, y, size);
}

static bool strings_equal(const struct piece *a, int64_t off_a, const struct piece *b, int64_t off_b)
{
	uint64_t len_a = a->end - a->start, len_b = b->end - b->start;

	if (off_a == off_b && (off_a < 0 || (uint64_t)off_a >= len_a))
		off_a = off_b = 0;	/* an index is added */
	if (off_a < 0 || off_b < 0 || (uint64_t)off_a >= len_a || (uint64_t)off_b >= len_b)
		return false;
	if (!a->sec->data[a->start + (uint64_t)off_a] && !b->sec->data[b->start + (uint64_t)off_b])
		return true;	/* empty strings in runs of zeroes */
	return len_a - (uint64_t)off_a == len_b - (uint64_t)off_b &&
	       !memcmp(a->sec->data + a->start + off_a, b->sec->data + b->start + off_b,
		       len_a - (uint64_t)off_a);
}

/*
 * From a table's entry back to what owns it.  The entries of both owners are
 * compared, so that these correspond: also where one without identity has the
 * entry, such as replacement code in which something is replaced again.
 */
static bool are_owners(const struct piece *pa, const struct ref *ra, const struct piece *pb,
		       const struct ref *rb)
{
	return pa->kind == PIECE_ENTRY && pb->kind == PIECE_ENTRY && ra->piece == pa->owner &&
	       rb->piece == pb->owner;
}

/* ra stands in pa, rb in pb, which are being compared. */
static bool targets_equal(struct diff *d, const struct piece *pa, const struct ref *ra,
			  const struct piece *pb, const struct ref *rb, int depth)
{
	const struct piece *a, *b;

	if (ra->piece == NO_PIECE || rb->piece == NO_PIECE) {
		if (ra->piece != rb->piece || ra->off != rb->off || !ra->sec != !rb->sec)
			return false;
		if (ra->sec)
			return !strcmp(d->orig->elf->secs[ra->sec]->name,
				       d->patched->elf->secs[rb->sec]->name);
		return !strcmp(d->orig->elf->syms[ra->sym].name, d->patched->elf->syms[rb->sym].name);
	}
	a = &d->orig->pieces[ra->piece];
	b = &d->patched->pieces[rb->piece];
	if (a->kind == PIECE_STRING && b->kind == PIECE_STRING && a->sec->entsize <= 1)
		return strings_equal(a, ra->off, b, rb->off);
	if (ra->off != rb->off)
		return false;
	if (a->twin == rb->piece || b->twin == ra->piece || (a == pa && b == pb) ||
	    are_owners(pa, ra, pb, rb))
		return true;
	return piece_is_content(a) && piece_is_content(b) &&
	       content_equal(d, ra->piece, rb->piece, depth);
}

static const struct ref *next_ref(const struct object *obj, const struct piece *p, uint32_t *i)
{
	while (*i < p->nr_refs) {
		const struct ref *r = &obj->refs[p->first_ref + (*i)++];

		if (!(r->flags & REF_DROP))
			return r;
	}
	return NULL;
}

/* Texts that end in a line, but for that. */
static bool texts_equal(const struct diff *d, const struct ref *ra, const struct ref *rb)
{
	const char *a = ref_string(d->orig, ra), *b = ref_string(d->patched, rb);
	size_t len = special_before_number(a);

	return len == special_before_number(b) && !memcmp(a, b, len);
}

/* … wherever they stand */
static bool ref_equal(struct diff *d, const struct piece *a, const struct ref *ra,
		      const struct piece *b, const struct ref *rb, int depth)
{
	return !((ra->flags ^ rb->flags) & (REF_SLOT | REF_FILE | REF_LINE)) &&
	       arch_reloc(d->arch, ra->type)->like == arch_reloc(d->arch, rb->type)->like &&
	       (ra->flags & REF_FILE ||
		(ra->flags & REF_LINE ? texts_equal(d, ra, rb)
				      : targets_equal(d, a, ra, b, rb, depth)));
}

static bool refs_equal(struct diff *d, const struct piece *a, const struct piece *b, int depth)
{
	uint32_t i = 0, k = 0;

	for (;;) {
		const struct ref *ra = next_ref(d->orig, a, &i);
		const struct ref *rb = next_ref(d->patched, b, &k);

		if (!ra || !rb)
			return ra == rb;
		if (ra->place - a->start != rb->place - b->start ||
		    !ref_equal(d, a, ra, b, rb, depth))
			return false;
	}
}

/* The next entry that is part of what its owner means. */
static const struct piece *next_entry(const struct object *obj, uint32_t *e)
{
	while (*e != NO_PIECE) {
		const struct piece *p = &obj->pieces[*e];

		*e = p->next_owned;
		if (p->rule->flags & SPECIAL_MEANING)
			return p;
	}
	return NULL;
}

static bool entries_equal(struct diff *d, const struct piece *a, struct piece *b, int depth)
{
	uint32_t ea = a->first_owned, eb = b->first_owned;

	for (;;) {
		const struct piece *x = next_entry(d->orig, &ea);
		const struct piece *y = next_entry(d->patched, &eb);

		if (!x || !y)
			return x == y;
		if (strcmp(x->sec->name, y->sec->name) || !bytes_equal(d, x, y) ||
		    !refs_equal(d, x, y, depth))
			return false;
		if (lines_differ(x, y))
			b->flags |= PIECE_LINE_ONLY;
	}
}

/* What differs, for people; NULL: nothing. */
static const char *difference(struct diff *d, uint32_t ia, uint32_t ib, int depth)
{
	const struct piece *a = &d->orig->pieces[ia];
	struct piece *b = &d->patched->pieces[ib];
	bool line = false;

	if (a->kind != b->kind)
		return "code or data";
	/* Of what is kept, the running kernel's memory counts, which is asked later. */
	if (a->kind == PIECE_OBJECT && piece_is_content(b) &&
	    (a->sec->flags ^ b->sec->flags) & (SHF_WRITE | SHF_TLS))
		return "the kind of section";
	if (a->end - a->start != b->end - b->start)
		return "the size";
	if (!bytes_equal(d, a, b))
		return "instructions or contents";
	if (!refs_equal(d, a, b, depth))
		return "what it refers to";
	if (!object_lines_match(d->orig, a, d->patched, b, &line))
		return "where it has line numbers";
	if (!entries_equal(d, a, b, depth))
		return "its entries of special sections";
	if (line)
		b->flags |= PIECE_LINE_ONLY;
	return NULL;
}

/*
 * Pieces without identity are compared by what they hold.  One that refers to
 * itself is no problem (targets_equal); a longer circle counts as different,
 * since an equality that only assumes itself must not be remembered.
 */
static bool content_equal(struct diff *d, uint32_t a, uint32_t b, int depth)
{
	uint64_t key = (uint64_t)a << 32 | b;
	const struct map_entry *e = map_find_u64(&d->equal->pairs, key);
	const char *stem_a = d->orig->pieces[a].stem, *stem_b = d->patched->pieces[b].stem;
	size_t slot;

	if (e)
		return d->equal->state[e->value] == EQUAL_YES;
	if (piece_is_frozen(d->patched, &d->patched->pieces[b]) &&
	    piece_is_frozen(d->orig, &d->orig->pieces[a]))
		return diff_are_frozen_together(d, a, b);
	if (depth >= MAX_DEPTH || !stem_a != !stem_b || (stem_a && strcmp(stem_a, stem_b)))
		return false;
	d->equal->state = arena_grow(d->arena, d->equal->state, d->equal->nr, &d->equal->cap, 1);
	slot = d->equal->nr++;
	d->equal->state[slot] = EQUAL_RUNNING;
	map_add_u64(&d->equal->pairs, key, (uint32_t)slot);
	d->equal->state[slot] = difference(d, a, b, depth + 1) ? EQUAL_NO : EQUAL_YES;
	return d->equal->state[slot] == EQUAL_YES;
}

const char *diff_difference(struct diff *d, uint32_t orig, uint32_t patched)
{
	return difference(d, orig, patched, 0);
}

bool diff_content_equal(struct diff *d, uint32_t orig, uint32_t patched)
{
	return content_equal(d, orig, patched, 0);
}

bool diff_ref_equal(struct diff *d, const struct piece *a, const struct ref *ra,
		    const struct piece *b, const struct ref *rb)
{
	return ref_equal(d, a, ra, b, rb, 0);
}

/* A record that p and its entries refer to, and of which the copy has its own. */
static bool leads_to_lines(const struct object *obj, const struct piece *p)
{
	for_each_ref (obj, p, r) {
		const struct piece *to = ref_piece(obj, r);

		if (to && to->flags & PIECE_LINE_ONLY && piece_is_content(to))
			return true;
	}
	return false;
}

/* A function that is equal, or whose cold part is, but for line numbers. */
static void count_line_changes(struct diff *d)
{
	for_each_piece (d->patched, p) {
		if (p->kind == PIECE_FUNC && p->flags & PIECE_EQUAL &&
		    p->flags & PIECE_LINE_ONLY && p->owner == NO_PIECE)
			d->stats.line_changes++;
	}
}

void diff_compare(struct diff *d)
{
	diff_forget_equal(d);
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++) {
		struct piece *p = &d->patched->pieces[i];
		struct diag_where where = piece_where(d->patched, p);
		const char *what;

		if (p->twin == NO_PIECE || piece_is_frozen(d->patched, p))
			continue;
		what = difference(d, p->twin, i, 0);
		p->flags |= what ? PIECE_CHANGED : PIECE_EQUAL;
		if (what)
			diag_debug(d->diag, &where, "changed", "differs from its twin in %s", what);
		else if (p->flags & PIECE_LINE_ONLY || leads_to_lines(d->patched, p))
			d->patched->pieces[piece_root(d->patched, i)].flags |= PIECE_LINE_ONLY;
	}
	count_line_changes(d);
}
