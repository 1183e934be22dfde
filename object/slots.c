// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Slots with addresses, from which code loads them (ppc64: .toc).
 *
 * Which slot of an object holds which address is for the compiler and the
 * linker to choose, and means nothing: a reference to a slot is taken as one to
 * what the slot names, through a slot (REF_SLOT).
 */
#include "internal.h"

/* The address that the piece holds, or NULL: a constant, or no slot at all. */
static const struct ref *address_in(const struct object *obj, const struct piece *p)
{
	const struct ref *r = &obj->refs[p->first_ref];

	if (obj->secs[p->sec->index].role != ROLE_SLOTS || p->nr_refs != 1 ||
	    r->place != p->start || r->type != obj->arch->abs64)
		return NULL;
	return r;
}

static void follow(struct object *obj, struct ref *r)
{
	const struct ref *to;

	if (r->piece == NO_PIECE || r->off || !(arch_reloc(obj->arch, r->type)->flags & RELOC_TOC))
		return;
	to = address_in(obj, &obj->pieces[r->piece]);
	if (!to)
		return;
	r->sym = to->sym;
	r->sec = to->sec;
	r->piece = to->piece;
	r->off = to->off;
	r->flags |= REF_SLOT;
}

void object_follow_slots(struct object *obj)
{
	for (uint32_t i = 0; obj->arch->slots && i < obj->nr_refs; i++)
		follow(obj, &obj->refs[i]);
}
