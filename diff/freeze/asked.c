// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which sections are the same and yet not frozen, as a later pass may ask what they refer to.
 *
 *	copied	what differs, is forced, or is content that goes with it.  Asked is who refers to
 *		it (callers that carry it, pointers, "nothing referred to it before") and what its
 *		pointers lead to, and who else holds those
 *	known	the sections so found; all of a source file that has something copied, and who
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

/* Section `from` refers to `to`. */
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
	uint32_t **into; /* per section: its relocations, by where they lead; NULL: not asked for */
	bool *shared_raised;	/* per section */
	uint32_t *queue;
	size_t nr, cap, next;
	bool *file_known;		      /* per STT_FILE symbol */
	uint32_t *file_secs, *first_file_sec; /* sections with locals of each */
	uint8_t *done;			      /* per section: the level that was gone through */
	bool *traced;			      /* per section of orig */
	bool *gone_through;		      /* per symbol: what it leads to */
	bool *leads_to;			      /* as by_place: who leads there leads to what differs */
};

/* ---- who refers to a section ---- */

/* Calls fn for each relocation of a section and of the entries that it owns. */
static void each_reloc(struct asked *s, uint32_t sec,
		       void (*fn)(struct asked *s, uint32_t sec, const struct elf_reloc *r))
{
	const struct elf_sec *rela = s->obj->elf->secs[sec]->rela;

	for (size_t i = 0; rela && i < rela->nr_relocs; i++)
		fn(s, sec, &rela->relocs[i]);
	for (size_t k = s->f->owned.first[sec]; k < s->f->owned.first[sec + 1]; k++)
		for (size_t i = 0; i < s->f->owned.v[k].nr; i++)
			fn(s, sec, &s->f->owned.v[k].sec->rela->relocs[s->f->owned.v[k].first + i]);
}

/* The section that r leads into, if it can be frozen; or 0. */
static uint32_t target(const struct asked *s, const struct elf_reloc *r)
{
	const struct elf_sym *sym = &s->obj->elf->syms[r->sym];

	return elf_sym_in_sec(sym) && diff_freeze_is_content(s->obj, sym->sec) ? sym->sec : 0;
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

static void note_referrer(struct asked *s, uint32_t sec, const struct elf_reloc *r)
{
	uint32_t t = target(s, r);

	if (t && t != sec)
		note(s, &s->referrers, t, sec);
}

static void find_referrers(struct asked *s)
{
	s->referrers.last = arena_calloc(s->obj->arena, s->obj->elf->nr_secs, sizeof(uint32_t));
	for (uint32_t i = 1; i < s->obj->elf->nr_secs; i++)
		if (diff_freeze_is_content(s->obj, i))
			each_reloc(s, i, note_referrer);
	sort_referrers(s, &s->referrers, s->obj->elf->nr_secs);
}

#define for_each_referrer(s, t, i)                                \
	for (uint32_t i##_at = (s)->referrers.first[(t) + 1],     \
		      i##_end = (s)->referrers.first[(t) + 2], i; \
	     i##_at < i##_end && (i = (s)->referrers.from[i##_at], true); i##_at++)

/* ---- what a section refers to in another one ---- */

/*
 * A large table is asked once for each function to which it leads, so the relocations of a section
 * are kept in chains, all into one section in the same one: the first of each chain, and behind
 * these, for each relocation, the next one.  Each is 1 + its index; 0: there is none.
 */
static uint32_t nr_chains(const struct elf_sec *rela)
{
	uint32_t nr = 1;

	while (nr < rela->nr_relocs)
		nr *= 2;
	return nr;
}

static void chain_relocs(struct asked *s, uint32_t i, const struct elf_sec *rela)
{
	uint32_t chains = nr_chains(rela);
	uint32_t *first = arena_calloc(s->obj->arena, chains + rela->nr_relocs, sizeof(*first));

	for (uint32_t k = (uint32_t)rela->nr_relocs; k; k--) {
		uint32_t *chain = &first[target(s, &rela->relocs[k - 1]) & (chains - 1)];

		first[chains + k - 1] = *chain;
		*chain = k;
	}
	s->into[i] = first;
}

/* The relocation of section i into sec behind that one, 0: the first one. */
static uint32_t next_into(struct asked *s, uint32_t i, uint32_t sec, uint32_t behind)
{
	const struct elf_sec *rela = s->obj->elf->secs[i]->rela;
	uint32_t chains, k;

	if (!rela)
		return 0;
	if (!s->into[i])
		chain_relocs(s, i, rela);
	chains = nr_chains(rela);
	k = s->into[i][behind ? chains + behind - 1 : sec & (chains - 1)];
	while (k && target(s, &rela->relocs[k - 1]) != sec)
		k = s->into[i][chains + k - 1];
	return k;
}

/* The relocations of section i into sec, in their order. */
#define for_each_into(s, i, sec, r)                                                                \
	for (uint32_t r##_k = next_into(s, i, sec, 0); r##_k; r##_k = next_into(s, i, sec, r##_k)) \
		for (const struct elf_reloc *r = &(s)->obj->elf->secs[i]->rela->relocs[r##_k - 1]; \
		     r; r = NULL)

/* ---- what is asked for ---- */

static void raise(struct asked *s, uint32_t sec, enum freeze_level level)
{
	if (!sec || s->f->level[sec] >= level)
		return;
	s->f->level[sec] = level;
	s->queue = arena_grow(s->obj->arena, s->queue, s->nr, &s->cap, sizeof(*s->queue));
	s->queue[s->nr++] = sec;
}

/* Has i a relocation of its own into that section, or an entry of a table? */
static bool leads_itself(struct asked *s, uint32_t i, uint32_t sec)
{
	return next_into(s, i, sec, 0);
}

/* Entries that lead to replacement code are looked at for its sake, whoever owns them. */
static void raise_referrers(struct asked *s, uint32_t sec, enum freeze_level level)
{
	const struct special_rule *rule = s->obj->secs[sec].rule;
	bool code = rule && rule->flags & SPECIAL_CODE;

	for_each_referrer (s, sec, i)
		if (s->f->level[i] < level && (!code || leads_itself(s, i, sec)))
			raise(s, i, s->obj->secs[i].role == ROLE_TEXT ? level : KNOWN);
}

#define NO_SYMBOL UINT32_MAX

/* The last symbol of the section that stands at the place or before: its index, or NO_SYMBOL. */
static uint32_t index_at(const struct asked *s, uint32_t sec, uint64_t at)
{
	const struct sec_info *info = &s->obj->secs[sec];
	uint32_t lo = 0, hi = info->nr_syms;

	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (s->obj->elf->syms[s->obj->by_place[info->first_sym + mid]].value <= at)
			lo = mid;
		else
			hi = mid;
	}
	return info->nr_syms ? lo : NO_SYMBOL;
}

/* The place that r means: PC-relative ones count from their instruction's end, not yet known. */
static uint64_t place_meant(const struct asked *s, const struct elf_reloc *r)
{
	const struct elf_sym *sym = &s->obj->elf->syms[r->sym];
	bool named = sym->type != STT_SECTION && !arch_is_label(s->obj->arch, sym);
	bool pcrel = arch_reloc(s->obj->arch, r->type)->flags & RELOC_PCREL;
	uint64_t bias = pcrel && s->obj->arch->pcrel_from_insn_end ? 4 : 0;

	return named ? sym->value : sym->value + (uint64_t)r->addend + bias;
}

/* The symbol that r means or in which it leads: its index in the section, or NO_SYMBOL. */
static uint32_t meant(const struct asked *s, const struct elf_reloc *r)
{
	return index_at(s, s->obj->elf->syms[r->sym].sec, place_meant(s, r));
}

static uint32_t meant_sym(const struct asked *s, const struct elf_reloc *r)
{
	uint32_t at = meant(s, r);

	return at == NO_SYMBOL
		       ? 0
		       : s->obj->by_place[s->obj->secs[s->obj->elf->syms[r->sym].sec].first_sym +
					  at];
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

/* Who leads to locals of a file (an STT_FILE symbol) in sections that it shares with others. */
static void note_leads(struct asked *s, uint32_t i)
{
	for_each_reloc (s->obj->elf->secs[i]->rela, r) {
		uint32_t sec = target(s, r), sym, file;

		if (!sec || sec == i || !s->f->shared[sec])
			continue;
		sym = meant_sym(s, r);
		file = sym ? s->obj->file_of[sym] : 0;
		if (file)
			note(s, &s->leads, file, i);
	}
}

static void find_leads(struct asked *s)
{
	s->leads.last = arena_calloc(s->obj->arena, s->obj->elf->nr_syms, sizeof(uint32_t));
	for (uint32_t i = 1; i < s->obj->elf->nr_secs; i++)
		if (diff_freeze_is_content(s->obj, i))
			note_leads(s, i);
	sort_referrers(s, &s->leads, s->obj->elf->nr_syms);
}

/* Of a section that several files share, only entries may tell of who refers to it: then all count.
 */
static void raise_by_entries(struct asked *s, uint32_t sec)
{
	if (s->shared_raised[sec])
		return;
	s->shared_raised[sec] = true;
	for_each_referrer (s, sec, i)
		if (s->f->level[i] == FROZEN && !leads_itself(s, i, sec))
			raise(s, i, KNOWN);
}

/* All sections of a source file, and all who refer to its locals. */
static void raise_file(struct asked *s, uint32_t file)
{
	if (s->file_known[file])
		return;
	s->file_known[file] = true;
	for (uint32_t k = s->first_file_sec[file]; k < s->first_file_sec[file + 1]; k++) {
		uint32_t sec = s->file_secs[k];

		/* It is listed for each local in it, one behind the other. */
		if (k > s->first_file_sec[file] && s->file_secs[k - 1] == sec)
			continue;
		raise(s, sec, KNOWN);
		if (s->f->shared[sec])
			raise_by_entries(s, sec);
		else
			for_each_referrer (s, sec, i)
				if (s->f->level[i] == FROZEN)
					raise(s, i, KNOWN);
	}
	if (!s->leads.from)
		find_leads(s);
	for (uint32_t k = s->leads.first[file + 1]; k < s->leads.first[file + 2]; k++)
		raise(s, s->leads.from[k], KNOWN);
}

static void list_files(struct asked *s)
{
	const struct object *obj = s->obj;
	uint32_t *end;

	s->file_known = s->f->file_known;
	memset(s->file_known, 0, obj->elf->nr_syms * sizeof(bool));
	s->first_file_sec = arena_calloc(obj->arena, obj->elf->nr_syms + 1, sizeof(uint32_t));
	s->file_secs = arena_calloc(obj->arena, obj->elf->nr_syms + 1, sizeof(uint32_t));
	end = arena_calloc(obj->arena, obj->elf->nr_syms + 1, sizeof(uint32_t));
	for (uint32_t i = 1; i < obj->elf->nr_secs; i++)
		for (uint32_t k = 0; k < obj->secs[i].nr_syms && diff_freeze_is_content(obj, i);
		     k++) {
			uint32_t sym = obj->by_place[obj->secs[i].first_sym + k];

			if (obj->elf->syms[sym].bind == STB_LOCAL && tells_file(obj, sym))
				s->first_file_sec[obj->file_of[sym] + 1]++;
		}
	for (uint32_t i = 0; i < obj->elf->nr_syms; i++) {
		s->first_file_sec[i + 1] += s->first_file_sec[i];
		end[i] = s->first_file_sec[i];
	}
	for (uint32_t i = 1; i < obj->elf->nr_secs; i++)
		for (uint32_t k = 0; k < obj->secs[i].nr_syms && diff_freeze_is_content(obj, i);
		     k++) {
			uint32_t sym = obj->by_place[obj->secs[i].first_sym + k];

			if (obj->elf->syms[sym].bind == STB_LOCAL && tells_file(obj, sym))
				s->file_secs[end[obj->file_of[sym]]++] = i;
		}
}

/* ---- what differs, and what an earlier try found ---- */

static void raise_different(struct asked *s)
{
	const struct freeze *f = s->f;

	for (uint32_t i = 1; i < s->obj->elf->nr_secs; i++)
		if (diff_freeze_is_content(s->obj, i))
			raise(s, i,
			      f->copied[i] || f->same[i] != SAME ? COPIED : FROZEN);
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
			raise(s, sym->sec, COPIED);
		}
}

/* ---- what is asked of those ---- */

/* Where a symbol's bytes end: without a size, where the next one begins. */
static uint64_t end_of(const struct asked *s, uint32_t sec, uint32_t i)
{
	const struct sec_info *info = &s->obj->secs[sec];
	const struct elf_sym *sym = &s->obj->elf->syms[s->obj->by_place[info->first_sym + i]];

	if (sym->size)
		return sym->value + sym->size;
	if (i + 1 < info->nr_syms)
		return s->obj->elf->syms[s->obj->by_place[info->first_sym + i + 1]].value;
	return s->obj->elf->secs[sec]->size;
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

/* Can ftrace reach what the original has in the section? */
static bool is_traced(const struct asked *s, uint32_t sec)
{
	uint32_t x = s->f->sec_of[sec];

	return x && s->traced[x];
}

/* Is it a part of another function (f.cold), which goes with that? */
static bool is_part(const struct asked *s, uint32_t sec)
{
	const struct sec_info *info = &s->obj->secs[sec];
	const char *parent;
	size_t len;

	for (uint32_t i = 0; i < info->nr_syms && !is_traced(s, sec); i++) {
		const char *name = s->obj->elf->syms[s->obj->by_place[info->first_sym + i]].name;

		if (name_is_cold(name, &parent, &len) || name_is_part(name, &parent, &len))
			return true;
	}
	return false;
}

static void raise_files_of(struct asked *s, uint32_t sec)
{
	const struct sec_info *info = &s->obj->secs[sec];

	for (uint32_t i = 0; i < info->nr_syms; i++) {
		uint32_t sym = s->obj->by_place[info->first_sym + i];

		if (s->obj->elf->syms[sym].bind == STB_LOCAL && tells_file(s->obj, sym))
			raise_file(s, s->obj->file_of[sym]);
	}
}

/* A part of a function (f.cold) goes with it. */
static void raise_part(struct asked *s, uint32_t sec, const struct elf_reloc *r)
{
	uint32_t to = target(s, r);

	if (to && to != sec && s->obj->secs[to].role == ROLE_TEXT && is_part(s, to))
		raise(s, to, KNOWN);
}

static void go_through_known(struct asked *s, uint32_t sec)
{
	if (s->obj->secs[sec].role == ROLE_TEXT && is_part(s, sec))
		raise_referrers(s, sec, KNOWN);
	/* Where nothing differs, and nothing is copied, it does not matter how it is cut. */
	if ((s->f->level[sec] == COPIED || s->f->same[sec] != SAME) &&
	    s->obj->secs[sec].role != ROLE_TEXT && !has_names_only(s, sec))
		raise_referrers(s, sec, KNOWN);
	if (s->obj->secs[sec].role == ROLE_TEXT)
		each_reloc(s, sec, raise_part);
}

/* Assemblers have a type of its own for what is called, or for all that may be. */
static bool is_call(const struct asked *s, uint32_t sec, const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(s->obj->arch, r->type);

	/* A local's address is asked for in its file, all of which is known. */
	return row->flags & RELOC_BRANCH ||
	       (s->obj->secs[sec].role == ROLE_TEXT && row->flags & RELOC_PCREL &&
		(row->like != row->type || s->obj->elf->syms[r->sym].type == STT_SECTION));
}

static void raise_target(struct asked *s, uint32_t sec, const struct elf_reloc *r);

/* What a symbol of a section leads to, that of others is not asked for. */
static void raise_targets_of(struct asked *s, uint32_t sec, uint32_t i)
{
	uint32_t sym = s->obj->by_place[s->obj->secs[sec].first_sym + i];
	const struct elf_sec *rela = s->obj->elf->secs[sec]->rela;
	size_t k = elf_first_reloc(rela, s->obj->elf->syms[sym].value);

	if (s->gone_through[sym])
		return;
	s->gone_through[sym] = true;
	for (; rela && k < rela->nr_relocs && rela->relocs[k].offset < end_of(s, sec, i); k++)
		raise_target(s, sec, &rela->relocs[k]);
}

/* What r of something copied leads to: content goes along, the rest may have to be known. */
static void raise_target(struct asked *s, uint32_t sec, const struct elf_reloc *r)
{
	const struct elf_sym *sym = &s->obj->elf->syms[r->sym];
	uint32_t to = target(s, r), at, named;
	bool text, content;

	if (!to || to == sec || s->obj->secs[to].role == ROLE_STRINGS)
		return;
	text = s->obj->secs[to].role == ROLE_TEXT;
	at = meant(s, r);
	named = at != NO_SYMBOL ? s->obj->by_place[s->obj->secs[to].first_sym + at] : 0;
	if (named && s->obj->elf->syms[named].bind == STB_LOCAL && tells_file(s->obj, named))
		raise_file(s, s->obj->file_of[named]);
	content = text ? !named : sym->bind == STB_LOCAL;
	if (text && named && is_call(s, sec, r))
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

/* Which symbols of the section differ, or are labels in a function that does. */
static void find_different(struct asked *s, const struct sec_info *info)
{
	uint64_t end = 0;

	for (uint32_t i = info->first_sym; i < info->first_sym + info->nr_syms; i++) {
		uint32_t k = s->obj->by_place[i];
		const struct elf_sym *sym = &s->obj->elf->syms[k];

		s->leads_to[i] = s->f->sym_differs[k] || sym->value < end;
		if (s->f->sym_differs[k] && sym->value + sym->size > end)
			end = sym->value + sym->size;
	}
}

/* Does i lead to a symbol of the section that differs, or into one? */
static bool leads_to_different(struct asked *s, uint32_t i, uint32_t sec)
{
	bool any = false;

	for_each_into (s, i, sec, r) {
		uint32_t at = meant(s, r);

		any = true;
		if (at == NO_SYMBOL || s->leads_to[s->obj->secs[sec].first_sym + at])
			return true;
	}
	return !any;
}

/* Does r lead elsewhere than to a function's begin? */
static bool leads_inside(const struct asked *s, const struct elf_reloc *r)
{
	uint32_t sym = meant_sym(s, r);

	return !sym || s->obj->elf->syms[sym].type != STT_FUNC ||
	       s->obj->elf->syms[sym].value != place_meant(s, r);
}

/*
 * What holds the address of a label in a function that differs, as a table or a slot of .toc does,
 * differs by that, and so may who uses it.
 */
static void raise_holders(struct asked *s, uint32_t i, uint32_t sec)
{
	bool more = false;

	for_each_into (s, i, sec, r) {
		uint32_t at, sym;

		if (!leads_inside(s, r))
			continue;
		at = index_at(s, i, r->offset);
		if (at == NO_SYMBOL) {
			more = true;
			continue;
		}
		sym = s->obj->by_place[s->obj->secs[i].first_sym + at];
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
static void go_through_shared(struct asked *s, uint32_t sec)
{
	const struct sec_info *info = &s->obj->secs[sec];

	for (uint32_t i = 0; i < info->nr_syms; i++) {
		uint32_t sym = s->obj->by_place[info->first_sym + i];

		if (!s->f->sym_differs[sym])
			continue;
		if (s->obj->elf->syms[sym].bind == STB_LOCAL && tells_file(s->obj, sym))
			raise_file(s, s->obj->file_of[sym]);
		raise_targets_of(s, sec, i);
	}
	find_different(s, info);
	for_each_referrer (s, sec, i)
		if (leads_to_different(s, i, sec)) {
			raise(s, i, KNOWN);
			if (s->obj->secs[i].role != ROLE_TEXT)
				raise_holders(s, i, sec);
		}
}

static void go_through_copied(struct asked *s, uint32_t sec)
{
	/* Of code without names, each piece is content of who leads to it. */
	if (s->obj->secs[sec].role == ROLE_TEXT && !s->obj->secs[sec].nr_syms)
		return;
	if (s->f->shared[sec]) {
		go_through_shared(s, sec);
		return;
	}
	raise_files_of(s, sec);
	/* Where it cannot, callers may have to bring the copy. */
	raise_referrers(s, sec,
			s->obj->secs[sec].role == ROLE_TEXT && !is_traced(s, sec) ? COPIED : KNOWN);
	/*
	 * Data that leads to data may differ by what that is.  To a function it leads as before,
	 * unless a table has its labels.
	 */
	for_each_referrer (s, sec, i) {
		if (s->obj->secs[i].role == ROLE_TEXT)
			continue;
		if (s->obj->secs[sec].role != ROLE_TEXT)
			raise(s, i, COPIED);
		raise_holders(s, i, sec);
	}
	each_reloc(s, sec, raise_target);
}

static void go_through_all(struct asked *s)
{
	while (s->next < s->nr) {
		uint32_t sec = s->queue[s->next++];
		enum freeze_level level = s->f->level[sec];

		if (!s->done[sec])
			go_through_known(s, sec);
		if (level == COPIED && s->done[sec] < COPIED) {
			s->done[sec] = COPIED;
			go_through_copied(s, sec);
		}
		s->done[sec] = s->done[sec] ?: KNOWN;
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

	memset(f->level, FROZEN, f->b->elf->nr_secs * sizeof(*f->level));
	for (uint32_t i = 1; i < f->b->elf->nr_secs && !any; i++)
		any = diff_freeze_is_content(f->b, i) && (f->same[i] != SAME || f->copied[i]);
	if (!any && !f->d->opts->nr_force)
		return;
	s.gone_through = arena_calloc(f->d->arena, f->b->elf->nr_syms, sizeof(bool));
	s.leads_to = arena_calloc(f->d->arena, f->b->elf->nr_syms, sizeof(bool));
	s.done = arena_calloc(f->d->arena, f->b->elf->nr_secs, sizeof(*s.done));
	s.shared_raised = arena_calloc(f->d->arena, f->b->elf->nr_secs, sizeof(bool));
	s.into = arena_calloc(f->d->arena, f->b->elf->nr_secs, sizeof(*s.into));
	find_referrers(&s);
	list_files(&s);
	find_traced(&s);
	raise_different(&s);
	raise_forced(&s);
	go_through_all(&s);
}
