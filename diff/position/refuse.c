// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What people are told where nothing tells which of the kernel's symbols of one name
 * is the original's: what both sides have, and what is likely wrong.
 */
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

static const char *list_kernel(const struct question *q)
{
	const struct elf *elf = kernel_file_elf(q->d->kernel);
	const char *name = q->d->orig.elf->syms[q->sym].name, *list = "";

	for (size_t i = 0; i < q->nr_all && i < LIST_MAX; i++) {
		const struct kernel_sym *k = &q->all[i];

		list = arena_printf(q->d->arena, "%s\n  %u: %#llx size %llu %s %s%s", list, k->nth,
				    (unsigned long long)k->addr, (unsigned long long)k->size,
				    k->global ? "global" : "local", k->file ?: "",
				    elf ? names_beside(q->d, elf, k->group, name) : "");
	}
	return list;
}

static const char *list_orig(const struct question *q)
{
	const struct object *obj = &q->d->orig;
	const char *name = obj->elf->syms[q->sym].name, *list = "";
	unsigned int nr = 0;

	for (const struct map_entry *e = map_find_str(&obj->names, name); e && nr < LIST_MAX;
	     e = map_next(&obj->names, e)) {
		const struct elf_sym *s = &obj->elf->syms[e->value];

		if (!elf_sym_in_sec(s))
			continue;
		list = arena_printf(q->d->arena, "%s\n  %u:%s %s size %llu %s %s%s", list, ++nr,
				    e->value == q->sym ? " (this one)" : "",
				    obj->elf->secs[s->sec]->name, (unsigned long long)s->size,
				    s->bind == STB_LOCAL ? "local" : "global",
				    object_file_name(obj, e->value),
				    names_beside(q->d, obj->elf, obj->file_of[e->value], name));
	}
	return list;
}

static const char *likely_cause(const struct question *q)
{
	bool differ = q->nr > 0;

	if (!kernel_file_elf(q->d->kernel))
		return "a list of symbols tells neither source files nor contents: pass the "
		       "linked file itself";
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

int question_refuse(const struct question *q)
{
	struct diag_where where = symbol_where(q->d, q->sym);

	return diag_error(q->d->diag, &where, "position-ambiguous",
			  "%zu of the %zu symbols of this name in %s could be it; likely cause: %s"
			  "\n%s has:%s\n%s has:%s",
			  q->nr, q->nr_all, kernel_file_path(q->d->kernel), likely_cause(q),
			  q->d->orig.elf->path, list_orig(q), kernel_file_path(q->d->kernel),
			  list_kernel(q));
}
