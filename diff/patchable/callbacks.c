// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Refuse callbacks that the kernel would not call for this object.
 *
 * A callback is a pointer to a function; its name alone says when it is called, and for which
 * object (include/linux/livepatch_helpers.h).  For example, __klp_pre_patch_calback_vmlinux in the
 * section of callbacks would be one more variable, and what it leads to would never run.
 */
#include <string.h>

#include <klp/facts.h>
#include <klp/text.h>

#include "internal.h"

#define SECTION ".discard.klp_callback_ptrs"

/* Before Linux 6.19, scripts/Makefile.lib has __KBUILD_MODNAME=kmod_<object>. */
static bool is_own_object(const struct diff *d, const char *name)
{
	return !strcmp(name, d->ctx.object) ||
	       (starts_with(name, "kmod_") && !strcmp(name + 5, d->ctx.object));
}

static bool is_function_pointer(const struct object *obj, const struct piece *p)
{
	const struct ref *r = &obj->refs[p->first_ref];
	const struct piece *to = p->nr_refs == 1 ? ref_piece(obj, r) : NULL;

	return to && to->kind == PIECE_FUNC && !r->off;
}

/* seen: those of the object so far, by when they are called. */
static void check_callback(struct diff *d, const struct piece *p, const struct piece **seen)
{
	const char *object = "";
	int kind = klp_callback_kind(p->name, &object);

	if (!is_function_pointer(d->patched, p))
		refuse(d, p, "callback",
		       "a livepatch callback must be one pointer to a function of this object");
	else if (!is_own_object(d, object))
		refuse(d, p, "callback", "the callback is for another object than %s",
		       d->ctx.object);
	else if (seen[kind])
		refuse(d, p, "callback",
		       "the object has another callback for the same time (%s), and the kernel "
		       "calls one: let one function do what both do",
		       seen[kind]->name);
	else
		seen[kind] = p;
}

/* What is in the section of callbacks, but is called otherwise. */
static void check_misnamed(struct diff *d, const struct piece *p)
{
	if (!strcmp(p->sec->name, SECTION) && p->twin == NO_PIECE && p->kind != PIECE_ENTRY)
		refuse(d, p, "callback",
		       "it is among the callbacks, but its name is that of none, such as "
		       "__klp_pre_patch_callback_%s: nothing would call it", d->ctx.object);
}

/* Of a section that does not matter there are no pieces. */
static void check_misplaced(struct diff *d)
{
	const struct object *obj = d->patched;
	const char *object;

	for_each_sym (obj->elf, sym) {
		struct diag_where where;

		if (!elf_sym_in_sec(sym) || obj->secs[sym->sec].role != ROLE_NONE ||
		    klp_callback_kind(sym->name, &object) < 0)
			continue;
		where = object_where(obj, obj->elf->secs[sym->sec], sym->value);
		where.symbol = sym->name;
		diag_error(d->diag, &where, "callback",
			   "the callback is in a section that is left behind: nothing would call it; "
			   "put it into " SECTION);
	}
}

void diff_check_callbacks(struct diff *d)
{
	const struct piece *seen[4] = { NULL };
	const char *object;

	for_each_piece (d->patched, p) {
		if (p->flags & PIECE_CALLBACK)
			check_callback(d, p, seen);
		else if (klp_callback_kind(p->name ?: "", &object) < 0)
			check_misnamed(d, p);
	}
	check_misplaced(d);
}
