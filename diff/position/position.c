// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Positions: which of the kernel's symbols of one name a livepatch symbol means, or why nothing
 * tells.
 *
 * Where the kernel's file is known, the position is counted in it, by evidence of several kinds.
 * Without a file, only a name that is unique in the original has one, and what that takes for
 * granted is warned of.
 */
#include <errno.h>

#include "internal.h"

#define LIST_MAX 20

static const char *names_beside(const struct diff *d, const struct elf *elf, uint32_t file,
				const char *but)
{
	const char *list = "";
	unsigned int nr = 0;

	for_each_local (elf, file, i) {
		if (!tells_file(&elf->syms[i]) || !strcmp(elf->syms[i].name, but))
			continue;
		if (nr++ == 4)
			return arena_printf(d->arena, "%s, …", list);
		list = arena_printf(d->arena, "%s%s%s", list, nr > 1 ? ", " : ", beside ",
				    elf->syms[i].name);
	}
	return list;
}

static void list_kernel(const struct question *q)
{
	const struct elf *elf = kernel_file_elf(q->d->ctx.kernel);
	const char *name = q->d->orig->elf->syms[q->sym].name;

	diag_line(q->d->diag, "%s has:", kernel_file_path(q->d->ctx.kernel));
	for (size_t i = 0; i < q->nr_all && i < LIST_MAX; i++) {
		const struct kernel_sym *k = &q->all[i];

		diag_line(q->d->diag, "  %u: %#llx size %llu %s %s%s", k->nth,
			  (unsigned long long)k->addr, (unsigned long long)k->size,
			  k->global ? "global" : "local", k->file ?: "",
			  elf ? names_beside(q->d, elf, k->group, name) : "");
	}
}

static void list_orig(const struct question *q)
{
	const struct object *obj = q->d->orig;
	const char *name = obj->elf->syms[q->sym].name;
	unsigned int nr = 0;

	diag_line(q->d->diag, "%s has:", obj->elf->path);
	for (const struct map_entry *e = map_find_str(&obj->names, name); e && nr < LIST_MAX;
	     e = map_next(&obj->names, e)) {
		const struct elf_sym *s = &obj->elf->syms[e->value];

		if (!elf_sym_in_sec(s))
			continue;
		diag_line(q->d->diag, "  %u:%s %s size %llu %s %s%s", ++nr,
			  e->value == q->sym ? " (this one)" : "", obj->elf->secs[s->sec]->name,
			  (unsigned long long)s->size, s->bind == STB_LOCAL ? "local" : "global",
			  object_file_name(obj, e->value),
			  names_beside(q->d, obj->elf, obj->file_of[e->value], name));
	}
}

static const char *likely_cause(const struct question *q)
{
	bool differ = q->nr > 0;

	if (!kernel_file_elf(q->d->ctx.kernel))
		return "a list of symbols tells neither source files nor contents: pass the "
		       "linked file itself";
	if (kernel_file_from_tables(q->d->ctx.kernel) && q->nr)
		return "an image tells neither source files nor sizes, and its code does not tell "
		       "either: pass the linked kernel with its symbols (vmlinux of the package "
		       "with debugging symbols)";
	if (q->contradiction)
		return "references lead to several of them: is it another build of the kernel?";
	for (size_t i = 0; i < q->nr; i++)
		differ &= q->c[i].match == KERNEL_DIFFERS;
	if (differ || !q->nr)
		return "none of them has its contents: was the original built from the source "
		       "and configuration of that kernel?";
	return "several source files with the same locals and contents: link the kernel from a "
	       "vmlinux.o with ids (klp symid), or leave the reference to it out of the patch";
}

/* Record that nothing tells, with what both sides have and the likely cause: -EINVAL. */
static int question_refuse(const struct question *q)
{
	struct diag_where where = symbol_where(q->d, q->sym);
	int err = diag_error(
		q->d->diag, &where, "position-ambiguous",
		"%zu of the %zu symbols of this name in %s could be it; likely cause: %s", q->nr,
		q->nr_all, kernel_file_path(q->d->ctx.kernel), likely_cause(q));

	list_orig(q);
	list_kernel(q);
	return err;
}

#define LIST_MAX 20

/* Where a position is none that lasts: an error. */
static int check_lasts(struct diff *d, uint32_t sym, const struct kernel_file *file,
		       const struct kernel_sym *found)
{
	struct diag_where where = symbol_where(d, sym);

	if (kernel_sym_pos(found) >= 0)
		return 0;
	return diag_error(d->diag, &where, "position-changes",
			  kernel_sym_pos(found) == KERNEL_POS_GONE
				  ? "it stands in an init section of %s, which is gone "
				    "once the module is live"
				  : "its position among the symbols of this name in %s "
				    "changes when the module's init sections are freed",
			  kernel_file_path(file));
}

/* The original is all of the module, which has its symbols in the same order. */
static int position_in_whole(struct diff *d, uint32_t sym, struct position *pos)
{
	size_t nr;
	const struct kernel_sym *k =
		kernel_file_find(d->ctx.whole, d->orig->elf->syms[sym].name, &nr);

	while (nr && k->index != sym)
		nr--, k++;
	if (!nr)
		return -ENOENT;
	pos->nr = kernel_sym_pos(k) < 0 ? 0 : (unsigned long)kernel_sym_pos(k);
	return check_lasts(d, sym, d->ctx.whole, k);
}

/* How many symbols of the original have that name, and a place; asked for each of them. */
static uint32_t nr_of_name(struct diff *d, const char *name)
{
	const struct map_entry *first = map_find_str(&d->orig->names, name);
	uint32_t *nr = first ? &d->decisions.positions[first->value].of_name : NULL;

	if (!nr || *nr)
		return nr ? *nr : 0;
	for_each_str (&d->orig->names, name, e)
		*nr += elf_sym_in_sec(&d->orig->elf->syms[e->value]);
	return *nr;
}

/* Without the kernel's own list: unique here, or unknown. */
static int position_here(struct diff *d, uint32_t sym, struct position *pos)
{
	const char *name = d->orig->elf->syms[sym].name;
	struct diag_where where = symbol_where(d, sym);
	uint32_t nr;
	int err = d->ctx.whole ? position_in_whole(d, sym, pos) : -ENOENT;

	if (err != -ENOENT)
		return err;
	nr = nr_of_name(d, name);
	/* Globals are what the name says; other files may have such a local, too. */
	pos->unsure = d->orig->elf->syms[sym].bind == STB_LOCAL;
	if (nr <= 1)
		return 0;
	return diag_error(d->diag, &where, "position-unknown",
			  "%u symbols of this name: which one is meant can be told only "
			  "from the linked kernel; pass --kernel FILE (vmlinux or the "
			  "module's .ko)",
			  nr);
}

void diff_warn_unsure(struct diff *d)
{
	struct diag_where where = { .object = d->patched->elf->path };
	const char *list = "";
	uint32_t nr = 0;

	/* Where a file was given that does not know the object, that has been said. */
	if (d->ctx.nr_kernels && !d->ctx.kernels_found)
		return;
	for (uint32_t sym = 1; sym < d->orig->elf->nr_syms; sym++)
		if (d->decisions.positions[sym].unsure && nr++ < LIST_MAX)
			list = arena_printf(d->arena, "%s%s%s", list, *list ? ", " : "",
					    d->orig->elf->syms[sym].name);
	if (nr)
		diag_warn(d->diag, &where, "position-unsure",
			  "only --kernel FILE (vmlinux or the module's .ko) tells whether %s has "
			  "other locals of these names; if it has, it refuses the livepatch: %s%s",
			  d->ctx.object, list, nr > LIST_MAX ? ", …" : "");
}

/* Of several of a name, the one that is the original's; or NULL, after an error unless quiet. */
static const struct kernel_sym *choose(struct diff *d, uint32_t sym, bool quiet, size_t *nr)
{
	const struct kernel_sym *found =
		kernel_file_find(d->ctx.kernel, d->orig->elf->syms[sym].name, nr);
	struct question q = { .d = d, .sym = sym, .all = found, .nr_all = *nr };

	if (*nr <= 1)
		return found;
	q.c = arena_calloc(d->arena, *nr, sizeof(*q.c));
	found = diff_answer_question(&q);
	if (!found && !quiet)
		question_refuse(&q);
	arena_give_back(d->arena, q.c, *nr, sizeof(*q.c));
	return found;
}

const struct kernel_sym *diff_likely_kernel_sym(struct diff *d, uint32_t sym)
{
	size_t nr;

	return choose(d, sym, true, &nr);
}

/*
 * A livepatch of an original that is not the kernel's would take back what the two differ in,
 * and positions out of another build are what nothing later notices.
 */
static int report_other_build(struct diff *d, const struct diag_where *where, const char *text)
{
	if (d->opts->force_kernel) {
		diag_warn(d->diag, where, "kernel-differs", "%s", text);
		return 0;
	}
	return diag_error(d->diag, where, "kernel-differs",
			  "%s: it is of another build of the kernel than the original; pass the "
			  "right one with --kernel, or --kernel none; if you know that compiler "
			  "flags alone make the difference, --force-kernel",
			  text);
}

/* In the kernel's file. */
static int position_there(struct diff *d, uint32_t sym, struct position *pos)
{
	struct diag_where where = symbol_where(d, sym);
	const struct kernel_sym *found;
	size_t nr;

	found = choose(d, sym, false, &nr);
	if (!nr)
		return diag_error(d->diag, &where, "not-in-kernel",
				  "%s has no such symbol: it is not the kernel that this object "
				  "was built for, or the symbol was optimised away",
				  kernel_file_path(d->ctx.kernel));
	if (!found)
		return -EINVAL;
	if (check_lasts(d, sym, d->ctx.kernel, found))
		return -EINVAL;
	pos->kernel = found;
	pos->nr = (unsigned long)kernel_sym_pos(found);
	if (!has_other_size(d, sym, found))
		return 0;
	return report_other_build(d, &where,
				  arena_printf(d->arena, "%llu bytes, but %llu in %s",
					       (unsigned long long)d->orig->elf->syms[sym].size,
					       (unsigned long long)found->size,
					       kernel_file_path(d->ctx.kernel)));
}

const struct position *diff_position(struct diff *d, uint32_t sym)
{
	struct position *pos = &d->decisions.positions[sym];

	if (!pos->asked)
		pos->refused =
			d->ctx.kernel ? position_there(d, sym, pos) : position_here(d, sym, pos);
	pos->asked = true;
	return pos->refused ? NULL : pos;
}

static void check_stale(struct diff *d, const struct piece *twin, const struct kernel_sym *s)
{
	struct diag_where where;
	uint64_t off;

	if (!s || diff_kernel_match(d, twin, s, &off) != KERNEL_DIFFERS)
		return;
	where = object_where(d->orig, twin->sec, twin->base + off);
	where.symbol = twin->name;
	report_other_build(
		d, &where,
		arena_printf(d->arena,
			     "from here on, %s has other code in this function (%llu bytes; here "
			     "%llu)",
			     kernel_file_path(d->ctx.kernel), (unsigned long long)s->size,
			     (unsigned long long)d->orig->elf->syms[twin->sym].size));
}

/* ---- a file that klp found itself ---- */

/* Is what the patch changes not in the found file as the original has it? */
static const char *why_other_build(struct diff *d, const struct piece *twin)
{
	const struct kernel_sym *s;
	uint64_t off;
	size_t nr;

	if (!twin->sym || !twin->name)
		return NULL;
	s = choose(d, twin->sym, true, &nr);
	if (!nr)
		return arena_printf(d->arena, "has no %s", twin->name);
	if (s && diff_kernel_match(d, twin, s, &off) == KERNEL_DIFFERS)
		return arena_printf(d->arena, "has other code than %s in %s", d->orig->elf->path,
				    twin->name);
	return NULL;
}

void diff_judge_found_kernel(struct diff *d)
{
	struct diag_where where = { 0 };
	const char *why = NULL;

	for (uint32_t i = 0;
	     d->ctx.kernel && d->ctx.kernels_found && i < d->patched->nr_pieces && !why; i++) {
		const struct piece *p = &d->patched->pieces[i];

		if (p->kind == PIECE_FUNC && p->flags & PIECE_CHANGED && p->twin != NO_PIECE)
			why = why_other_build(d, &d->orig->pieces[p->twin]);
	}
	if (!why)
		return;
	where.object = kernel_file_path(d->ctx.kernel);
	diag_warn(d->diag, &where, "kernel-not-used",
		  "it was found by itself, but %s: it is of another build (of the patched sources?) "
		  "and no evidence of positions; it is not used. Pass the original's with --kernel",
		  why);
	diff_drop_kernel(d);
}

void diff_check_replaced(struct diff *d, const struct piece *p)
{
	const struct piece *twin = &d->orig->pieces[p->twin];
	const struct position *pos = diff_position(d, twin->sym);

	if (!pos || !d->ctx.kernel)
		return;
	check_stale(d, twin, pos->kernel);
	for_each_part (d->orig, p->twin, part)
		check_stale(d, &d->orig->pieces[part->piece],
			    diff_likely_kernel_sym(d, d->orig->pieces[part->piece].sym));
	/* That the original has no entry is told of it already. */
	if ((!d->orig->any_traced || twin->flags & PIECE_TRACED) &&
	    !kernel_may_trace(d->ctx.kernel, pos->kernel))
		diag_error(d->diag, diff_at(d, p), "not-traceable",
			   "the function is to be replaced, but %s has no ftrace location for "
			   "it (as in lib/, of which the kernel's build traces "
			   "nothing): it cannot be redirected; change its callers "
			   "instead",
			   kernel_file_path(d->ctx.kernel));
}
