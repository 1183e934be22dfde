// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Walk through two builds of a function, instruction by instruction, up to the place where they
 * part.  An instruction that was only moved by others (a jump of another length) is no change.
 */
#include <string.h>

#include "internal.h"

struct side {
	const struct object *obj;
	const struct piece *p;
	uint32_t piece;
	uint8_t *bytes;		/* without what relocations fill */
	uint64_t size, at;
	uint32_t next_ref;	/* the first at or behind `at`, among the piece's */

	/* The instruction at `at`. */
	struct insn insn;
	uint8_t len;
	bool decoded;
	uint32_t first_ref, nr_refs;	/* its own; dropped ones among them */
};

/* A branch whose place in the walk has to be looked at again when all of it is known. */
struct local_branch {
	struct insn_at old, new;
	int64_t old_dest, new_dest;
};

struct branches {
	struct local_branch *v;
	size_t nr, cap;
};

static void begin(struct side *s, const struct object *obj, uint32_t piece)
{
	const uint8_t *masked;

	*s = (struct side){ .obj = obj, .p = &obj->pieces[piece], .piece = piece };
	s->size = s->p->end - s->p->start;
	masked = piece_masked(obj, s->p);
	/* Comparing what is referred to needs the place where masked bytes stand. */
	s->bytes = arena_alloc(obj->arena, s->size);
	if (masked)
		memcpy(s->bytes, masked, s->size);
}

static void look(struct side *s)
{
	uint64_t left = s->size - s->at;

	s->decoded = left && s->p->sec->data &&
		     !s->obj->arch->decode(s->p->sec->data + s->p->start + s->at, left, &s->insn);
	s->len = s->decoded		     ? s->insn.len
		 : left < s->obj->arch->insn_align ? (uint8_t)left
						   : s->obj->arch->insn_align;
	s->first_ref = s->next_ref;
	for (s->nr_refs = 0; s->next_ref < s->p->nr_refs; s->next_ref++, s->nr_refs++)
		if (s->obj->refs[s->p->first_ref + s->next_ref].place - s->p->start >= s->at + s->len)
			break;
}

/* The instruction's k-th reference of those that count, or NULL. */
static const struct ref *insn_ref(const struct side *s, uint32_t k)
{
	for (uint32_t i = 0; i < s->nr_refs; i++) {
		const struct ref *r = &s->obj->refs[s->p->first_ref + s->first_ref + i];

		if (!(r->flags & REF_DROP) && !k--)
			return r;
	}
	return NULL;
}

/* Whether the instructions' references are equal; if not, which of them are not. */
static bool refs_agree(struct diff *d, const struct side *a, const struct side *b, struct walk *w)
{
	for (uint32_t k = 0;; k++) {
		const struct ref *ra = insn_ref(a, k), *rb = insn_ref(b, k);

		if (!ra && !rb)
			return true;
		if (ra && rb && ra->place - a->p->start - a->at == rb->place - b->p->start - b->at &&
		    diff_ref_equal(d, a->p, ra, b->p, rb))
			continue;
		w->old_ref = ra;
		w->new_ref = rb;
		return false;
	}
}

/* Where in its own function the instruction leads: from the piece's begin.  False: nowhere. */
static bool local_dest(const struct side *s, int64_t *dest)
{
	const struct ref *r = insn_ref(s, 0);

	if (!s->decoded || insn_ref(s, 1))
		return false;
	if (r) {
		if (r->piece != s->piece)
			return false;
		*dest = r->off + (int64_t)(s->p->base - s->p->start);
	} else {
		if (!(s->insn.flags & INSN_PCREL))
			return false;
		*dest = (int64_t)s->at + s->insn.rel;
	}
	return *dest >= 0 && (uint64_t)*dest <= s->size;
}

/* The instruction without the distance in it. */
static void without_distance(const struct side *s, uint8_t buf[static 16])
{
	const struct arch *arch = s->obj->arch;

	memset(buf, 0, 16);
	memcpy(buf, s->bytes + s->at, s->len);
	if (!(s->insn.flags & INSN_PCREL))
		return;
	if (!arch->imm_at_end)
		object_mask_field(arch_reloc(arch, arch->pcrel_type(&s->insn)), buf);
	else
		memset(buf + s->insn.rel_off, 0, s->insn.rel_size);
}

static bool same_but_distance(const struct side *a, const struct side *b)
{
	uint8_t x[16], y[16];

	if (a->len != b->len)
		return arch_same_jump(a->obj->arch, a->bytes + a->at, a->len, b->bytes + b->at, b->len);
	without_distance(a, x);
	without_distance(b, y);
	return !memcmp(x, y, sizeof(x));
}

static struct insn_at at(const struct side *s)
{
	return (struct insn_at){ .piece = s->piece, .off = s->at, .len = s->len };
}

/* A branch within the function that got longer or shorter: to be judged later. */
static bool is_moved_branch(struct diff *d, const struct side *a, const struct side *b,
			    struct branches *branches)
{
	struct local_branch *l;
	int64_t x, y;

	if (!local_dest(a, &x) || !local_dest(b, &y) || !same_but_distance(a, b))
		return false;
	branches->v = arena_grow(d->arena, branches->v, branches->nr, &branches->cap,
				 sizeof(*branches->v));
	l = &branches->v[branches->nr++];
	*l = (struct local_branch){ at(a), at(b), x, y };
	return true;
}

static bool step(struct diff *d, struct side *a, struct side *b, struct walk *w,
		 struct branches *branches)
{
	bool bytes;

	look(a);
	look(b);
	w->pairs = arena_grow(d->arena, w->pairs, w->nr_pairs, &w->cap_pairs, sizeof(*w->pairs));
	w->pairs[w->nr_pairs][0] = a->at;
	w->pairs[w->nr_pairs++][1] = b->at;
	if (!a->len && !b->len)
		return false;
	bytes = a->len == b->len && !memcmp(a->bytes + a->at, b->bytes + b->at, a->len);
	if (!(bytes && refs_agree(d, a, b, w)) && !is_moved_branch(d, a, b, branches)) {
		if (!bytes && a->len && b->len)
			refs_agree(d, a, b, w);
		w->differs = true;
		w->old = at(a);
		w->new = at(b);
		return false;
	}
	w->old_ref = w->new_ref = NULL;
	a->at += a->len;
	b->at += b->len;
	return true;
}

/* The place in the new function of one in the old, or -1 if it is none of an instruction. */
static int64_t counterpart(const struct walk *w, int64_t old)
{
	size_t from = 0, to = w->nr_pairs;

	while (to - from > 1) {
		size_t mid = from + (to - from) / 2;

		if ((int64_t)w->pairs[mid][0] <= old)
			from = mid;
		else
			to = mid;
	}
	return (int64_t)w->pairs[from][0] == old ? (int64_t)w->pairs[from][1] : -1;
}

/* Branches into what was walked through must lead to the same there; others may have moved. */
static void judge_branches(struct walk *w, const struct branches *branches)
{
	int64_t old_end = (int64_t)w->pairs[w->nr_pairs - 1][0];
	int64_t new_end = (int64_t)w->pairs[w->nr_pairs - 1][1];

	for (size_t i = 0; i < branches->nr; i++) {
		const struct local_branch *l = &branches->v[i];

		/* Beyond the place where the two part, destinations may have moved. */
		if (w->differs && l->old_dest >= old_end && l->new_dest >= new_end)
			continue;
		if (counterpart(w, l->old_dest) == l->new_dest)
			continue;
		w->differs = w->branch = true;
		w->old = l->old;
		w->new = l->new;
		w->old_dest = l->old_dest;
		w->new_dest = l->new_dest;
		w->old_ref = w->new_ref = NULL;
		return;
	}
}

void report_walk(struct diff *d, uint32_t orig, uint32_t patched, struct walk *w)
{
	struct branches branches = { 0 };
	struct side a, b;

	*w = (struct walk){ 0 };
	begin(&a, d->orig, orig);
	begin(&b, d->patched, patched);
	while (step(d, &a, &b, w, &branches))
		;
	judge_branches(w, &branches);
}
