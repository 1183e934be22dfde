// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is the same in both objects is set aside before anything else is done: frozen.
 *
 * A section is frozen with its counterpart in the other object if both have the same bytes and
 * symbols, and if their relocations, and those of the entries that they own in tables, lead to
 * the same.  A frozen section is cut, so that references can lead to its pieces, but its own
 * references are not looked at: its pieces are twins, and equal, from the beginning.
 *
 * In vmlinux.o of a patch that changes devinfo_show() in drivers/scsi/scsi_devinfo.c, say, the
 * sections of two thousand other source files are frozen.  Those of that file are not: of names
 * that repeat or are numbered, all of a file are needed to tell which is which.  Nor are those
 * that somebody may ask for (diff/freeze/asked.c): who calls devinfo_show(), what it holds the
 * address of, and who else does.  Where there is any doubt, nothing is frozen: that costs time
 * alone.
 */
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

/* ---- counterparts ---- */

/* Sections of a name that is the only one in both. */
static void match_sections(struct freeze *f)
{
	const struct elf *a = f->a->elf, *b = f->b->elf;

	for (uint32_t i = 1; i < b->nr_secs; i++) {
		const struct elf_sec *x = NULL, *y = b->secs[i];

		if (f->b->secs[i].role != ROLE_NONE && elf_only_sec(b, y->name) == y)
			x = elf_only_sec(a, y->name);
		if (x && f->a->secs[x->index].role == f->b->secs[i].role) {
			f->sec_of[i] = x->index;
			f->sec_back[x->index] = i;
		}
	}
}

/* The only symbol of a section that has one and perhaps its prefix, or 0. */
static uint32_t only_symbol(const struct object *obj, uint32_t sec)
{
	const struct sec_info *info = &obj->secs[sec];
	uint32_t only = 0;

	for (uint32_t i = 0; i < info->nr_syms && i < 3; i++) {
		uint32_t sym = obj->by_place[info->first_sym + i];

		if (is_function_prefix(obj->elf->syms[sym].name))
			continue;
		if (only)
			return 0;
		only = sym;
	}
	return only;
}

static void match_file(struct freeze *f, uint32_t x, uint32_t y)
{
	bool known = f->file_of[y] || f->file_back[x];

	if (known && f->file_of[y] != x)
		f->files_contradict = true;
	f->file_of[y] = x;
	f->file_back[x] = y;
}

/* Source files by their locals in sections of their own. */
static void match_files_by_locals(struct freeze *f)
{
	for (uint32_t i = 1; i < f->b->elf->nr_secs; i++) {
		uint32_t x = f->sec_of[i] ? only_symbol(f->a, f->sec_of[i]) : 0;
		uint32_t y = x ? only_symbol(f->b, i) : 0;

		if (y && f->a->file_of[x] && f->b->file_of[y] &&
		    !strcmp(f->a->elf->syms[x].name, f->b->elf->syms[y].name))
			match_file(f, f->a->file_of[x], f->b->file_of[y]);
	}
}

static uint32_t next_file(const struct elf *elf, uint32_t i)
{
	while (++i < elf->nr_syms && elf->syms[i].type != STT_FILE)
		;
	return i;
}

/* The same files in the same order, and no local says otherwise: those that have none, too. */
static void match_files_in_order(struct freeze *f)
{
	const struct elf *a = f->a->elf, *b = f->b->elf;
	uint32_t x = next_file(a, 0), y = next_file(b, 0);

	for (; x < a->nr_syms && y < b->nr_syms; x = next_file(a, x), y = next_file(b, y)) {
		if (strcmp(a->syms[x].name, b->syms[y].name))
			f->files_contradict = true;
		else
			match_file(f, x, y);
	}
	if (x < a->nr_syms || y < b->nr_syms)
		f->files_contradict = true;
}

/* ---- symbols ---- */

/* By name: what it is may differ. */
static bool is_counterpart(const struct freeze *f, uint32_t i, uint32_t k)
{
	const struct elf_sym *x = &f->a->elf->syms[i], *y = &f->b->elf->syms[k];

	return x->type == y->type && x->bind == y->bind &&
	       f->file_of[f->b->file_of[k]] == f->a->file_of[i] && !strcmp(x->name, y->name);
}

static bool same_symbol(const struct elf_sym *x, const struct elf_sym *y)
{
	return x->value == y->value && x->size == y->size && x->other == y->other;
}

/* A global of which the sections do not have the same symbols. */
static void find_global(struct freeze *f, uint32_t sec, uint32_t k)
{
	const struct elf_sym *y = &f->b->elf->syms[k];
	const struct map_entry *e =
		y->bind == STB_LOCAL ? NULL : map_find_str(&f->a->names, y->name);

	if (e && !map_next(&f->a->names, e) && f->a->elf->syms[e->value].sec == f->sec_of[sec] &&
	    is_counterpart(f, e->value, k))
		f->sym_of[k] = e->value;
}

/* As many may be gone from a section at once and the others still be found. */
#define MAX_SKIP 16

static bool same_symbols(struct freeze *f, uint32_t sec)
{
	const struct sec_info *s = &f->a->secs[f->sec_of[sec]], *t = &f->b->secs[sec];
	bool same = s->nr_syms == t->nr_syms;

	for (uint32_t i = 0, k = 0; i < t->nr_syms; i++) {
		uint32_t y = f->b->by_place[t->first_sym + i], n = k;

		while (n < s->nr_syms && n - k < MAX_SKIP &&
		       !is_counterpart(f, f->a->by_place[s->first_sym + n], y))
			n++;
		if (n < s->nr_syms && n - k < MAX_SKIP) {
			uint32_t x = f->a->by_place[s->first_sym + n];

			f->sym_of[y] = x;
			same &= n == k && same_symbol(&f->a->elf->syms[x], &f->b->elf->syms[y]);
			k = n + 1;
		} else {
			find_global(f, sec, y);
			same = false;
		}
	}
	return same;
}

/* ---- sections ---- */

static bool same_bytes(const struct elf_sec *s, const struct elf_sec *t)
{
	return s->size == t->size && s->type == t->type && s->flags == t->flags &&
	       s->align == t->align && s->entsize == t->entsize && !s->data == !t->data &&
	       (!t->data || !memcmp(s->data, t->data, t->size));
}

/* Callbacks of the patch, and what other tools want of it, are for later passes to judge. */
static bool is_for_others(const struct object *obj, uint32_t sec)
{
	const struct sec_info *info = &obj->secs[sec];
	const char *object;

	if (!strncmp(obj->elf->secs[sec]->name, ".kpatch.", 8))
		return true;
	for (uint32_t i = 0; i < info->nr_syms; i++)
		if (klp_callback_kind(obj->elf->syms[obj->by_place[info->first_sym + i]].name,
				      &object) >= 0)
			return true;
	return false;
}

/* Which ones of a section that differs do. */
static void compare_symbols(struct freeze *f, uint32_t sec)
{
	const struct sec_info *info = &f->b->secs[sec];
	bool for_others = is_for_others(f->b, sec);

	for (uint32_t i = 0; i < info->nr_syms; i++) {
		uint32_t k = f->b->by_place[info->first_sym + i];
		const struct elf_sym *x = &f->a->elf->syms[f->sym_of[k]], *y = &f->b->elf->syms[k];

		f->sym_differs[k] = !f->sym_of[k] || x->size != y->size || for_others ||
				    !diff_freeze_range(f, f->a->elf->secs[x->sec], x->value,
						       f->b->elf->secs[sec], y->value, y->size);
	}
}

static void compare_sections(struct freeze *f)
{
	const struct elf *a = f->a->elf, *b = f->b->elf;

	/* Who leads to a string, or by a symbol's name, asks for these. */
	for (uint32_t i = 1; i < b->nr_secs; i++) {
		if (!f->sec_of[i] || !diff_freeze_is_content(f->b, i))
			continue;
		f->same_bytes[i] = same_bytes(a->secs[f->sec_of[i]], b->secs[i]);
		f->same[i] = same_symbols(f, i) && f->same_bytes[i] ? SAME : DIFFERENT;
	}
	for (uint32_t i = 1; i < b->nr_secs; i++) {
		const struct elf_sec *t = b->secs[i];

		if (!diff_freeze_is_content(f->b, i))
			continue;
		if (is_for_others(f->b, i))
			f->same[i] = DIFFERENT;
		if (f->same[i] != DIFFERENT)
			f->same[i] = diff_freeze_relocs(f, a->secs[f->sec_of[i]], 0, t, 0, t->size);
		if (f->same[i] == DIFFERENT)
			compare_symbols(f, i);
	}
}

#ifdef KLP_FREEZE_NOTHING /* tests/thawed */
static const bool freezes = false;
#else
static const bool freezes = true;
#endif

/* What the user says of twins is said of all that could be meant. */
static bool may_freeze(const struct diff *d)
{
	return freezes && !d->opts->nr_pairs && !d->opts->nr_no_pairs;
}

static void apply(struct freeze *f, struct object *orig, struct object *patched)
{
	for (uint32_t i = 1; i < patched->elf->nr_secs; i++) {
		struct sec_info *x = &orig->secs[f->sec_of[i]], *y = &patched->secs[i];

		if (!diff_freeze_is_content(f->b, i))
			continue;
		if (f->first_share[i])
			diff_freeze_apply_shares(f, i, x, y);
		else if (f->level[i] == FROZEN)
			x->frozen = y->frozen = true;
		patched->any_frozen = orig->any_frozen = patched->any_frozen || y->frozen;
	}
}

static struct freeze *new_freeze(struct diff *d)
{
	struct freeze *f = arena_alloc(d->arena, sizeof(*f));
	uint32_t nr_a = d->orig->elf->nr_secs, nr_b = d->patched->elf->nr_secs;
	uint32_t syms_a = d->orig->elf->nr_syms, syms_b = d->patched->elf->nr_syms;

	f->d = d;
	f->a = d->orig;
	f->b = d->patched;
	f->sec_of = arena_calloc(d->arena, nr_b, sizeof(*f->sec_of));
	f->sec_back = arena_calloc(d->arena, nr_a, sizeof(*f->sec_back));
	f->same_bytes = arena_calloc(d->arena, nr_b, sizeof(*f->same_bytes));
	f->same = arena_calloc(d->arena, nr_b, sizeof(*f->same));
	f->level = arena_calloc(d->arena, nr_b, sizeof(*f->level));
	f->shared = arena_calloc(d->arena, nr_b, sizeof(*f->shared));
	for (uint32_t i = 1; i < nr_b; i++)
		f->shared[i] = diff_freeze_is_shared(f, i);
	f->copied = arena_calloc(d->arena, nr_b, sizeof(*f->copied));
	f->sym_of = arena_calloc(d->arena, syms_b, sizeof(*f->sym_of));
	f->sym_differs = arena_calloc(d->arena, syms_b, sizeof(*f->sym_differs));
	f->file_of = arena_calloc(d->arena, syms_b, sizeof(*f->file_of));
	f->file_back = arena_calloc(d->arena, syms_a, sizeof(*f->file_back));
	f->file_known = arena_calloc(d->arena, syms_b, sizeof(*f->file_known));
	f->copied_file = arena_calloc(d->arena, syms_b, sizeof(*f->copied_file));
	return f;
}

void diff_freeze(struct diff *d, struct object *orig, struct object *patched)
{
	struct freeze *f = d->freeze;

	if (f && !f->thaw_all) {
		diff_freeze_find_asked(f);
		apply(f, orig, patched);
	}
	if (f || !may_freeze(d))
		return;
	f = d->freeze = new_freeze(d);
	match_sections(f);
	match_files_by_locals(f);
	match_files_in_order(f);
	f->thaw_all = f->files_contradict;
	if (f->thaw_all)
		return;
	compare_sections(f);
	diff_freeze_compare_entries(f);
	diff_freeze_split(f);
	diff_freeze_find_asked(f);
	apply(f, orig, patched);
}

/* ---- what was not foreseen ---- */

static bool is_file_known(const struct freeze *f, uint32_t file)
{
	return !file || f->file_known[file];
}

/* A copied piece of which not all that is asked was known. */
static bool was_foreseen(const struct freeze *f, const struct piece *p)
{
	uint32_t unit = diff_freeze_unit(f, p->sec->index, p->base);

	if (p->kind == PIECE_ENTRY || p->kind == PIECE_STRING || p->kind == PIECE_CONST)
		return true;
	if (f->level[unit] == FROZEN || !is_file_known(f, p->file))
		return false;
	if (f->shared[unit] ? !piece_is_content(p) && !f->sym_differs[p->sym]
			    : f->level[unit] != COPIED)
		return false;
	for_each_ref (f->b, p, r)
		if (r->piece != NO_PIECE && !is_file_known(f, f->b->pieces[r->piece].file))
			return false;
	return true;
}

static void foresee(struct freeze *f, const struct piece *p)
{
	f->copied[diff_freeze_unit(f, p->sec->index, p->base)] = true;
	f->sym_differs[p->sym] = true;
	f->copied_file[p->file] = true;
	for_each_ref (f->b, p, r)
		if (r->piece != NO_PIECE)
			f->copied_file[f->b->pieces[r->piece].file] = true;
	f->copied_file[0] = false;
}

/* Sections differ, but nothing that was looked at did. */
static bool is_nothing_found(const struct diff *d)
{
	bool differs = false;

	for (uint32_t i = 1; i < d->patched->elf->nr_secs; i++)
		differs |= diff_freeze_is_content(d->patched, i) && d->freeze->same[i] != SAME;
	for_each_piece (d->patched, p)
		if (p->flags & PIECE_INCLUDED)
			return false;
	return differs;
}

#define MAX_TRIES 3

bool diff_thaw(struct diff *d)
{
	struct freeze *f = d->freeze;
	bool again = false;

	if (!d->patched->any_frozen)
		return false;
	if (is_nothing_found(d)) {
		f->thaw_all = true;
		return true;
	}
	for_each_piece (d->patched, p) {
		if (!(p->flags & PIECE_INCLUDED) || was_foreseen(f, p))
			continue;
		foresee(f, p);
		again = true;
	}
	f->thaw_all = d->diag->nr_errors || ++f->tries == MAX_TRIES;
	return again || d->diag->nr_errors;
}

/* ---- their pieces ---- */

static void pair_frozen(struct diff *d, uint32_t a, uint32_t b)
{
	struct piece *x = &d->orig->pieces[a], *y = &d->patched->pieces[b];

	if (!x->name || !y->name || piece_is_content(x) || piece_is_content(y))
		return;
	x->twin = b;
	y->twin = a;
	x->evidence = y->evidence = EVIDENCE_NAME;
	if (piece_is_frozen(d->patched, y))
		y->flags |= PIECE_EQUAL;
}

/*
 * What one of the frozen files has in a section that several share and that is not frozen, and what
 * is frozen of one that is not as a whole.
 */
static void pair_in_shared(struct diff *d, const struct sec_info *info)
{
	const struct freeze *f = d->freeze;

	for (uint32_t k = 0; k < info->nr_pieces; k++) {
		const struct piece *y = &d->patched->pieces[info->first_piece + k];
		bool frozen = piece_is_frozen(d->patched, y) ||
			      (y->file && !f->file_known[y->file]);
		uint32_t x = frozen ? f->sym_of[y->sym] : 0;
		uint32_t piece = x ? d->orig->piece_of[x] : NO_PIECE;

		if (piece != NO_PIECE && d->orig->pieces[piece].sym == x)
			pair_frozen(d, piece, info->first_piece + k);
	}
}

void diff_pair_frozen(struct diff *d)
{
	for (uint32_t i = 1; i < d->patched->elf->nr_secs && d->patched->any_frozen; i++) {
		const struct sec_info *info = &d->patched->secs[i];
		const struct sec_info *other = &d->orig->secs[d->freeze->sec_of[i]];

		bool whole = info->frozen && !info->known;

		if (!whole && info->role != ROLE_TABLE)
			pair_in_shared(d, info);
		for (uint32_t k = 0; whole && k < info->nr_pieces; k++)
			pair_frozen(d, other->first_piece + k, info->first_piece + k);
	}
}

bool diff_are_frozen_together(const struct diff *d, uint32_t orig, uint32_t patched)
{
	const struct piece *x = &d->orig->pieces[orig], *y = &d->patched->pieces[patched];

	return d->freeze->sec_of[y->sec->index] == x->sec->index && x->start == y->start &&
	       x->end == y->end;
}

uint32_t diff_frozen_file(const struct diff *d, uint32_t file)
{
	return d->patched->any_frozen && !d->freeze->file_known[file] ? d->freeze->file_of[file]
								      : 0;
}
