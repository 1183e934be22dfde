// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * May what is copied refer to what it refers to?  What becomes of each reference, and
 * whether the loader can make it so, is asked later (diff/clone/target.c, diff/clone/loadable.c).
 */
#include "internal.h"

static void check_ref_section(struct diff *d, const struct piece *p, const struct ref *r)
{
	struct diag_where where = ref_where(d, p, r);

	diag_error(d->diag, &where, "unknown-section",
		   "refers to section %s, which is not part of a livepatch",
		   d->patched.elf->secs[r->sec]->name);
}

/* Code that stays referred to it before the patch, and so must have a guard. */
static bool was_guarded(struct diff *d, const struct piece *to)
{
	struct users users;

	if (to->twin == NO_PIECE)
		return false;
	users = object_users(&d->orig, to->twin);
	for (uint32_t i = 0; i < users.nr; i++) {
		const struct piece *p = &d->orig.pieces[users.v[i]];

		if ((p->kind == PIECE_FUNC || p->kind == PIECE_CODE) && !(p->flags & PIECE_FREED))
			return true;
	}
	return false;
}

/* What the kernel has of it is gone by now. */
static bool is_freed(const struct diff *d, const struct piece *to)
{
	return to->flags & PIECE_FREED &&
	       (to->twin == NO_PIECE || d->orig.pieces[to->twin].flags & PIECE_FREED);
}

static void check_ref_freed(struct diff *d, const struct piece *p, const struct ref *r)
{
	struct diag_where where = ref_where(d, p, r);

	if (was_guarded(d, &d->patched.pieces[r->piece]))
		diag_warn(d->diag, &where, "refers-to-init",
			  "refers to %s, which is freed after boot or load; the original kernel "
			  "must guard this reference",
			  ref_label(&d->patched, r));
	else
		diag_error(d->diag, &where, "refers-to-init",
			   "refers to %s, which is freed after boot or load, and to which nothing "
			   "that stays referred before the patch",
			   ref_label(&d->patched, r));
}

static void report_position(struct diff *d, const struct piece *p, const struct ref *r)
{
	struct diag_where where;

	if (d->patched.pieces[r->piece].evidence != EVIDENCE_POSITION ||
	    piece_root(&d->patched, (uint32_t)(p - d->patched.pieces)) == r->piece)
		return;
	where = ref_where(d, p, r);
	diag_warn(d->diag, &where, "paired-by-position",
		  "refers to %s, of which there are or were several: nothing but their order says "
		  "which is which in %s; --pair says it for certain",
		  ref_label(&d->patched, r), d->orig.elf->path);
}

/* What declares a callback becomes a field of klp_object_ext, and is not copied. */
static void check_ref_callback(struct diff *d, const struct piece *p, const struct ref *r)
{
	struct diag_where where = ref_where(d, p, r);

	diag_error(d->diag, &where, "callback",
		   "refers to %s, which only tells klp of a callback: call the function itself",
		   ref_label(&d->patched, r));
}

/* The kernel's table leads into the original function, from wherever it is read. */
static void check_ref_labels(struct diff *d, uint32_t i, const struct piece *p, const struct ref *r)
{
	const struct object *obj = &d->patched;
	const struct piece *table = &obj->pieces[r->piece];
	struct diag_where where;

	for (uint32_t k = 0; k < table->nr_refs; k++) {
		const struct ref *label = &obj->refs[table->first_ref + k];

		if (label->piece == NO_PIECE || !label->off ||
		    piece_root(obj, label->piece) != piece_root(obj, i) || ref_wants_copy(d, i, r))
			continue;
		where = ref_where(d, p, r);
		diag_error(d->diag, &where, "code-table",
			   "jumps through %s, which is written to and holds addresses inside the "
			   "original function: the copy would run on there",
			   ref_label(obj, r));
		return;
	}
}

void diff_check_refs(struct diff *d, uint32_t i)
{
	const struct piece *p = &d->patched.pieces[i];
	const struct object *obj = &d->patched;

	for (uint32_t k = 0; k < p->nr_refs; k++) {
		const struct ref *r = &obj->refs[p->first_ref + k];
		const struct piece *to = r->piece == NO_PIECE ? NULL : &obj->pieces[r->piece];

		if (r->flags & REF_DROP)
			continue;
		if (!to && r->sec)
			check_ref_section(d, p, r);
		if (!to)
			continue;
		if (to->flags & PIECE_CALLBACK)
			check_ref_callback(d, p, r);
		if (to->flags & PIECE_LABELS)
			check_ref_labels(d, i, p, r);
		if (is_freed(d, to) && !(to->flags & PIECE_INCLUDED) &&
		    !(p->flags & PIECE_FREED))
			check_ref_freed(d, p, r);
		report_position(d, p, r);
		diff_check_pad(d, i, r);
		diff_check_layout(d, p, r);
	}
}
