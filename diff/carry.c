// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A changed function that ftrace cannot reach (the kernel's `static inline` is
 * notrace) cannot be redirected.  If it is local and only ever called directly,
 * its callers can be: they are replaced, and carry the changed function along,
 * as if it had been inlined into them.
 */
#include <klp/diff.h>

static bool is_local(const struct object *obj, const struct piece *p)
{
	for (uint32_t i = 0; i < p->nr_aliases; i++)
		if (obj->elf->syms[obj->by_place[p->first_alias + i]].bind != STB_LOCAL)
			return false;
	return true;
}

static bool needs_carrier(const struct diff *d, const struct piece *p)
{
	const struct piece *twin = p->twin == NO_PIECE ? NULL : &d->orig.pieces[p->twin];

	return twin && p->kind == PIECE_FUNC && p->owner == NO_PIECE && d->orig.any_traced &&
	       p->flags & PIECE_CHANGED && !(twin->flags & PIECE_TRACED) &&
	       !(p->flags & (PIECE_CARRIED | PIECE_POINTED)) && is_local(&d->patched, p) &&
	       is_local(&d->orig, twin);
}

/*
 * Functions whose address is taken: whoever holds it would go on calling the original.
 * The entry of a table that belongs to the function does not call it.
 */
static void find_pointed(struct object *obj)
{
	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		const struct piece *p = &obj->pieces[i];

		for (uint32_t k = 0; k < p->nr_refs; k++) {
			const struct ref *r = &obj->refs[p->first_ref + k];

			if (r->piece != NO_PIECE && !r->off && !(r->flags & REF_BRANCH) &&
			    !(p->kind == PIECE_ENTRY && p->owner == r->piece))
				obj->pieces[r->piece].flags |= PIECE_POINTED;
		}
	}
}

/* Whether i leads to something with one of the flags. */
static bool leads_to(const struct object *obj, uint32_t i, uint32_t flags)
{
	const struct piece *p = &obj->pieces[i];

	for (uint32_t k = 0; k < p->nr_refs; k++) {
		uint32_t to = obj->refs[p->first_ref + k].piece;

		if (to != NO_PIECE && to != i && obj->pieces[to].flags & flags)
			return true;
	}
	return false;
}

/*
 * Every caller of a carried function changes with it; one may call it from
 * nameless code, such as an alternative's replacement.
 */
static void change_callers(struct diff *d)
{
	struct object *obj = &d->patched;
	uint32_t i;

	for (i = 0; i < obj->nr_pieces; i++)
		if (obj->pieces[i].kind == PIECE_CODE && leads_to(obj, i, PIECE_CARRIED))
			obj->pieces[i].flags |= PIECE_CALLS_CARRIED;
	for (i = 0; i < obj->nr_pieces; i++) {
		const struct piece *p = &obj->pieces[i];
		uint32_t calls = PIECE_CALLS_CARRIED;

		if (p->kind == PIECE_FUNC)
			calls |= PIECE_CARRIED;
		else if (p->kind != PIECE_ENTRY || p->owner == NO_PIECE)
			continue;
		if (leads_to(obj, i, calls))
			obj->pieces[piece_root(obj, i)].flags |= PIECE_CHANGED;
	}
}

void diff_carry(struct diff *d)
{
	bool progress = true;

	find_pointed(&d->orig);
	find_pointed(&d->patched);
	while (progress) {	/* as often as such functions call each other in a row */
		progress = false;
		for (uint32_t i = 0; i < d->patched.nr_pieces; i++) {
			struct piece *p = &d->patched.pieces[i];

			if (!needs_carrier(d, p) ||
			    d->orig.pieces[p->twin].flags & PIECE_POINTED)
				continue;
			p->flags |= PIECE_CARRIED;
			progress = true;
		}
		if (progress)
			change_callers(d);
	}
}
