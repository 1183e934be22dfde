// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Questions about copies: which functions are replaced, and whether a reference leads to a copy
 * or to the kernel.
 */
#include <string.h>

#include "internal.h"


/* A function that the kernel has and that this livepatch replaces. */
static bool is_replaced(const struct piece *p)
{
	return p->kind == PIECE_FUNC && p->twin != NO_PIECE && p->flags & PIECE_CHANGED;
}

bool diff_piece_is_patched(const struct piece *p)
{
	return is_replaced(p) && p->owner == NO_PIECE && !(p->flags & PIECE_CARRIED);
}

/*
 * An unchanged function or object stays in the kernel; what is new, or has no
 * identity, is copied.  A replaced function is both: control that the copies
 * transfer among each other goes to the copy, while a pointer to it names the
 * original, so that the kernel's redirection applies wherever it is called from
 * and goes away with the patch.  Places inside a replaced function
 * (labels of jump tables, exception tables) exist only in the copy; so does what an
 * indirect call needs of a function whose address nothing took before.  Who uses a
 * weak name means whatever the kernel's linker chose for it.
 */
bool diff_ref_wants_copy(const struct diff *d, uint32_t from, const struct ref *r)
{
	const struct object *obj = d->patched;
	const struct piece *to;

	if (r->piece == NO_PIECE)
		return false;
	to = &obj->pieces[r->piece];
	if (to->twin == NO_PIECE || to->flags & PIECE_CARRIED)
		return true;
	if (!is_replaced(&obj->pieces[piece_root(obj, r->piece)]))
		return false;
	if (obj->pieces[from].kind != PIECE_ENTRY && diff_weak_original(d, r))
		return false;
	if (to->owner != NO_PIECE || r->flags & REF_BRANCH)
		return true;
	return r->off != 0 || obj->pieces[from].kind == PIECE_ENTRY ||
	       to->flags & PIECE_POINT_COPY;
}

const char *diff_piece_boot_const(const struct piece *p)
{
	if (p->kind != PIECE_ENTRY || !(p->rule->flags & SPECIAL_BOOT_CONST))
		return NULL;
	return p->sec->name + strcspn(p->rule->name, "*");
}

bool diff_piece_is_cloned(const struct piece *p)
{
	return p->flags & PIECE_INCLUDED && !(p->flags & PIECE_CALLBACK) &&
	       !diff_piece_boot_const(p);
}

uint32_t diff_weak_original(const struct diff *d, const struct ref *r)
{
	const struct object *obj = d->patched;
	const struct elf_sym *sym = &obj->elf->syms[r->sym];
	const struct piece *to = &obj->pieces[r->piece];

	if (!r->sym || sym->bind != STB_WEAK || sym->type == STT_SECTION ||
	    r->off != (int64_t)(sym->value - to->base))
		return 0;
	for_each_str (&d->orig->names, sym->name, e)
		if (d->orig->elf->syms[e->value].bind == STB_WEAK &&
		    d->orig->piece_of[e->value] == to->twin)
			return e->value;
	return 0;
}

static const struct diag_where *keep(const struct diff *d, struct diag_where where)
{
	struct diag_where *kept = arena_alloc(d->arena, sizeof(*kept));

	*kept = where;
	return kept;
}

const struct diag_where *diff_at(const struct diff *d, const struct piece *p)
{
	return keep(d, piece_where(d->patched, p));
}

const struct diag_where *diff_at_ref(const struct diff *d, const struct piece *p,
				     const struct ref *r)
{
	return keep(d, diff_ref_where(d, p, r));
}

struct diag_where diff_ref_where(const struct diff *d, const struct piece *p, const struct ref *r)
{
	struct diag_where where = object_where(d->patched, p->sec, r->place);

	where.symbol = p->name;
	if (!p->name && p->owner != NO_PIECE)
		where.symbol = d->patched->pieces[p->owner].name;
	return where;
}
