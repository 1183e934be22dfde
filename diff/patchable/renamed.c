// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is a variable that is new one of the kernel's by another name?  Nothing in an object says so: to
 * klp, "static int users;" that is called "static int nr_users;" now is a variable that is gone
 * and one that is new, and the copies begin with its initial value.  Where all who used the one
 * use the other, it is said.
 */
#include <string.h>

#include "internal.h"

struct search {
	struct diff *d;
	uint32_t *user_of;	/* per piece of patched: the new variable, plus one, that it uses */
	uint32_t *asked_for;	/* per piece of orig: that it was last held against, plus one */
};

static bool is_variable(const struct piece *p)
{
	return p->kind == PIECE_OBJECT && p->name && !piece_is_content(p) &&
	       object_sec_is_written(p->sec);
}

/* Has neither object anything by the name that the other one has?  Of one stem, they were compared. */
static bool names_changed(const struct diff *d, const struct piece *old, const struct piece *p)
{
	return strcmp(old->stem, p->stem) && !map_find_str(&d->orig->names, p->name) &&
	       !map_find_str(&d->patched->names, old->name);
}

/* Do all who used old use the one whose users are marked by now?  And are there any? */
static bool has_its_users(struct search *s, uint32_t old, uint32_t mark)
{
	const struct object *orig = s->d->orig;
	struct users users = object_users(orig, old);
	bool any = false;

	for (uint32_t i = 0; i < users.nr; i++) {
		uint32_t twin = orig->pieces[piece_root(orig, users.v[i])].twin;

		if (twin == NO_PIECE)
			continue;
		if (s->user_of[twin] != mark)
			return false;
		any = true;
	}
	return any;
}

/* A variable that the original's piece refers to, that is gone and may be p; NULL: none. */
static const struct piece *find_old(struct search *s, const struct piece *user,
				    const struct piece *p, uint32_t mark)
{
	const struct object *orig = s->d->orig;

	for (uint32_t k = 0; k < user->nr_refs; k++) {
		uint32_t to = orig->refs[user->first_ref + k].piece;
		const struct piece *old;

		if (to == NO_PIECE || s->asked_for[to] == mark)
			continue;
		s->asked_for[to] = mark;
		old = &orig->pieces[to];
		if (old->twin == NO_PIECE && is_variable(old) && names_changed(s->d, old, p) &&
		    old->end - old->start == p->end - p->start &&
		    special_storage_of(s->d->arch, old->sec) ==
			    special_storage_of(s->d->arch, p->sec) &&
		    has_its_users(s, to, mark))
			return old;
	}
	return NULL;
}

static void check_new(struct search *s, uint32_t i)
{
	const struct object *obj = s->d->patched, *orig = s->d->orig;
	const struct piece *p = &obj->pieces[i], *old = NULL;
	struct users users = object_users(obj, i);
	struct diag_where where = piece_where(obj, p);

	for (uint32_t k = 0; k < users.nr; k++)
		s->user_of[piece_root(obj, users.v[k])] = i + 1;
	for (uint32_t k = 0; k < users.nr && !old; k++) {
		uint32_t twin = obj->pieces[users.v[k]].twin;

		if (twin != NO_PIECE)
			old = find_old(s, &orig->pieces[twin], p, i + 1);
	}
	if (old)
		diag_warn(s->d->diag, &where, "renamed",
			  "it is new, and %s of %s, which the same functions used, is gone: if it is "
			  "that variable by another name, the copies lose the value that the kernel's "
			  "has, and begin with the initial one; pass --pair %s=%s then, or --no-pair "
			  "%s if it is new",
			  old->name, orig->elf->path, old->name, p->name, p->name);
}

void diff_check_renamed(struct diff *d)
{
	struct search s = { .d = d };

	s.user_of = arena_calloc(d->arena, d->patched->nr_pieces, sizeof(*s.user_of));
	s.asked_for = arena_calloc(d->arena, d->orig->nr_pieces, sizeof(*s.asked_for));
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++) {
		const struct piece *p = &d->patched->pieces[i];

		if (p->twin == NO_PIECE && p->flags & PIECE_INCLUDED && is_variable(p) &&
		    !(p->flags & PIECE_ALONE))
			check_new(&s, i);
	}
}
