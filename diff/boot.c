// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Leave out what ran, or was read, when the kernel booted or the object was loaded, and what will
 * run when it is unloaded.
 *
 * A fix often touches both foo_open() and foo_init().  The kernel has freed the latter
 * (.init.text), and ftrace cannot reach it: the livepatch brings foo_open() alone, and its author
 * is told.  He has to see to it that foo_open() does with what the old foo_init() has set up.
 */
#include <string.h>

#include "internal.h"

#define MAX_NAMES 12

/* all: tables of sysctls, too, of which another warning tells. */
static bool is_left_out(const struct diff *d, const struct piece *p, bool all)
{
	return p->flags & PIECE_LEFT_OUT && (p->kind == PIECE_FUNC || p->kind == PIECE_OBJECT) &&
	       (all || p->twin == NO_PIECE || d->orig->pieces[p->twin].flags & PIECE_FREED);
}

/* module_exit() of what is part of vmlinux, which is never unloaded: the kernel has no such table. */
static bool is_new_exitcall(const struct piece *p)
{
	return p->kind == PIECE_OBJECT && p->twin == NO_PIECE &&
	       !strcmp(p->sec->name, ".exitcall.exit");
}

/*
 * The patch takes the __init from a function, so that it can be called later: the kernel has none
 * that could be.  The patched object's is a new one, and what has run was the other.
 */
void diff_part_from_freed(struct diff *d)
{
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++) {
		struct piece *p = &d->patched->pieces[i];
		struct piece *twin = p->twin == NO_PIECE ? NULL : &d->orig->pieces[p->twin];

		if (!twin || p->kind != PIECE_FUNC || p->flags & PIECE_FREED ||
		    !(twin->flags & PIECE_FREED) || p->evidence == EVIDENCE_USER)
			continue;
		twin->twin = p->twin = NO_PIECE;
		twin->flags |= PIECE_REMOVED;
		p->evidence = EVIDENCE_NONE;
	}
}

void diff_leave_out_boot(struct diff *d)
{
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++) {
		struct piece *p = &d->patched->pieces[i];

		if (is_new_exitcall(p))
			p->flags |= PIECE_LEFT_OUT;
		if ((p->kind != PIECE_FUNC && p->kind != PIECE_OBJECT) || p->twin == NO_PIECE ||
		    !(p->flags & PIECE_FREED) || !(d->orig->pieces[p->twin].flags & PIECE_FREED) ||
		    !(p->flags & PIECE_CHANGED) || p->flags & PIECE_FORCED)
			continue;
		p->flags &= ~(uint32_t)PIECE_CHANGED;
		p->flags |= PIECE_LEFT_OUT;
	}
}

/* "foo_init, foo_exit and 3 more"; NULL: nothing was left out. */
static const char *names_of(const struct diff *d, bool all)
{
	const char *names = NULL;
	uint32_t nr = 0;

	for_each_piece (d->patched, p) {
		if (!is_left_out(d, p, all) || nr++ >= MAX_NAMES)
			continue;
		names = names ? arena_printf(d->arena, "%s, %s", names, p->name) : p->name;
	}
	return nr > MAX_NAMES ? arena_printf(d->arena, "%s and %u more", names, nr - MAX_NAMES)
			      : names;
}

int diff_tell_boot(struct diff *d, bool alone)
{
	struct diag_where where = { .object = d->patched->elf->path };
	const char *names = names_of(d, alone);

	if (!names)
		return 0;
	if (alone)
		return diag_error(d->diag, &where, "changed-init",
				  "only what runs or is read at boot, load or unload changed: %s; a "
				  "livepatch cannot change what has run, and leads nothing to code "
				  "that is freed: there is nothing to patch",
				  names);
	diag_warn(d->diag, &where, "left-out-init",
		  "changed, but run or are read only at boot, load or unload, and are left out: %s; "
		  "they have run as they were, and those for unloading will: see that the rest of "
		  "the patch does without their change",
		  names);
	return 0;
}
