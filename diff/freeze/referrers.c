// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The index of who refers to whom among the units of patched, from relocations alone.
 */
#include "referrers.h"

/* ---- what refers to what ---- */

static void note(struct arena *arena, struct referrers *all, uint32_t to, uint32_t from)
{
	if (all->last[to] == from)
		return;
	all->last[to] = from;
	all->v = arena_grow(arena, all->v, all->nr, &all->cap, sizeof(*all->v));
	all->v[all->nr++] = (struct referrer){ to, from };
}

/* By what they refer to, of which there are nr; otherwise they stay in their order. */
static void sort_referrers(struct arena *arena, struct referrers *all, uint32_t nr)
{
	all->first = arena_calloc(arena, (size_t)nr + 2, sizeof(*all->first));
	all->from = arena_calloc(arena, all->nr + 1, sizeof(*all->from));
	for (size_t i = 0; i < all->nr; i++)
		all->first[all->v[i].to + 1]++;
	for (uint32_t i = 0; i <= nr; i++)
		all->first[i + 1] += all->first[i];
	/* first[to + 1] is the end of to's share, and becomes its begin: that of to - 1 behind it.
	 */
	for (size_t i = all->nr; i--;)
		all->from[--all->first[all->v[i].to + 1]] = all->v[i].from;
	all->first++;
	arena_give_back(arena, all->v, all->cap, sizeof(*all->v));
	arena_give_back(arena, all->last, nr, sizeof(*all->last));
}

static void note_unit(void *data, uint32_t unit, const struct elf_reloc *r, bool code)
{
	struct reference_index *x = data;
	uint32_t to = diff_unit_target(x->f, r, code);

	if (to && to != unit)
		note(x->f->b->arena, &x->units, to, unit);
}

static void find_referrers(struct reference_index *x)
{
	struct arena *arena = x->f->b->arena;

	x->units.last = arena_calloc(arena, x->f->nr_units, sizeof(uint32_t));
	for (uint32_t i = 1; i < x->f->nr_units; i++)
		if (diff_freeze_is_unit(x->f, i))
			diff_unit_each_reloc(x->f, i, note_unit, x);
	sort_referrers(arena, &x->units, x->f->nr_units);
}

/* ---- what a unit refers to in another one ---- */

/*
 * A large table is asked once for each function to which it leads, so the relocations of a unit
 * are kept in chains, all into one unit in the same one: the first of each chain, and behind
 * these, for each relocation, the next one.  Each is 1 + its index; 0: there is none.
 */
static uint32_t nr_chains(const struct unit_relocs *relocs)
{
	uint32_t nr = 1;

	while (nr < relocs->nr)
		nr *= 2;
	return nr;
}

static void chain_relocs(struct reference_index *x, uint32_t i, const struct unit_relocs *relocs)
{
	uint32_t chains = nr_chains(relocs);
	uint32_t *first = arena_calloc(x->f->b->arena, chains + relocs->nr, sizeof(*first));

	for (uint32_t k = relocs->nr; k; k--) {
		uint32_t to = diff_unit_target(x->f, &relocs->v[k - 1], diff_unit_is_text(x->f, i));
		uint32_t *chain = &first[to & (chains - 1)];

		first[chains + k - 1] = *chain;
		*chain = k;
	}
	x->into[i] = first;
}

uint32_t diff_freeze_next_into(struct reference_index *x, uint32_t i, uint32_t to, uint32_t behind)
{
	struct unit_relocs relocs = diff_unit_relocs(x->f, i);
	uint32_t chains, k;

	if (!relocs.nr)
		return 0;
	if (!x->into[i])
		chain_relocs(x, i, &relocs);
	chains = nr_chains(&relocs);
	k = x->into[i][behind ? chains + behind - 1 : to & (chains - 1)];
	while (k && diff_unit_target(x->f, &relocs.v[k - 1], diff_unit_is_text(x->f, i)) != to)
		k = x->into[i][chains + k - 1];
	return k;
}

/* ---- source files ---- */

static void note_leads(struct reference_index *x, uint32_t i)
{
	struct unit_relocs relocs = diff_unit_relocs(x->f, i);
	bool code = diff_unit_is_text(x->f, i);

	for (uint32_t k = 0; k < relocs.nr; k++) {
		const struct elf_reloc *r = &relocs.v[k];
		uint32_t to = diff_unit_target(x->f, r, code), sym, file;

		if (!to || to == i || !x->f->shared[to])
			continue;
		sym = diff_unit_sym(x->f, to, diff_unit_index_meant(x->f, to, r, code));
		file = sym ? x->f->b->file_of[sym] : 0;
		if (file)
			note(x->f->b->arena, &x->leads, file, i);
	}
}

const struct referrers *diff_freeze_leads(struct reference_index *x)
{
	const struct object *obj = x->f->b;

	if (x->leads.from)
		return &x->leads;
	x->leads.last = arena_calloc(obj->arena, obj->elf->nr_syms, sizeof(uint32_t));
	for (uint32_t i = 1; i < x->f->nr_units; i++)
		if (diff_freeze_is_unit(x->f, i))
			note_leads(x, i);
	sort_referrers(obj->arena, &x->leads, obj->elf->nr_syms);
	return &x->leads;
}

bool diff_freeze_is_shared(const struct freeze *f, uint32_t sec)
{
	const struct object *obj = f->b;
	const struct sec_info *info = &obj->secs[sec];
	uint32_t file = 0, nr = 0;

	for (uint32_t i = 0; i < info->nr_syms; i++) {
		uint32_t sym = obj->by_place[info->first_sym + i];

		if (is_function_prefix(obj->elf->syms[sym].name))
			continue;
		if (nr++ && obj->file_of[sym] != file)
			return true;
		file = obj->file_of[sym];
	}
	return false;
}

/* Calls fn for each file that has locals in the unit, or may have globals there, perhaps
 * repeatedly. */
static void each_file(struct reference_index *x, uint32_t unit,
		      void (*fn)(struct reference_index *x, uint32_t unit, uint32_t file))
{
	const struct freeze *f = x->f;
	const struct freeze_share *share = diff_unit_share(f, unit);
	struct unit_syms syms = diff_unit_syms(f, unit);

	for (uint32_t k = syms.first; k < syms.first + syms.nr; k++) {
		uint32_t sym = f->b->by_place[k];

		if (is_local_of_file(f->b, sym))
			fn(x, unit, f->b->file_of[sym]);
	}
	if (!share || !f->shared[unit])
		return;
	if (share > f->shares && share[-1].sec == share->sec && share[-1].file != ANY_FILE)
		fn(x, unit, share[-1].file);
	if (share < &f->shares[share->last] && share[1].first_file != ANY_FILE)
		fn(x, unit, share[1].first_file);
}

static void count_file_unit(struct reference_index *x, uint32_t unit, uint32_t file)
{
	(void)unit;
	x->first_file_unit[file + 1]++;
}

/* first_file_unit[file + 1] is the end of its units; they are noted from there back to their begin.
 */
static void note_file_unit(struct reference_index *x, uint32_t unit, uint32_t file)
{
	x->file_units[--x->first_file_unit[file + 1]] = unit;
}

static void list_files(struct reference_index *x)
{
	struct arena *arena = x->f->b->arena;
	uint32_t nr_syms = x->f->b->elf->nr_syms;

	x->first_file_unit = arena_calloc(arena, nr_syms + 2, sizeof(uint32_t));
	for (uint32_t i = 1; i < x->f->nr_units; i++)
		if (diff_freeze_is_unit(x->f, i))
			each_file(x, i, count_file_unit);
	for (uint32_t i = 0; i <= nr_syms; i++)
		x->first_file_unit[i + 1] += x->first_file_unit[i];
	x->file_units = arena_calloc(arena, x->first_file_unit[nr_syms] + 1, sizeof(uint32_t));
	for (uint32_t i = x->f->nr_units; --i;)
		if (diff_freeze_is_unit(x->f, i))
			each_file(x, i, note_file_unit);
	/* What was the end of a file's units is their begin now. */
	x->first_file_unit++;
}

void diff_freeze_index(struct reference_index *x, const struct freeze *f)
{
	*x = (struct reference_index){
		.f = f,
		.into = arena_calloc(f->b->arena, f->nr_units, sizeof(*x->into)),
	};
	find_referrers(x);
	list_files(x);
}
