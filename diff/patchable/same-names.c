// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Refuse a name that the patch moves to another place, if the running kernel goes on using it
 * for the old one.
 *
 * For example, bb() was an alias of aa() and is a function of its own in the patched object.  The
 * kernel's other files call the body that has both names; klp cannot redirect bb() alone.
 */
#include <string.h>

#include "internal.h"

static struct diag_where where_named(struct diff *d, const struct moved_name *m)
{
	struct diag_where where = piece_where(d->patched, &d->patched->pieces[m->patched]);

	where.symbol = d->patched->elf->syms[m->sym].name;
	return where;
}

/* What the symbol of an object is: the only name of it, or one of several. */
static const char *its_own_or_shared(struct diff *d, const struct elf *elf, uint32_t sym)
{
	const struct elf_sym *s = &elf->syms[sym];

	for_each_sym (elf, other)
		if (other != s && other->type == s->type && other->sec == s->sec &&
		    other->value == s->value)
			return arena_printf(d->arena, "another name of %s", other->name);
	return "an object of its own";
}

/* Its own place is redirected to the copy. */
static void check_folded(struct diff *d, const struct moved_name *m)
{
	const struct piece *a = &d->orig->pieces[m->orig], *b = &d->patched->pieces[m->patched];
	struct diag_where where = where_named(d, m);

	if ((a->flags | b->flags) & PIECE_FREED)
		diag_error(d->diag, &where, "changed-init",
			   "the function became an alias of %s, but its section is freed or "
			   "discarded after boot or load; a livepatch cannot change what has run",
			   b->name);
	else if (d->orig->any_traced && !(a->flags & PIECE_TRACED))
		diag_error(d->diag, &where, "not-traceable",
			   "the function became an alias of %s, but the original has no ftrace "
			   "entry (notrace, noinstr or assembly) and is global: it cannot be "
			   "redirected; leave it a function of its own",
			   b->name);
	diff_check_weak(d, b, m->orig_sym);
}

/* Of one place in the kernel two are made, or the other way round. */
static void check_moved(struct diff *d, const struct moved_name *m)
{
	const struct piece *a = &d->orig->pieces[m->orig];
	struct diag_where where = where_named(d, m);
	bool func = a->kind == PIECE_FUNC;

	if (diff_moved_is_local(d, m) &&
	    (func || a->twin == NO_PIECE || !object_sec_is_written(a->sec)))
		return;		/* who uses it shows it, and is in this object */
	if (diff_is_overridden(d, m->orig_sym))
		return;
	if (func)
		diag_error(d->diag, &where, "split-name",
			   "a function of its own here, in %s another name of %s: the kernel can "
			   "only redirect both, and others may call it by this name; give the new "
			   "function another name, or change it in its callers",
			   d->orig->elf->path, a->name);
	else
		diag_error(d->diag, &where, "split-name",
			   "%s here, in %s %s: the kernel's name stays where it is, and others may "
			   "use it; give a new object another name",
			   its_own_or_shared(d, d->patched->elf, m->sym), d->orig->elf->path,
			   its_own_or_shared(d, d->orig->elf, m->orig_sym));
}

/* One place of the kernel stands for both, so neither may be replaced. */
static void check_same(struct diff *d, const struct moved_name *m)
{
	const struct piece *a = &d->orig->pieces[m->orig], *b = &d->patched->pieces[m->patched];
	const struct piece *other = &d->patched->pieces[a->twin];
	struct diag_where where = where_named(d, m);

	if (b == other || (!diff_piece_is_patched(b) &&
			   (!diff_piece_is_patched(other) || other->flags & PIECE_EQUAL)))
		return;
	diag_error(d->diag, &where, "split-name",
		   "a function of its own here, in %s the same as %s: the kernel can only redirect "
		   "both, but %s is to be replaced; give the changed function another name",
		   d->orig->elf->path, other->name,
		   diff_piece_is_patched(b) ? b->name : other->name);
}

/* ---- names that another file of the kernel has ---- */

static bool orig_defines(const struct diff *d, const char *name)
{
	const struct map *names = &d->orig->names;

	for_each_str (names, name, e)
		if (elf_sym_in_sec(&d->orig->elf->syms[e->value]) &&
		    d->orig->elf->syms[e->value].bind != STB_LOCAL)
			return true;
	return false;
}

/*
 * A definition that came from another file, or is weak where another one is not: who calls it
 * calls that one, which this object's livepatch does not redirect.
 */
static void check_elsewhere(struct diff *d, uint32_t sym)
{
	const struct elf_sym *s = &d->patched->elf->syms[sym];
	uint32_t at = elf_sym_in_sec(s) ? d->patched->piece_of[sym] : NO_PIECE;
	struct diag_where where;

	if (at == NO_PIECE || s->bind == STB_LOCAL || piece_is_content(&d->patched->pieces[at]) ||
	    s->value != d->patched->pieces[at].base || orig_defines(d, s->name) ||
	    !diff_kernel_global(d, s->name))
		return;
	where = piece_where(d->patched, &d->patched->pieces[at]);
	where.symbol = s->name;
	diag_error(d->diag, &where, "defined-elsewhere",
		   "new in this object, but another file of %s defines it (%s): the kernel would go on "
		   "using that one; leave it there, or give the new one another name",
		   d->ctx.object, kernel_file_path(d->ctx.kernel));
}

void diff_check_same_names(struct diff *d)
{
	for (uint32_t i = 1; i < d->patched->elf->nr_syms && d->ctx.kernel; i++)
		check_elsewhere(d, i);
	for (size_t i = 0; i < d->nr_moved; i++) {
		const struct moved_name *m = &d->moved[i];

		if (m->folded)
			check_folded(d, m);
		else if (m->same)
			check_same(d, m);
		else
			check_moved(d, m);
	}
}
