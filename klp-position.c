// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Positions: which of the kernel's symbols of one name is the original's (F1, F2).
 *
 * Scope, kind and source file rule candidates out.  Where several are left, layers
 * of evidence follow, each for what the one before left open; each decides only
 * where it speaks for exactly one:
 *
 *  1. .klp.symid, which ties symbols to addresses;
 *  2. references: where something that is certain in the kernel leads, by the
 *     reference that leads to ours in the original;
 *  3. names: the locals of the source file;
 *  4. contents: the candidate's bytes, and those of the functions beside it;
 *  5. order, where the original has all of the kernel's, so that it is whole.
 *
 * Nothing is decided by what other compiler flags may change: the sizes of
 * functions rule nobody out.
 */
#include <errno.h>
#include <string.h>

#include <klp/diff.h>
#include <klp/symid.h>

#define LIST_MAX 20

struct candidate {
	const struct kernel_sym *k;
	bool chosen;
	uint32_t names; /* of our file's, how many its file has */
	enum kernel_match match;
};

struct question {
	struct diff *d;
	uint32_t sym;	       /* of orig */
	const struct piece *p; /* … that it stands in; NULL: none */
	const struct kernel_sym *all;
	size_t nr_all;
	struct candidate *c;
	size_t nr;
	struct candidate *every; /* before names and contents spoke */
	size_t nr_every;
	bool contradiction; /* references lead to several */
};

static struct diag_where symbol_where(const struct diff *d, uint32_t sym)
{
	return (struct diag_where){ .object = d->orig.elf->path,
				    .symbol = d->orig.elf->syms[sym].name };
}

/* ---- candidates ---- */

static bool could_be(const struct diff *d, uint32_t sym, const struct kernel_sym *k)
{
	const struct elf_sym *s = &d->orig.elf->syms[sym];
	const char *file = object_file_name(&d->orig, sym);
	bool func = d->orig.elf->secs[s->sec]->flags & SHF_EXECINSTR;

	if (k->global != (s->bind != STB_LOCAL) || k->func != func)
		return false;
	if (k->global)
		return true;
	return !k->file || !*file || !strcmp(k->file, file);
}

/* Other compiler flags leave the size of data as it is. */
static bool has_other_size(const struct diff *d, uint32_t sym, const struct kernel_sym *k)
{
	return !k->func && k->size && k->size != d->orig.elf->syms[sym].size;
}

static void find_candidates(struct question *q)
{
	const struct object *obj = &q->d->orig;
	uint32_t piece = obj->piece_of[q->sym];

	q->p = piece != NO_PIECE && obj->pieces[piece].base == obj->elf->syms[q->sym].value
		       ? &obj->pieces[piece]
		       : NULL;
	q->c = arena_calloc(q->d->arena, q->nr_all, sizeof(*q->c));
	for (size_t i = 0; i < q->nr_all; i++)
		if (could_be(q->d, q->sym, &q->all[i]) && !has_other_size(q->d, q->sym, &q->all[i]))
			q->c[q->nr++].k = &q->all[i];
	q->nr_every = q->nr;
	q->every = arena_calloc(q->d->arena, q->nr, sizeof(*q->every));
	memcpy(q->every, q->c, q->nr * sizeof(*q->every));
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

/* Those that are not chosen are none any more. */
static void keep_chosen(struct question *q)
{
	size_t kept = 0;

	for (size_t i = 0; i < q->nr; i++)
		if (q->c[i].chosen)
			q->c[kept++] = q->c[i];
	q->nr = kept;
}

/* ---- 1. .klp.symid ---- */

static const struct kernel_sym *by_symid(struct question *q)
{
	uint64_t id, addr;

	if (!kernel_file_elf(q->d->kernel) ||
	    !elf_find_sec(kernel_file_elf(q->d->kernel), SYMID_SECTION) ||
	    !symid_of(q->d->orig.elf, q->sym, &id) || !kernel_file_symid(q->d->kernel, id, &addr))
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
	k = kernel_file_find(d->kernel, p->name, &nr);
	return nr == 1 && could_be(d, p->sym, k) ? k : NULL;
}

static void ask_references_of(struct question *q, const struct piece *from)
{
	const struct object *obj = &q->d->orig;
	const struct kernel_sym *k = certain_sym(q->d, from);
	uint64_t dest;

	for (uint32_t i = 0; k && i < from->nr_refs; i++) {
		const struct ref *r = &obj->refs[from->first_ref + i];

		if (r->piece == NO_PIECE || &obj->pieces[r->piece] != q->p ||
		    !diff_kernel_dest(q->d, from, k, r, &dest))
			continue;
		for (size_t c = 0; c < q->nr; c++)
			q->c[c].chosen |= kernel_leads_to(q->d, q->c[c].k, r, dest);
	}
}

static bool refers_to(const struct object *obj, const struct piece *from, const struct piece *to)
{
	for (uint32_t i = 0; i < from->nr_refs; i++) {
		uint32_t piece = obj->refs[from->first_ref + i].piece;

		if (piece != NO_PIECE && &obj->pieces[piece] == to)
			return true;
	}
	return false;
}

static const struct kernel_sym *by_references(struct question *q)
{
	const struct object *obj = &q->d->orig;
	size_t chosen = 0;

	if (!q->p || !kernel_file_elf(q->d->kernel))
		return NULL;
	for (uint32_t i = 0; i < obj->nr_pieces; i++)
		if (&obj->pieces[i] != q->p && refers_to(obj, &obj->pieces[i], q->p))
			ask_references_of(q, &obj->pieces[i]);
	for (size_t i = 0; i < q->nr; i++)
		chosen += q->c[i].chosen;
	q->contradiction = chosen > 1;
	return only_chosen(q);
}

/* ---- 3. names ---- */

/* Compilers number the others, and -f…-sections may make more or fewer of them. */
static bool tells_file(const struct elf_sym *sym)
{
	return (sym->type == STT_FUNC || sym->type == STT_OBJECT) && !strchr(sym->name, '.') &&
	       strncmp(sym->name, "__UNIQUE_ID_", 12) && strncmp(sym->name, "__pfx_", 6) &&
	       strncmp(sym->name, "__cfi_", 6);
}

/* The locals of a source file: those behind its STT_FILE symbol. */
#define for_each_local(elf, file, i)                                            \
	for (uint32_t i = (file) + 1;                                           \
	     (file) && i < (elf)->nr_syms && (elf)->syms[i].type != STT_FILE && \
	     (elf)->syms[i].bind == STB_LOCAL;                                  \
	     i++)

/* Number of the names of our file that the candidate's has; marks them in seen. */
static uint32_t count_names(const struct question *q, const struct map *names,
			    const struct candidate *c, bool *seen)
{
	const struct elf *elf = kernel_file_elf(q->d->kernel);
	bool *own = arena_calloc(q->d->arena, q->d->orig.elf->nr_syms, sizeof(*own));
	uint32_t nr = 0;

	for_each_local(elf, c->k->group, i)
	{
		const struct map_entry *e =
			tells_file(&elf->syms[i]) ? map_find_str(names, elf->syms[i].name) : NULL;

		if (!e || own[e->value])
			continue;
		own[e->value] = seen[e->value] = true;
		nr++;
	}
	return nr;
}

/* Keep the candidates whose files have every name of ours that any of their files has. */
static void narrow_by_names(struct question *q)
{
	const struct elf *elf = q->d->orig.elf;
	bool *seen = arena_calloc(q->d->arena, elf->nr_syms, sizeof(*seen));
	uint32_t file = q->d->orig.file_of[q->sym], all = 0, full = 0;
	struct map names;

	if (!file || !kernel_file_elf(q->d->kernel))
		return;
	map_init(&names, q->d->arena);
	for_each_local(elf, file,
		       i) if (tells_file(&elf->syms[i]) && !map_find_str(&names, elf->syms[i].name))
		map_add_str(&names, elf->syms[i].name, i);
	for (size_t i = 0; i < q->nr; i++)
		q->c[i].names = count_names(q, &names, &q->c[i], seen);
	for (uint32_t i = 0; i < elf->nr_syms; i++)
		all += seen[i];
	for (size_t i = 0; i < q->nr; i++)
		full += q->c[i].chosen = q->c[i].names == all;
	if (full)
		keep_chosen(q);
}

/* ---- 4. contents ---- */

/* The candidate's neighbour of that name: the only one of its source file. */
static const struct kernel_sym *neighbour(const struct question *q, const struct candidate *c,
					  const char *name)
{
	const struct kernel_sym *found = NULL, *k;
	size_t nr;

	k = kernel_file_find(q->d->kernel, name, &nr);
	for (size_t i = 0; i < nr; i++) {
		if (k[i].group != c->k->group || k[i].global)
			continue;
		if (found)
			return NULL;
		found = &k[i];
	}
	return found;
}

/*
 * Does the candidate's source file hold what ours does?  Every function and object
 * of ours that it has is asked; one that differs makes it another file.
 */
static enum kernel_match file_match(const struct question *q, const struct candidate *c)
{
	const struct object *obj = &q->d->orig;
	enum kernel_match match =
		q->p ? diff_kernel_match(q->d, q->p, c->k, &(uint64_t){ 0 }) : KERNEL_UNKNOWN;

	for_each_local(obj->elf, c->k->group ? obj->file_of[q->sym] : 0, i)
	{
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

/*
 * Linkers keep the order of local symbols.  An original that has as many of that
 * name, kind and source file as the kernel has them in the kernel's order.
 */
static const struct kernel_sym *by_order(const struct question *q)
{
	const struct object *obj = &q->d->orig;
	const struct elf_sym *s = &obj->elf->syms[q->sym];
	uint32_t nth = 0, nr = 0;

	if (s->bind != STB_LOCAL || !kernel_file_elf(q->d->kernel))
		return NULL;
	for (const struct map_entry *e = map_find_str(&obj->names, s->name); e;
	     e = map_next(&obj->names, e)) {
		bool fits = false;

		for (size_t i = 0; i < q->nr_every && elf_sym_in_sec(&obj->elf->syms[e->value]);
		     i++)
			fits |= could_be(q->d, e->value, q->every[i].k);
		nr += fits;
		nth += fits && e->value < q->sym;
	}
	if (nr < 2 || nr != q->nr_every)
		return NULL;
	for (size_t i = 0; i < q->nr; i++) {
		uint32_t before = 0;

		for (size_t k = 0; k < nr; k++)
			before += q->every[k].k->index < q->c[i].k->index;
		if (before == nth)
			return q->c[i].match == KERNEL_DIFFERS ? NULL : q->c[i].k;
	}
	return NULL;
}

static const struct kernel_sym *find_in_kernel(struct question *q)
{
	struct diag_where where = symbol_where(q->d, q->sym);
	const struct kernel_sym *found = NULL;
	const char *by = "scope, kind and source file";

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
			   found->of, kernel_file_path(q->d->kernel), by);
	return found;
}

/* ---- what cannot be told ---- */

static const char *names_beside(const struct diff *d, const struct elf *elf, uint32_t file,
				const char *but)
{
	const char *list = "";
	unsigned int nr = 0;

	for_each_local(elf, file, i)
	{
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

static int ambiguous_position(struct question *q)
{
	struct diag_where where = symbol_where(q->d, q->sym);

	return diag_error(q->d->diag, &where, "position-ambiguous",
			  "%zu of the %zu symbols of this name in %s could be it; likely cause: %s"
			  "\n%s has:%s\n%s has:%s",
			  q->nr, q->nr_all, kernel_file_path(q->d->kernel), likely_cause(q),
			  q->d->orig.elf->path, list_orig(q), kernel_file_path(q->d->kernel),
			  list_kernel(q));
}

/* ---- positions ---- */

/* Without the kernel's own list: unique here, or unknown. */
static int position_here(struct diff *d, uint32_t sym, unsigned long *sympos)
{
	const char *name = d->orig.elf->syms[sym].name;
	uint32_t nr = 0;

	for (const struct map_entry *e = map_find_str(&d->orig.names, name); e;
	     e = map_next(&d->orig.names, e))
		nr += elf_sym_in_sec(&d->orig.elf->syms[e->value]);
	*sympos = 0;
	if (nr > 1) {
		struct diag_where where = symbol_where(d, sym);

		return diag_error(d->diag, &where, "position-unknown",
				  "%u symbols of this name: which one is meant can be told only "
				  "from the linked kernel; pass --kernel FILE (vmlinux or the "
				  "module's .ko)",
				  nr);
	}
	/* Globals are what the name says; other files may have such a local, too. */
	if (d->orig.elf->syms[sym].bind == STB_LOCAL && !map_find_u64(&d->unsure, sym))
		map_add_u64(&d->unsure, sym, d->nr_unsure++);
	return 0;
}

void diff_warn_unsure(struct diff *d)
{
	struct diag_where where = { .object = d->patched.elf->path };
	const char *list = "";
	uint32_t nr = 0;

	/* Where a file was given that does not know the object, that has been said. */
	if (d->nr_kernels && !d->kernels_found)
		return;
	for (uint32_t sym = 1; sym < d->orig.elf->nr_syms && nr < d->nr_unsure; sym++) {
		if (!map_find_u64(&d->unsure, sym))
			continue;
		if (nr++ < LIST_MAX)
			list = arena_printf(d->arena, "%s%s%s", list, *list ? ", " : "",
					    d->orig.elf->syms[sym].name);
	}
	if (nr)
		diag_warn(d->diag, &where, "position-unsure",
			  "only --kernel FILE (vmlinux or the module's .ko) tells whether %s has "
			  "other locals of these names; if it has, it refuses the livepatch: %s%s",
			  d->object, list, nr > LIST_MAX ? ", …" : "");
}

/* The kernel's entry for a symbol of orig, if its file is known. */
static int find_kernel_sym(struct diff *d, uint32_t sym, const struct kernel_sym **out)
{
	struct diag_where where = symbol_where(d, sym);
	struct question q = { .d = d, .sym = sym };
	const struct kernel_sym *found;

	q.all = kernel_file_find(d->kernel, d->orig.elf->syms[sym].name, &q.nr_all);
	if (!q.nr_all)
		return diag_error(d->diag, &where, "not-in-kernel",
				  "%s has no such symbol: it is not the kernel that this object "
				  "was built for, or the symbol was optimised away",
				  kernel_file_path(d->kernel));
	if (q.nr_all > 1)
		find_candidates(&q);
	found = q.nr_all == 1 ? q.all : find_in_kernel(&q);
	if (!found)
		return ambiguous_position(&q);
	if (kernel_sym_pos(found) < 0)
		return diag_error(d->diag, &where, "position-changes",
				  kernel_sym_pos(found) == KERNEL_POS_GONE
					  ? "it stands in an init section of %s, which is gone "
					    "once the module is live"
					  : "its position among the symbols of this name in %s "
					    "changes when the module's init sections are freed",
				  kernel_file_path(d->kernel));
	if (has_other_size(d, sym, found))
		diag_warn(d->diag, &where, "kernel-differs",
			  "%llu bytes, but %llu in %s: another build of the kernel?",
			  (unsigned long long)d->orig.elf->syms[sym].size,
			  (unsigned long long)found->size, kernel_file_path(d->kernel));
	*out = found;
	return 0;
}

int diff_position(struct diff *d, uint32_t sym, unsigned long *sympos)
{
	int err;

	/* What is wrong with a symbol is said once, however often it is referred to. */
	if (map_find_u64(&d->no_position, sym))
		return -EINVAL;
	if (!d->kernel_sym_of)
		d->kernel_sym_of =
			arena_calloc(d->arena, d->orig.elf->nr_syms, sizeof(*d->kernel_sym_of));
	if (!d->kernel)
		err = position_here(d, sym, sympos);
	else
		err = d->kernel_sym_of[sym] ? 0 : find_kernel_sym(d, sym, &d->kernel_sym_of[sym]);
	if (err)
		map_add_u64(&d->no_position, sym, 1);
	else if (d->kernel)
		*sympos = (unsigned long)kernel_sym_pos(d->kernel_sym_of[sym]);
	return err;
}

/*
 * A livepatch of an original that is not the kernel's would take back what the two
 * differ in.
 */
void diff_check_stale(struct diff *d)
{
	for (uint32_t i = 0; d->kernel && i < d->patched.nr_pieces; i++) {
		const struct piece *p = &d->patched.pieces[i], *twin;
		struct diag_where where;
		unsigned long sympos;
		uint64_t off;

		if (!piece_is_patched(p))
			continue;
		twin = &d->orig.pieces[p->twin];
		if (diff_position(d, twin->sym, &sympos) ||
		    diff_kernel_match(d, twin, d->kernel_sym_of[twin->sym], &off) != KERNEL_DIFFERS)
			continue;
		where = object_where(&d->orig, twin->sec, twin->base + off);
		where.symbol = twin->name;
		diag_warn(
			d->diag, &where, "kernel-differs",
			"from here on, %s has other code in this function (%llu bytes; here %llu): "
			"unless that is due to compiler flags, the original is of another build "
			"of the kernel",
			kernel_file_path(d->kernel),
			(unsigned long long)d->kernel_sym_of[twin->sym]->size,
			(unsigned long long)d->orig.elf->syms[twin->sym].size);
	}
}
