// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which units, sections or shares of them, are the same and yet not frozen, as a later pass may ask
 * what they refer to.
 *
 *	copied	what differs, is forced, or is content that goes with it.  Asked is who refers to
 *		it (callers that carry it, pointers, "nothing referred to it before") and what its
 *		pointers lead to, and who else holds those
 *	known	the units so found; all of a source file that has something copied, and who
 *		refers to its locals, since names that repeat or are numbered are told apart by
 *		their users; all who refer to data or code without names, which is cut where they
 *		lead to
 *
 * It is told from relocations alone, before anything is cut: too many are found rather than too
 *few.
 */
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

/* Unit `from` refers to `to`. */
struct referrer {
	uint32_t to, from;
};

/* Who refers to what: from[first[to]] up to from[first[to + 1]]; v: as they were found. */
struct referrers {
	uint32_t *first, *from;
	uint32_t *last; /* per `to`, while they are being found: the last one */
	struct referrer *v;
	size_t nr, cap;
};

struct asked {
	struct freeze *f;
	const struct object *obj; /* patched */
	struct referrers referrers;
	struct referrers leads; /* to locals of files, in sections that others share */
	uint32_t **into; /* per unit: its relocations, by where they lead; NULL: not asked for */
	bool *shared_raised;	/* per unit */
	uint32_t *queue;
	size_t nr, cap, next;
	bool *file_known;		      /* per STT_FILE symbol */
	uint32_t *file_units, *first_file_unit; /* units with locals of each */
	uint8_t *done;			      /* per unit: the level that was gone through */
	bool *traced;			      /* per section of orig */
	bool *gone_through;		      /* per symbol: what it leads to */
	bool *leads_to;			      /* as by_place: who leads there leads to what differs */
};

/* ---- what a unit has ---- */

static const struct freeze_share *share_of(const struct asked *s, uint32_t unit)
{
	uint32_t nr_secs = s->obj->elf->nr_secs;

	return unit < nr_secs ? NULL : &s->f->shares[unit - nr_secs];
}

static enum sec_role role_of(const struct asked *s, uint32_t unit)
{
	return s->obj->secs[diff_freeze_sec(s->f, unit)].role;
}

/* Its symbols in by_place. */
struct unit_syms {
	uint32_t first, nr;
};

static struct unit_syms syms_of(const struct asked *s, uint32_t unit)
{
	const struct freeze_share *share = share_of(s, unit);
	const struct sec_info *info = &s->obj->secs[diff_freeze_sec(s->f, unit)];

	if (share)
		return (struct unit_syms){ info->first_sym + share->first_sym, share->nr_syms };
	return (struct unit_syms){ info->first_sym, info->nr_syms };
}

struct unit_relocs {
	const struct elf_reloc *v;
	uint32_t nr;
};

static struct unit_relocs relocs_of(const struct asked *s, uint32_t unit)
{
	const struct elf_sec *rela = s->obj->elf->secs[diff_freeze_sec(s->f, unit)]->rela;
	const struct freeze_share *share = share_of(s, unit);
	size_t first = share ? elf_first_reloc(rela, share->start) : 0;

	if (!rela)
		return (struct unit_relocs){ 0 };
	return (struct unit_relocs){
		rela->relocs + first,
		(uint32_t)((share ? elf_first_reloc(rela, share->end) : rela->nr_relocs) - first)
	};
}

/* … of tables, which it owns. */
struct unit_entries {
	const struct owned_entry *v;
	size_t nr;
};

static struct unit_entries entries_of(const struct asked *s, uint32_t unit)
{
	const struct owned_entries *owned = &s->f->owned;
	const struct freeze_share *share = share_of(s, unit);

	if (share)
		return (struct unit_entries){ owned->v + share->first_entry, share->nr_entries };
	return (struct unit_entries){ owned->v + owned->first[unit],
				      owned->first[unit + 1] - owned->first[unit] };
}

/* ---- who refers to a unit ---- */

static bool is_text(const struct asked *s, uint32_t unit)
{
	return role_of(s, unit) == ROLE_TEXT;
}

/* Calls fn for each relocation of a unit, and of the entries that it owns; code: it stands in code. */
static void each_reloc(struct asked *s, uint32_t unit,
		       void (*fn)(struct asked *s, uint32_t unit, const struct elf_reloc *r, bool code))
{
	struct unit_relocs relocs = relocs_of(s, unit);
	struct unit_entries entries = entries_of(s, unit);
	bool code = is_text(s, unit);

	for (uint32_t i = 0; i < relocs.nr; i++)
		fn(s, unit, &relocs.v[i], code);
	for (const struct owned_entry *e = entries.v; e < entries.v + entries.nr; e++)
		for (size_t i = 0; i < e->nr; i++)
			fn(s, unit, &e->sec->rela->relocs[e->first + i], false);
}

/*
 * The place that r means: in code, PC-relative ones count from their instruction's end, not yet
 * known.
 */
static uint64_t place_meant(const struct asked *s, const struct elf_reloc *r, bool code)
{
	const struct elf_sym *sym = &s->obj->elf->syms[r->sym];
	bool named = sym->type != STT_SECTION && !arch_is_label(s->obj->arch, sym);
	bool pcrel = arch_reloc(s->obj->arch, r->type)->flags & RELOC_PCREL;
	uint64_t bias = code && pcrel && s->obj->arch->pcrel_from_insn_end ? 4 : 0;

	return named ? sym->value : sym->value + (uint64_t)r->addend + bias;
}

/* The unit that r leads into, or 0. */
static uint32_t target(const struct asked *s, const struct elf_reloc *r, bool code)
{
	const struct elf_sym *sym = &s->obj->elf->syms[r->sym];

	if (!elf_sym_in_sec(sym) || !diff_freeze_is_content(s->obj, sym->sec))
		return 0;
	return s->f->first_share[sym->sec]
		       ? diff_freeze_unit(s->f, sym->sec, place_meant(s, r, code))
		       : sym->sec;
}

static void note(struct asked *s, struct referrers *all, uint32_t to, uint32_t from)
{
	if (all->last[to] == from)
		return;
	all->last[to] = from;
	all->v = arena_grow(s->obj->arena, all->v, all->nr, &all->cap, sizeof(*all->v));
	all->v[all->nr++] = (struct referrer){ to, from };
}

/* By what they refer to, of which there are nr; otherwise they stay in their order. */
static void sort_referrers(struct asked *s, struct referrers *all, uint32_t nr)
{
	struct arena *arena = s->obj->arena;

	all->first = arena_calloc(arena, (size_t)nr + 2, sizeof(*all->first));
	all->from = arena_calloc(arena, all->nr + 1, sizeof(*all->from));
	for (size_t i = 0; i < all->nr; i++)
		all->first[all->v[i].to + 1]++;
	for (uint32_t i = 0; i <= nr; i++)
		all->first[i + 1] += all->first[i];
	/* first[to + 1] is the end of to's share, and becomes its begin: that of to - 1 behind it. */
	for (size_t i = all->nr; i--;)
		all->from[--all->first[all->v[i].to + 1]] = all->v[i].from;
	arena_give_back(arena, all->v, all->cap, sizeof(*all->v));
	arena_give_back(arena, all->last, nr, sizeof(*all->last));
}

static void note_referrer(struct asked *s, uint32_t unit, const struct elf_reloc *r, bool code)
{
	uint32_t t = target(s, r, code);

	if (t && t != unit)
		note(s, &s->referrers, t, unit);
}

static void find_referrers(struct asked *s)
{
	s->referrers.last = arena_calloc(s->obj->arena, s->f->nr_units, sizeof(uint32_t));
	for (uint32_t i = 1; i < s->f->nr_units; i++)
		if (diff_freeze_is_unit(s->f, i))
			each_reloc(s, i, note_referrer);
	sort_referrers(s, &s->referrers, s->f->nr_units);
}

#define for_each_referrer(s, t, i)                                \
	for (uint32_t i##_at = (s)->referrers.first[(t) + 1],     \
		      i##_end = (s)->referrers.first[(t) + 2], i; \
	     i##_at < i##_end && (i = (s)->referrers.from[i##_at], true); i##_at++)

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

static void chain_relocs(struct asked *s, uint32_t i, const struct unit_relocs *relocs)
{
	uint32_t chains = nr_chains(relocs);
	uint32_t *first = arena_calloc(s->obj->arena, chains + relocs->nr, sizeof(*first));

	for (uint32_t k = relocs->nr; k; k--) {
		uint32_t to = target(s, &relocs->v[k - 1], is_text(s, i));
		uint32_t *chain = &first[to & (chains - 1)];

		first[chains + k - 1] = *chain;
		*chain = k;
	}
	s->into[i] = first;
}

/* The relocation of unit i into `to` behind that one, 0: the first one. */
static uint32_t next_into(struct asked *s, uint32_t i, uint32_t to, uint32_t behind)
{
	struct unit_relocs relocs = relocs_of(s, i);
	uint32_t chains, k;

	if (!relocs.nr)
		return 0;
	if (!s->into[i])
		chain_relocs(s, i, &relocs);
	chains = nr_chains(&relocs);
	k = s->into[i][behind ? chains + behind - 1 : to & (chains - 1)];
	while (k && target(s, &relocs.v[k - 1], is_text(s, i)) != to)
		k = s->into[i][chains + k - 1];
	return k;
}

static const struct elf_reloc *reloc_of(const struct asked *s, uint32_t i, uint32_t k)
{
	struct unit_relocs relocs = relocs_of(s, i);

	return relocs.v + k - 1;
}

/* The relocations of unit i into `to`, in their order. */
#define for_each_into(s, i, to, r)                                                               \
	for (uint32_t r##_k = next_into(s, i, to, 0); r##_k; r##_k = next_into(s, i, to, r##_k)) \
		for (const struct elf_reloc *r = reloc_of(s, i, r##_k); r; r = NULL)

/* ---- what is asked for ---- */

static void raise(struct asked *s, uint32_t unit, enum freeze_level level)
{
	if (!unit || s->f->level[unit] >= level)
		return;
	s->f->level[unit] = level;
	s->queue = arena_grow(s->obj->arena, s->queue, s->nr, &s->cap, sizeof(*s->queue));
	s->queue[s->nr++] = unit;
}

/* Has i a relocation of its own into that unit, or an entry of a table? */
static bool leads_itself(struct asked *s, uint32_t i, uint32_t to)
{
	return next_into(s, i, to, 0);
}

/* Entries that lead to replacement code are looked at for its sake, whoever owns them. */
static void raise_referrers(struct asked *s, uint32_t unit, enum freeze_level level)
{
	const struct special_rule *rule = s->obj->secs[diff_freeze_sec(s->f, unit)].rule;
	bool code = rule && rule->flags & SPECIAL_CODE;

	for_each_referrer (s, unit, i)
		if (s->f->level[i] < level && (!code || leads_itself(s, i, unit)))
			raise(s, i, is_text(s, i) ? level : KNOWN);
}

#define NO_SYMBOL UINT32_MAX

/* The last symbol of the unit that stands at the place or before: its index, or NO_SYMBOL. */
static uint32_t index_at(const struct asked *s, uint32_t unit, uint64_t at)
{
	struct unit_syms syms = syms_of(s, unit);
	uint32_t lo = 0, hi = syms.nr;

	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (s->obj->elf->syms[s->obj->by_place[syms.first + mid]].value <= at)
			lo = mid;
		else
			hi = mid;
	}
	return syms.nr ? lo : NO_SYMBOL;
}

/* The symbol that r means, of its target, or in which it leads: its index there, or NO_SYMBOL. */
static uint32_t meant(const struct asked *s, uint32_t to, const struct elf_reloc *r, bool code)
{
	return index_at(s, to, place_meant(s, r, code));
}

static uint32_t meant_sym(const struct asked *s, uint32_t to, const struct elf_reloc *r, bool code)
{
	uint32_t at = meant(s, to, r, code);

	return at == NO_SYMBOL ? 0 : s->obj->by_place[syms_of(s, to).first + at];
}

static void raise_file(struct asked *s, uint32_t file);

/* objtool's prefix symbols (__pfx_) stand behind all locals, as if they were of the last file. */
static bool tells_file(const struct object *obj, uint32_t sym)
{
	return !is_function_prefix(obj->elf->syms[sym].name);
}

bool diff_freeze_is_shared(const struct freeze *f, uint32_t sec)
{
	const struct object *obj = f->b;
	const struct sec_info *info = &obj->secs[sec];
	uint32_t file = 0, nr = 0;

	for (uint32_t i = 0; i < info->nr_syms; i++) {
		uint32_t sym = obj->by_place[info->first_sym + i];

		if (!tells_file(obj, sym))
			continue;
		if (nr++ && obj->file_of[sym] != file)
			return true;
		file = obj->file_of[sym];
	}
	return false;
}

/* Who leads to locals of a file (an STT_FILE symbol) in units that it shares with others. */
static void note_leads(struct asked *s, uint32_t i)
{
	struct unit_relocs relocs = relocs_of(s, i);
	bool code = is_text(s, i);

	for (uint32_t k = 0; k < relocs.nr; k++) {
		uint32_t to = target(s, &relocs.v[k], code), sym, file;

		if (!to || to == i || !s->f->shared[to])
			continue;
		sym = meant_sym(s, to, &relocs.v[k], code);
		file = sym ? s->obj->file_of[sym] : 0;
		if (file)
			note(s, &s->leads, file, i);
	}
}

static void find_leads(struct asked *s)
{
	s->leads.last = arena_calloc(s->obj->arena, s->obj->elf->nr_syms, sizeof(uint32_t));
	for (uint32_t i = 1; i < s->f->nr_units; i++)
		if (diff_freeze_is_unit(s->f, i))
			note_leads(s, i);
	sort_referrers(s, &s->leads, s->obj->elf->nr_syms);
}

/* Of a unit that several files share, only entries may tell of who refers to it: then all count. */
static void raise_by_entries(struct asked *s, uint32_t unit)
{
	if (s->shared_raised[unit])
		return;
	s->shared_raised[unit] = true;
	for_each_referrer (s, unit, i)
		if (s->f->level[i] == FROZEN && !leads_itself(s, i, unit))
			raise(s, i, KNOWN);
}

/* All units of a source file, and all who refer to its locals. */
static void raise_file(struct asked *s, uint32_t file)
{
	if (s->file_known[file])
		return;
	s->file_known[file] = true;
	for (uint32_t k = s->first_file_unit[file]; k < s->first_file_unit[file + 1]; k++) {
		uint32_t unit = s->file_units[k];

		/* It is listed for each local in it, one behind the other. */
		if (k > s->first_file_unit[file] && s->file_units[k - 1] == unit)
			continue;
		raise(s, unit, KNOWN);
		if (s->f->shared[unit])
			raise_by_entries(s, unit);
		else
			for_each_referrer (s, unit, i)
				if (s->f->level[i] == FROZEN)
					raise(s, i, KNOWN);
	}
	if (!s->leads.from)
		find_leads(s);
	for (uint32_t k = s->leads.first[file + 1]; k < s->leads.first[file + 2]; k++)
		raise(s, s->leads.from[k], KNOWN);
}

/* Calls fn for each file that has locals in the unit, or may have globals there, perhaps repeatedly. */
static void each_file(struct asked *s, uint32_t unit,
		      void (*fn)(struct asked *s, uint32_t unit, uint32_t file))
{
	const struct freeze_share *share = share_of(s, unit);
	struct unit_syms syms = syms_of(s, unit);

	for (uint32_t k = syms.first; k < syms.first + syms.nr; k++) {
		uint32_t sym = s->obj->by_place[k];

		if (s->obj->elf->syms[sym].bind == STB_LOCAL && tells_file(s->obj, sym))
			fn(s, unit, s->obj->file_of[sym]);
	}
	if (!share || !s->f->shared[unit])
		return;
	if (share > s->f->shares && share[-1].sec == share->sec && share[-1].file != ANY_FILE)
		fn(s, unit, share[-1].file);
	if (share < &s->f->shares[share->last] && share[1].first_file != ANY_FILE)
		fn(s, unit, share[1].first_file);
}

static void count_unit(struct asked *s, uint32_t unit, uint32_t file)
{
	(void)unit;
	s->first_file_unit[file + 1]++;
}

/* first_file_unit[file + 1] is the end of its units; they are noted from there back to their begin. */
static void note_unit(struct asked *s, uint32_t unit, uint32_t file)
{
	s->file_units[--s->first_file_unit[file + 1]] = unit;
}

static void list_files(struct asked *s)
{
	const struct elf *elf = s->obj->elf;

	s->file_known = s->f->file_known;
	memset(s->file_known, 0, elf->nr_syms * sizeof(bool));
	s->first_file_unit = arena_calloc(s->obj->arena, elf->nr_syms + 2, sizeof(uint32_t));
	for (uint32_t i = 1; i < s->f->nr_units; i++)
		if (diff_freeze_is_unit(s->f, i))
			each_file(s, i, count_unit);
	for (uint32_t i = 0; i <= elf->nr_syms; i++)
		s->first_file_unit[i + 1] += s->first_file_unit[i];
	s->file_units = arena_calloc(s->obj->arena, s->first_file_unit[elf->nr_syms] + 1,
				     sizeof(uint32_t));
	for (uint32_t i = s->f->nr_units; --i;)
		if (diff_freeze_is_unit(s->f, i))
			each_file(s, i, note_unit);
	/* What was the end of a file's units is their begin now. */
	s->first_file_unit++;
}

/* ---- what differs, and what an earlier try found ---- */

static void raise_different(struct asked *s)
{
	const struct freeze *f = s->f;

	for (uint32_t i = 1; i < f->nr_units; i++)
		if (diff_freeze_is_unit(f, i))
			raise(s, i, f->copied[i] || f->same[i] != SAME ? COPIED : FROZEN);
	for (uint32_t i = 0; i < s->obj->elf->nr_syms; i++)
		if (f->copied_file[i])
			raise_file(s, i);
}

static void raise_forced(struct asked *s)
{
	for (size_t i = 0; i < s->f->d->opts->nr_force; i++)
		for_each_str (&s->obj->names, s->f->d->opts->force[i], e) {
			const struct elf_sym *sym = &s->obj->elf->syms[e->value];

			if (!elf_sym_in_sec(sym) || !diff_freeze_is_content(s->obj, sym->sec))
				continue;
			s->f->sym_differs[e->value] = true;
			raise(s, diff_freeze_unit(s->f, sym->sec, sym->value), COPIED);
		}
}

/* ---- what is asked of those ---- */

/* Where a symbol's bytes end: without a size, where the next one begins. */
static uint64_t end_of(const struct asked *s, uint32_t unit, uint32_t i)
{
	struct unit_syms syms = syms_of(s, unit);
	const struct elf_sym *sym = &s->obj->elf->syms[s->obj->by_place[syms.first + i]];

	if (sym->size)
		return sym->value + sym->size;
	if (i + 1 < syms.nr)
		return s->obj->elf->syms[s->obj->by_place[syms.first + i + 1]].value;
	return share_of(s, unit) ? share_of(s, unit)->end : s->obj->elf->secs[unit]->size;
}

/* Between functions and objects there is nothing but what aligns them. */
static bool has_names_only(const struct asked *s, uint32_t sec)
{
	const struct sec_info *info = &s->obj->secs[sec];
	const struct elf_sec *of = s->obj->elf->secs[sec];
	uint64_t end = 0;

	if (info->role == ROLE_STRINGS)
		return true;
	if (!info->nr_syms || (info->rule && info->rule->flags & SPECIAL_CODE))
		return false;
	for (uint32_t i = 0; i < info->nr_syms; i++) {
		const struct elf_sym *sym =
			&s->obj->elf->syms[s->obj->by_place[info->first_sym + i]];

		if (sym->value > end && sym->value - end >= of->align)
			return false;
		end = end_of(s, sec, i) > end ? end_of(s, sec, i) : end;
	}
	return of->size - end < of->align;
}

/* Can ftrace reach what the original has in the unit's section? */
static bool is_traced(const struct asked *s, uint32_t unit)
{
	uint32_t x = s->f->sec_of[diff_freeze_sec(s->f, unit)];

	return x && s->traced[x];
}

/* Is it a part of another function (f.cold), which goes with that? */
static bool is_part(const struct asked *s, uint32_t unit)
{
	struct unit_syms syms = syms_of(s, unit);
	const char *parent;
	size_t len;

	for (uint32_t i = 0; i < syms.nr && !is_traced(s, unit); i++) {
		const char *name = s->obj->elf->syms[s->obj->by_place[syms.first + i]].name;

		if (name_is_cold(name, &parent, &len) || name_is_part(name, &parent, &len))
			return true;
	}
	return false;
}

static void raise_files_of(struct asked *s, uint32_t unit)
{
	struct unit_syms syms = syms_of(s, unit);

	for (uint32_t i = 0; i < syms.nr; i++) {
		uint32_t sym = s->obj->by_place[syms.first + i];

		if (s->obj->elf->syms[sym].bind == STB_LOCAL && tells_file(s->obj, sym))
			raise_file(s, s->obj->file_of[sym]);
	}
}

/* A part of a function (f.cold) goes with it. */
static void raise_part(struct asked *s, uint32_t unit, const struct elf_reloc *r, bool code)
{
	uint32_t to = target(s, r, code);

	if (to && to != unit && is_text(s, to) && is_part(s, to))
		raise(s, to, KNOWN);
}

static void go_through_known(struct asked *s, uint32_t unit)
{
	bool text = is_text(s, unit);

	if (text && is_part(s, unit))
		raise_referrers(s, unit, KNOWN);
	/* Where nothing differs, and nothing is copied, it does not matter how it is cut. */
	if ((s->f->level[unit] == COPIED || s->f->same[unit] != SAME) && !text &&
	    !has_names_only(s, unit))
		raise_referrers(s, unit, KNOWN);
	if (text)
		each_reloc(s, unit, raise_part);
}

/* Assemblers have a type of its own for what is called, or for all that may be. */
static bool is_call(const struct asked *s, uint32_t unit, const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(s->obj->arch, r->type);

	/* A local's address is asked for in its file, all of which is known. */
	return row->flags & RELOC_BRANCH ||
	       (is_text(s, unit) && row->flags & RELOC_PCREL &&
		(row->like != row->type || s->obj->elf->syms[r->sym].type == STT_SECTION));
}

static void raise_target(struct asked *s, uint32_t unit, const struct elf_reloc *r, bool code);

/* What a symbol of a unit leads to, that of others is not asked for. */
static void raise_targets_of(struct asked *s, uint32_t unit, uint32_t i)
{
	uint32_t sym = s->obj->by_place[syms_of(s, unit).first + i];
	const struct elf_sec *rela = s->obj->elf->secs[diff_freeze_sec(s->f, unit)]->rela;
	size_t k = elf_first_reloc(rela, s->obj->elf->syms[sym].value);

	if (s->gone_through[sym])
		return;
	s->gone_through[sym] = true;
	for (; rela && k < rela->nr_relocs && rela->relocs[k].offset < end_of(s, unit, i); k++)
		raise_target(s, unit, &rela->relocs[k], is_text(s, unit));
}

/* What r of something copied leads to: content goes along, the rest may have to be known. */
static void raise_target(struct asked *s, uint32_t unit, const struct elf_reloc *r, bool code)
{
	const struct elf_sym *sym = &s->obj->elf->syms[r->sym];
	uint32_t to = target(s, r, code), at, named;
	bool text, content;

	/* objtool leaves a mark where it makes a nop of a call of __fentry__(): all functions have it. */
	if (!to || to == unit || role_of(s, to) == ROLE_STRINGS ||
	    arch_reloc(s->obj->arch, r->type)->flags & RELOC_MARKER)
		return;
	text = is_text(s, to);
	at = meant(s, to, r, code);
	named = at != NO_SYMBOL ? s->obj->by_place[syms_of(s, to).first + at] : 0;
	if (named && s->obj->elf->syms[named].bind == STB_LOCAL && tells_file(s->obj, named))
		raise_file(s, s->obj->file_of[named]);
	content = text ? !named : sym->bind == STB_LOCAL;
	if (text && named && is_call(s, unit, r))
		return;
	if (text && named)
		raise_referrers(s, to, KNOWN);
	if (content && named && s->f->shared[to]) {
		raise(s, to, KNOWN);
		raise_targets_of(s, to, at);
	} else {
		raise(s, to, content ? COPIED : KNOWN);
	}
}

/* Which symbols of a unit differ, or are labels in a function that does. */
static void find_different(struct asked *s, struct unit_syms syms)
{
	uint64_t end = 0;

	for (uint32_t i = syms.first; i < syms.first + syms.nr; i++) {
		uint32_t k = s->obj->by_place[i];
		const struct elf_sym *sym = &s->obj->elf->syms[k];

		s->leads_to[i] = s->f->sym_differs[k] || sym->value < end;
		if (s->f->sym_differs[k] && sym->value + sym->size > end)
			end = sym->value + sym->size;
	}
}

/* Does i lead to a symbol of the unit that differs, or into one?  Or to code without a name? */
static bool leads_to_different(struct asked *s, uint32_t i, uint32_t to)
{
	bool any = false;

	for_each_into (s, i, to, r) {
		uint32_t at = meant(s, to, r, is_text(s, i));

		any = true;
		if (at == NO_SYMBOL || s->leads_to[syms_of(s, to).first + at] ||
		    place_meant(s, r, is_text(s, i)) >= end_of(s, to, at))
			return true;
	}
	return !any;
}

/* Does r lead elsewhere than to a function's begin? */
static bool leads_inside(const struct asked *s, uint32_t to, const struct elf_reloc *r, bool code)
{
	uint32_t sym = meant_sym(s, to, r, code);

	return !sym || s->obj->elf->syms[sym].type != STT_FUNC ||
	       s->obj->elf->syms[sym].value != place_meant(s, r, code);
}

/*
 * What holds the address of a label in a function that differs, as a table or a slot of .toc does,
 * differs by that, and so may who uses it.
 */
static void raise_holders(struct asked *s, uint32_t i, uint32_t of)
{
	bool more = false;

	for_each_into (s, i, of, r) {
		uint32_t at, sym;

		if (!leads_inside(s, of, r, is_text(s, i)))
			continue;
		at = index_at(s, i, r->offset);
		if (at == NO_SYMBOL) {
			more = true;
			continue;
		}
		sym = s->obj->by_place[syms_of(s, i).first + at];
		more |= !s->f->sym_differs[sym];
		s->f->sym_differs[sym] = true;
	}
	if (!more)
		return;
	/* Of one that several files share, each symbol is gone through when it is known to differ. */
	if (s->done[i] == COPIED && s->f->shared[i]) {
		s->done[i] = KNOWN;
		s->f->level[i] = KNOWN;
	}
	raise(s, i, COPIED);
}

/* Several files have something in it: only what differs is asked for. */
static void go_through_shared(struct asked *s, uint32_t unit)
{
	struct unit_syms syms = syms_of(s, unit);

	for (uint32_t i = 0; i < syms.nr; i++) {
		uint32_t sym = s->obj->by_place[syms.first + i];

		if (!s->f->sym_differs[sym])
			continue;
		if (s->obj->elf->syms[sym].bind == STB_LOCAL && tells_file(s->obj, sym))
			raise_file(s, s->obj->file_of[sym]);
		raise_targets_of(s, unit, i);
	}
	find_different(s, syms);
	for_each_referrer (s, unit, i)
		if (leads_to_different(s, i, unit)) {
			raise(s, i, KNOWN);
			if (!is_text(s, i))
				raise_holders(s, i, unit);
		}
}

static void go_through_copied(struct asked *s, uint32_t unit)
{
	bool text = is_text(s, unit);

	/* Of code without names, each piece is content of who leads to it. */
	if (text && !syms_of(s, unit).nr)
		return;
	if (s->f->shared[unit]) {
		go_through_shared(s, unit);
		return;
	}
	raise_files_of(s, unit);
	/* Where it cannot, callers may have to bring the copy. */
	raise_referrers(s, unit, text && !is_traced(s, unit) ? COPIED : KNOWN);
	/*
	 * Data that leads to data may differ by what that is.  To a function it leads as before,
	 * unless a table has its labels.
	 */
	for_each_referrer (s, unit, i) {
		if (is_text(s, i))
			continue;
		if (!text)
			raise(s, i, COPIED);
		raise_holders(s, i, unit);
	}
	each_reloc(s, unit, raise_target);
}

static void go_through_all(struct asked *s)
{
	while (s->next < s->nr) {
		uint32_t unit = s->queue[s->next++];
		enum freeze_level level = s->f->level[unit];

		if (!s->done[unit])
			go_through_known(s, unit);
		if (level == COPIED && s->done[unit] < COPIED) {
			s->done[unit] = COPIED;
			go_through_copied(s, unit);
		}
		s->done[unit] = s->done[unit] ?: KNOWN;
	}
}

/* Sections of the original that have entries for ftrace, or call it themselves. */
static void find_traced(struct asked *s)
{
	const struct object *orig = s->f->a;
	bool *traces = arena_calloc(orig->arena, orig->elf->nr_syms, sizeof(*traces));

	s->traced = arena_calloc(orig->arena, orig->elf->nr_secs, sizeof(*s->traced));
	for (const char *const *t = orig->arch->trace_symbols; *t; t++)
		for_each_str (&orig->names, *t, e)
			traces[e->value] = true;
	for (uint32_t i = 1; i < orig->elf->nr_secs; i++) {
		const struct elf_sec *rela = orig->elf->secs[i]->rela;
		const struct sec_info *info = &orig->secs[i];
		bool table = info->role == ROLE_TABLE && info->rule->flags & SPECIAL_TRACE;

		for (size_t k = 0;
		     rela && k < rela->nr_relocs && (table || info->role == ROLE_TEXT); k++) {
			const struct elf_sym *sym = &orig->elf->syms[rela->relocs[k].sym];

			if (table && elf_sym_in_sec(sym))
				s->traced[sym->sec] = true;
			else if (!table && traces[rela->relocs[k].sym])
				s->traced[i] = true;
		}
	}
}

void diff_freeze_find_asked(struct freeze *f)
{
	struct asked s = { .f = f, .obj = f->b };
	bool any = false;

	memset(f->level, FROZEN, f->nr_units * sizeof(*f->level));
	for (uint32_t i = 1; i < f->nr_units && !any; i++)
		any = diff_freeze_is_unit(f, i) && (f->same[i] != SAME || f->copied[i]);
	if (!any && !f->d->opts->nr_force)
		return;
	s.gone_through = arena_calloc(f->d->arena, f->b->elf->nr_syms, sizeof(bool));
	s.leads_to = arena_calloc(f->d->arena, f->b->elf->nr_syms, sizeof(bool));
	s.done = arena_calloc(f->d->arena, f->nr_units, sizeof(*s.done));
	s.shared_raised = arena_calloc(f->d->arena, f->nr_units, sizeof(bool));
	s.into = arena_calloc(f->d->arena, f->nr_units, sizeof(*s.into));
	find_referrers(&s);
	list_files(&s);
	find_traced(&s);
	raise_different(&s);
	raise_forced(&s);
	go_through_all(&s);
}
