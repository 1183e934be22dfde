// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which of the kernel's symbols of one name is the original's.
 *
 * Scope, kind and source file rule candidates out.  Where several are left, layers
 * of evidence follow, each for those that the one before left open; each decides only
 * where it fits exactly one:
 *
 *  1. .klp.symid, which ties symbols to addresses;
 *  2. references: where something that is certain in the kernel leads, by the
 *     reference that leads to ours in the original;
 *  3. names: the locals of the source file;
 *  4. contents: the candidate's bytes, and those of the functions beside it;
 *  5. order, where the original has all of the kernel's, so that it is whole.
 *
 * Nothing is decided by what other compiler flags may change: the sizes of
 * functions rule no candidate out.  For example, of two functions `get` in two files, scope
 * and kind leave both; if a pointer in the kernel's ops_a leads to the second one, and
 * ops_a of the original refers to ours, layer 2 decides: position 2.
 */
#include <stdlib.h>

#include <klp/kernel.h>

#include "internal.h"

/* ---- candidates ---- */

static bool could_be(const struct diff *d, uint32_t sym, const struct kernel_sym *k)
{
	const struct elf_sym *s = &d->orig->elf->syms[sym];
	const char *file = object_file_name(d->orig, sym);
	bool func = d->orig->elf->secs[s->sec]->flags & SHF_EXECINSTR;

	if ((!k->no_scope && k->global != (s->bind != STB_LOCAL)) || k->func != func)
		return false;
	if (k->global && !k->no_scope)
		return true;
	return !k->file || !*file || !strcmp(k->file, file);
}

static void find_candidates(struct question *q)
{
	const struct object *obj = q->d->orig;
	uint32_t piece = obj->piece_of[q->sym];

	if (piece != NO_PIECE && obj->pieces[piece].base == obj->elf->syms[q->sym].value)
		q->p = &obj->pieces[piece];
	for (size_t i = 0; i < q->nr_all; i++)
		if (could_be(q->d, q->sym, &q->all[i]) && !has_other_size(q->d, q->sym, &q->all[i]))
			q->c[q->nr++].k = &q->all[i];
	q->nr_fit = q->nr;
}

static const struct kernel_sym *only_chosen(const struct question *q)
{
	const struct kernel_sym *found = NULL;

	for (size_t i = 0; i < q->nr; i++) {
		if (!q->c[i].chosen)
			continue;
		if (found)
			return NULL;
		found = q->c[i].k;
	}
	return found;
}

/* The others are behind them from now on. */
static void keep_chosen(struct question *q)
{
	size_t kept = 0;

	for (size_t i = 0; i < q->nr; i++) {
		struct candidate c = q->c[i];

		if (!c.chosen)
			continue;
		q->c[i] = q->c[kept];
		q->c[kept++] = c;
	}
	q->nr = kept;
}

/* ---- 1. .klp.symid ---- */

/* Results that are found once and serve all symbols. */
struct evidence_memo {
	const struct symid *symids;	/* of orig's symbols; NULL: not asked for yet */
	struct map locals;	/* see index_locals(); arena NULL: not asked for yet */
};

static struct evidence_memo *memo(struct diff *d)
{
	if (!d->evidence)
		d->evidence = arena_calloc(d->arena, 1, sizeof(*d->evidence));
	return d->evidence;
}

static const struct kernel_sym *by_symid(struct question *q)
{
	struct diff *d = q->d;
	const struct symid **ids = &memo(d)->symids;
	uint64_t addr;

	if (!kernel_file_elf(d->ctx.kernel) ||
	    !elf_find_sec(kernel_file_elf(d->ctx.kernel), SYMID_SECTION))
		return NULL;
	if (!*ids)
		*ids = symid_all(d->orig->elf, d->arena);
	if (!(*ids)[q->sym].known || !kernel_file_symid(d->ctx.kernel, (*ids)[q->sym].id, &addr))
		return NULL;
	for (size_t i = 0; i < q->nr; i++)
		if (q->c[i].k->addr == addr)
			return q->c[i].k;
	return NULL;
}

/* ---- 2. references ---- */

/* Its only entry in the kernel's list, if that is certainly the piece's; or NULL. */
static const struct kernel_sym *certain_sym(const struct diff *d, const struct piece *p)
{
	const struct kernel_sym *k;
	size_t nr = 0;

	if (!p->sym || !p->name)
		return NULL;
	k = kernel_file_find(d->ctx.kernel, p->name, &nr);
	return nr == 1 && could_be(d, p->sym, k) ? k : NULL;
}

static void ask_references_of(struct question *q, const struct piece *from)
{
	const struct object *obj = q->d->orig;
	const struct kernel_sym *k = certain_sym(q->d, from);
	uint64_t dest;

	for (uint32_t i = 0; k && i < from->nr_refs; i++) {
		const struct ref *r = &obj->refs[from->first_ref + i];

		if (r->piece == NO_PIECE || &obj->pieces[r->piece] != q->p ||
		    !diff_kernel_dest(q->d, from, k, r, &dest))
			continue;
		for (size_t c = 0; c < q->nr; c++)
			q->c[c].chosen |= diff_kernel_leads_to(q->d, q->c[c].k, r, dest);
	}
}

static const struct kernel_sym *by_references(struct question *q)
{
	const struct object *obj = q->d->orig;
	uint32_t piece = obj->piece_of[q->sym];
	struct users users;
	size_t chosen = 0;

	if (!q->p || !kernel_file_elf(q->d->ctx.kernel))
		return NULL;
	users = object_users(obj, piece);
	for (uint32_t i = 0; i < users.nr; i++)
		if (users.v[i] != piece && (!i || users.v[i] != users.v[i - 1]))
			ask_references_of(q, &obj->pieces[users.v[i]]);
	for (size_t i = 0; i < q->nr; i++)
		chosen += q->c[i].chosen;
	q->contradiction = chosen > 1;
	return only_chosen(q);
}

/* ---- 3. names ---- */

/* The names that tell our file, and what has each. */
struct file_names {
	struct map index; /* name → its number */
	size_t *had;	  /* of each: 1 + the last candidate whose file has it, 0: none has */
};

static void list_names(const struct question *q, struct file_names *names)
{
	const struct elf *elf = q->d->orig->elf;

	map_init(&names->index, q->d->arena);
	for_each_local (elf, q->d->orig->file_of[q->sym], i) {
		const char *name = elf->syms[i].name;

		if (tells_file(&elf->syms[i]) && !map_find_str(&names->index, name))
			map_add_str(&names->index, name, (uint32_t)names->index.nr);
	}
	names->had = arena_calloc(q->d->arena, names->index.nr, sizeof(*names->had));
}

static uint32_t count_names(const struct question *q, struct file_names *names, size_t candidate)
{
	const struct elf *elf = kernel_file_elf(q->d->ctx.kernel);
	uint32_t nr = 0;

	for_each_local (elf, q->c[candidate].k->group, i) {
		const struct map_entry *e = tells_file(&elf->syms[i])
						    ? map_find_str(&names->index, elf->syms[i].name)
						    : NULL;

		if (!e || names->had[e->value] == candidate + 1)
			continue;
		names->had[e->value] = candidate + 1;
		nr++;
	}
	return nr;
}

/* Keep the candidates whose files have every name of ours that any of their files has. */
static void narrow_by_names(struct question *q)
{
	struct file_names names;
	uint32_t all = 0, full = 0;

	if (!q->d->orig->file_of[q->sym] || !kernel_file_elf(q->d->ctx.kernel))
		return;
	list_names(q, &names);
	for (size_t i = 0; i < q->nr; i++)
		q->c[i].names = count_names(q, &names, i);
	for (size_t i = 0; i < names.index.nr; i++)
		all += names.had[i] != 0;
	for (size_t i = 0; i < q->nr; i++)
		full += q->c[i].chosen = q->c[i].names == all;
	if (full)
		keep_chosen(q);
}

/* ---- 4. contents ---- */

/* A source file of the kernel, and a name: that of first and those behind it. */
static uint64_t local_key(uint32_t group, const struct kernel_sym *first)
{
	return (uint64_t)group << 32 | first->index;
}

/* The kernel's locals whose names repeat, by file and name. */
static void index_locals(struct diff *d, struct map *locals)
{
	const struct kernel_sym *const *syms, *first;
	size_t nr, of;

	map_init(locals, d->arena);
	syms = kernel_file_syms(d->ctx.kernel, &nr);
	for (size_t i = 0; i < nr; i++) {
		first = kernel_file_find(d->ctx.kernel, syms[i]->name, &of);
		if (of > 1 && !syms[i]->global)
			map_add_u64(locals, local_key(syms[i]->group, first), (uint32_t)i);
	}
}

/* The candidate's neighbour of that name: the only one of its source file. */
static const struct kernel_sym *neighbour(const struct question *q, const struct candidate *c,
					  const char *name)
{
	struct map *locals = &memo(q->d)->locals;
	const struct map_entry *e;
	const struct kernel_sym *k;
	size_t nr;

	k = kernel_file_find(q->d->ctx.kernel, name, &nr);
	if (nr <= 1)
		return nr && k->group == c->k->group && !k->global ? k : NULL;
	if (!locals->arena)
		index_locals(q->d, locals);
	e = map_find_u64(locals, local_key(c->k->group, k));
	return e && !map_next(locals, e) ? kernel_file_syms(q->d->ctx.kernel, &nr)[e->value] : NULL;
}

/*
 * Does the candidate's source file hold what ours does?  Every function and object
 * of ours that it has is asked; one that differs makes it another file.
 */
static enum kernel_match file_match(const struct question *q, const struct candidate *c)
{
	const struct object *obj = q->d->orig;
	enum kernel_match match =
		q->p ? diff_kernel_match(q->d, q->p, c->k, &(uint64_t){ 0 }) : KERNEL_UNKNOWN;

	for_each_local (obj->elf, c->k->group ? obj->file_of[q->sym] : 0, i) {
		uint32_t piece = obj->piece_of[i];
		const struct kernel_sym *k;
		enum kernel_match m;

		if (i == q->sym || piece == NO_PIECE || obj->pieces[piece].sym != i ||
		    !tells_file(&obj->elf->syms[i]))
			continue;
		k = neighbour(q, c, obj->elf->syms[i].name);
		m = k ? diff_kernel_match(q->d, &obj->pieces[piece], k, &(uint64_t){ 0 })
		      : KERNEL_UNKNOWN;
		if (m == KERNEL_DIFFERS)
			return m;
		match = m == KERNEL_SAME ? m : match;
	}
	return match;
}

/* One is the same, and every other one is not. */
static const struct kernel_sym *by_contents(struct question *q)
{
	bool unknown = false;

	for (size_t i = 0; i < q->nr; i++) {
		q->c[i].match = file_match(q, &q->c[i]);
		q->c[i].chosen = q->c[i].match == KERNEL_SAME;
		unknown |= q->c[i].match == KERNEL_UNKNOWN;
	}
	return unknown ? NULL : only_chosen(q);
}

/* ---- 5. order ---- */

static bool fits_any(const struct question *q, uint32_t sym)
{
	for (size_t i = 0; i < q->nr_fit && elf_sym_in_sec(&q->d->orig->elf->syms[sym]); i++)
		if (could_be(q->d, sym, q->c[i].k))
			return true;
	return false;
}

static int by_index_cmp(const void *pa, const void *pb)
{
	const struct candidate *a = *(const struct candidate *const *)pa;
	const struct candidate *b = *(const struct candidate *const *)pb;

	return (a->k->index > b->k->index) - (a->k->index < b->k->index);
}

/*
 * Linkers keep the order of local symbols.  An original that has as many of that
 * name, kind and source file as the kernel has them in the kernel's order.
 */
static const struct kernel_sym *by_order(const struct question *q)
{
	const struct object *obj = q->d->orig;
	const struct elf_sym *s = &obj->elf->syms[q->sym];
	const struct candidate **order, *found;
	size_t nth = 0, nr = 0;

	if (s->bind != STB_LOCAL || !kernel_file_elf(q->d->ctx.kernel) ||
	    kernel_file_from_tables(q->d->ctx.kernel))
		return NULL;
	for_each_str (&obj->names, s->name, e) {
		bool fits = fits_any(q, e->value);

		nr += fits;
		nth += fits && e->value < q->sym;
	}
	if (nr < 2 || nr != q->nr_fit)
		return NULL;
	order = arena_calloc(q->d->arena, nr, sizeof(*order));
	for (size_t i = 0; i < nr; i++)
		order[i] = &q->c[i];
	qsort(order, nr, sizeof(*order), by_index_cmp);
	found = order[nth];
	arena_give_back(q->d->arena, order, nr, sizeof(*order));
	return found < q->c + q->nr && found->match != KERNEL_DIFFERS ? found->k : NULL;
}

/* ---- the layers ---- */

const struct kernel_sym *diff_answer_question(struct question *q)
{
	struct diag_where where = symbol_where(q->d, q->sym);
	const struct kernel_sym *found = NULL;
	const char *by = "scope, kind and source file";

	find_candidates(q);
	if (q->nr == 1)
		found = q->c[0].k;
	if (!found && (found = by_symid(q)))
		by = ".klp.symid";
	if (!found && q->nr && (found = by_references(q)))
		by = "references";
	if (found || q->contradiction)
		goto out;
	narrow_by_names(q);
	by = "the names of its file's other locals";
	found = q->nr == 1 ? q->c[0].k : NULL;
	if (!found && (found = by_contents(q)))
		by = "contents";
	if (!found && (found = by_order(q)))
		by = "order";
out:
	if (found)
		diag_debug(q->d->diag, &where, "position", "%u of %u in %s, told by %s", found->nth,
			   found->of, kernel_file_path(q->d->ctx.kernel), by);
	return found;
}
