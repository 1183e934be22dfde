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
 * few.
 */
#include <string.h>

#include "referrers.h"

struct asked {
	struct freeze *f;
	const struct object *obj; /* patched */
	struct reference_index index;
	bool *shared_raised; /* per unit */
	uint32_t *queue;
	size_t nr, cap, next;
	uint8_t *done;	    /* per unit: the level that was gone through */
	bool *traced;	    /* per section of orig */
	bool *gone_through; /* per symbol: what it leads to */
	bool *leads_to;	    /* as by_place: who leads there leads to what differs */
};

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
	return diff_freeze_next_into(&s->index, i, to, 0);
}

/* Entries that lead to replacement code are looked at for its sake, whoever owns them. */
static void raise_referrers(struct asked *s, uint32_t unit, enum freeze_level level)
{
	const struct special_rule *rule = s->obj->secs[diff_freeze_sec(s->f, unit)].rule;
	bool code = rule && rule->flags & SPECIAL_CODE;

	for_each_referrer (&s->index, unit, i)
		if (s->f->level[i] < level && (!code || leads_itself(s, i, unit)))
			raise(s, i, diff_unit_is_text(s->f, i) ? level : KNOWN);
}

/* Of a unit that several files share, only entries may tell of who refers to it: then all count. */
static void raise_by_entries(struct asked *s, uint32_t unit)
{
	if (s->shared_raised[unit])
		return;
	s->shared_raised[unit] = true;
	for_each_referrer (&s->index, unit, i)
		if (s->f->level[i] == FROZEN && !leads_itself(s, i, unit))
			raise(s, i, KNOWN);
}

/* All units of a source file, and all who refer to its locals. */
static void raise_file(struct asked *s, uint32_t file)
{
	const struct reference_index *x = &s->index;
	const struct referrers *leads;

	if (s->f->file_known[file])
		return;
	s->f->file_known[file] = true;
	for (uint32_t k = x->first_file_unit[file]; k < x->first_file_unit[file + 1]; k++) {
		uint32_t unit = x->file_units[k];

		/* It is listed for each local in it, one behind the other. */
		if (k > x->first_file_unit[file] && x->file_units[k - 1] == unit)
			continue;
		raise(s, unit, KNOWN);
		if (s->f->shared[unit])
			raise_by_entries(s, unit);
		else
			for_each_referrer (&s->index, unit, i)
				if (s->f->level[i] == FROZEN)
					raise(s, i, KNOWN);
	}
	leads = diff_freeze_leads(&s->index);
	for (uint32_t k = leads->first[file]; k < leads->first[file + 1]; k++)
		raise(s, leads->from[k], KNOWN);
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
		end = diff_unit_sym_end(s->f, sec, i) > end ? diff_unit_sym_end(s->f, sec, i) : end;
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
	struct unit_syms syms = diff_unit_syms(s->f, unit);
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
	struct unit_syms syms = diff_unit_syms(s->f, unit);

	for (uint32_t i = 0; i < syms.nr; i++) {
		uint32_t sym = s->obj->by_place[syms.first + i];

		if (is_local_of_file(s->obj, sym))
			raise_file(s, s->obj->file_of[sym]);
	}
}

/* A part of a function (f.cold) goes with it. */
static void raise_part(void *data, uint32_t unit, const struct elf_reloc *r, bool code)
{
	struct asked *s = data;
	uint32_t to = diff_unit_target(s->f, r, code);

	if (to && to != unit && diff_unit_is_text(s->f, to) && is_part(s, to))
		raise(s, to, KNOWN);
}

static void go_through_known(struct asked *s, uint32_t unit)
{
	bool text = diff_unit_is_text(s->f, unit);

	if (text && is_part(s, unit))
		raise_referrers(s, unit, KNOWN);
	/* Where nothing differs, and nothing is copied, it does not matter how it is cut. */
	if ((s->f->level[unit] == COPIED || s->f->same[unit] != SAME) && !text &&
	    !has_names_only(s, unit))
		raise_referrers(s, unit, KNOWN);
	if (text)
		diff_unit_each_reloc(s->f, unit, raise_part, s);
}

/* Assemblers have a type of its own for what is called, or for all that may be. */
static bool is_call(const struct asked *s, uint32_t unit, const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(s->obj->arch, r->type);

	/* A local's address is asked for in its file, all of which is known. */
	return row->flags & RELOC_BRANCH ||
	       (diff_unit_is_text(s->f, unit) && row->flags & RELOC_PCREL &&
		(row->like != row->type || s->obj->elf->syms[r->sym].type == STT_SECTION));
}

static void raise_target(void *data, uint32_t unit, const struct elf_reloc *r, bool code);

/* What a symbol of a unit leads to, that of others is not asked for. */
static void raise_targets_of(struct asked *s, uint32_t unit, uint32_t i)
{
	uint32_t sym = diff_unit_sym(s->f, unit, i);
	const struct elf_sec *rela = s->obj->elf->secs[diff_freeze_sec(s->f, unit)]->rela;
	size_t k = elf_first_reloc(rela, s->obj->elf->syms[sym].value);

	if (s->gone_through[sym])
		return;
	s->gone_through[sym] = true;
	for (; rela && k < rela->nr_relocs &&
	       rela->relocs[k].offset < diff_unit_sym_end(s->f, unit, i);
	     k++)
		raise_target(s, unit, &rela->relocs[k], diff_unit_is_text(s->f, unit));
}

/* What r of something copied leads to: content goes along, the rest may have to be known. */
static void raise_target(void *data, uint32_t unit, const struct elf_reloc *r, bool code)
{
	struct asked *s = data;
	const struct elf_sym *sym = &s->obj->elf->syms[r->sym];
	uint32_t to = diff_unit_target(s->f, r, code), at, named;
	bool text, content;

	/* objtool leaves a mark where it makes a nop of a call of __fentry__(): all have it. */
	if (!to || to == unit || diff_unit_role(s->f, to) == ROLE_STRINGS ||
	    arch_reloc(s->obj->arch, r->type)->flags & RELOC_MARKER)
		return;
	text = diff_unit_is_text(s->f, to);
	at = diff_unit_index_meant(s->f, to, r, code);
	named = at != NO_SYMBOL ? diff_unit_sym(s->f, to, at) : 0;
	if (named && is_local_of_file(s->obj, named))
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

	for_each_into (&s->index, i, to, r) {
		uint32_t at = diff_unit_index_meant(s->f, to, r, diff_unit_is_text(s->f, i));

		any = true;
		if (at == NO_SYMBOL || s->leads_to[diff_unit_syms(s->f, to).first + at] ||
		    diff_unit_place_meant(s->f, r, diff_unit_is_text(s->f, i)) >=
			    diff_unit_sym_end(s->f, to, at))
			return true;
	}
	return !any;
}

/* Does r lead elsewhere than to a function's begin? */
static bool leads_inside(const struct asked *s, uint32_t to, const struct elf_reloc *r, bool code)
{
	uint32_t sym = diff_unit_sym(s->f, to, diff_unit_index_meant(s->f, to, r, code));

	return !sym || s->obj->elf->syms[sym].type != STT_FUNC ||
	       s->obj->elf->syms[sym].value != diff_unit_place_meant(s->f, r, code);
}

/*
 * What holds the address of a label in a function that differs, as a table or a slot of .toc does,
 * differs by that, and so may who uses it.
 */
static void raise_holders(struct asked *s, uint32_t i, uint32_t of)
{
	bool more = false;

	for_each_into (&s->index, i, of, r) {
		uint32_t at, sym;

		if (!leads_inside(s, of, r, diff_unit_is_text(s->f, i)))
			continue;
		at = diff_unit_index_at(s->f, i, r->offset);
		if (at == NO_SYMBOL) {
			more = true;
			continue;
		}
		sym = diff_unit_sym(s->f, i, at);
		more |= !s->f->sym_differs[sym];
		s->f->sym_differs[sym] = true;
	}
	if (!more)
		return;
	/* Where several files share it, each symbol is gone through when it is known to differ. */
	if (s->done[i] == COPIED && s->f->shared[i]) {
		s->done[i] = KNOWN;
		s->f->level[i] = KNOWN;
	}
	raise(s, i, COPIED);
}

/* Several files have something in it: only what differs is asked for. */
static void go_through_shared(struct asked *s, uint32_t unit)
{
	struct unit_syms syms = diff_unit_syms(s->f, unit);

	for (uint32_t i = 0; i < syms.nr; i++) {
		uint32_t sym = s->obj->by_place[syms.first + i];

		if (!s->f->sym_differs[sym])
			continue;
		if (is_local_of_file(s->obj, sym))
			raise_file(s, s->obj->file_of[sym]);
		raise_targets_of(s, unit, i);
	}
	find_different(s, syms);
	for_each_referrer (&s->index, unit, i)
		if (leads_to_different(s, i, unit)) {
			raise(s, i, KNOWN);
			if (!diff_unit_is_text(s->f, i))
				raise_holders(s, i, unit);
		}
}

static void go_through_copied(struct asked *s, uint32_t unit)
{
	bool text = diff_unit_is_text(s->f, unit);

	/* Of code without names, each piece is content of who leads to it. */
	if (text && !diff_unit_syms(s->f, unit).nr)
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
	for_each_referrer (&s->index, unit, i) {
		if (diff_unit_is_text(s->f, i))
			continue;
		if (!text)
			raise(s, i, COPIED);
		raise_holders(s, i, unit);
	}
	diff_unit_each_reloc(s->f, unit, raise_target, s);
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
	memset(f->file_known, 0, f->b->elf->nr_syms * sizeof(*f->file_known));
	diff_freeze_index(&s.index, f);
	find_traced(&s);
	raise_different(&s);
	raise_forced(&s);
	go_through_all(&s);
}
