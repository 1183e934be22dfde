// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Find who enters a replaced function elsewhere than at its begin.  The kernel redirects only that:
 * what jumps to a label in fn(), or holds the label's address, goes on in the original.  So a
 * function that does is replaced with fn(), for its copy's reference leads to the copy of fn().
 */
#include "internal.h"

bool diff_leads_inside(const struct diff *d, const struct ref *r)
{
	const struct piece *to = ref_piece(d->patched, r);

	return to && to->kind == PIECE_FUNC && !(r->flags & REF_DROP) && r->off > 0 &&
	       (uint64_t)r->off < to->end - to->base &&
	       diff_piece_is_patched(&d->patched->pieces[piece_root(d->patched, r->piece)]);
}

/* The reference by which the piece leads inside of one that is not root, perhaps by a table. */
static const struct ref *enters(const struct diff *d, uint32_t i, uint32_t root)
{
	const struct object *obj = d->patched;

	for_each_ref (obj, &obj->pieces[i], r) {
		const struct piece *to = ref_piece(obj, r);

		if (diff_leads_inside(d, r) && piece_root(obj, r->piece) != root)
			return r;
		if (to && to->flags & PIECE_STATIC && obj->pieces[i].kind != PIECE_OBJECT &&
		    enters(d, r->piece, root))
			return r;
	}
	return NULL;
}

const struct ref *diff_entering_ref(const struct diff *d, uint32_t piece)
{
	return enters(d, piece, piece_root(d->patched, piece));
}

bool diff_change_who_enters(struct diff *d)
{
	const struct object *obj = d->patched;
	bool any = false;

	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		uint32_t root = piece_root(obj, i);
		struct piece *p = &obj->pieces[root];

		if (p->kind != PIECE_FUNC || p->twin == NO_PIECE ||
		    p->flags & (PIECE_CHANGED | PIECE_FREED) || !enters(d, i, root))
			continue;
		p->flags |= PIECE_CHANGED;
		any = true;
	}
	return any;
}
