// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What one source file has in a section of code that several share, its share, is frozen or not for
 * itself, where the section is the same as a whole.
 *
 * ld -r puts the .init.text of all files into one.  Nearly every file has something there, so that
 * each patch asks for it: of vmlinux.o with a change in drivers/scsi/scsi_devinfo.c, say, only
 * that file's share, with scsi_init_devinfo(), and those that refer to what is asked for.
 *
 * An assembler knows distances inside of what it assembles, which is one share or a part of one:
 * what leads from one share to another one has a relocation.  Globals between the locals of two
 * files may be of either one, or of a third: they are a share that goes with both.  Where it is
 * not certain that nothing of one share stands in, or leads to, the other one (code between the
 * functions, symbols without a size or that overlap, entries that lead to both), there is
 * no boundary.
 */
#include <stdlib.h>
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

/* What is found of one section. */
struct splitter {
	struct freeze *f;
	const struct sec_info *info;
	const struct elf_sec *sec;
	size_t first; /* its first one of f->shares */
	uint64_t end; /* of the symbols before */
	bool open;    /* … of which the last one does not say where it ends */
};

static const struct elf_sym *symbol(const struct splitter *s, uint32_t i)
{
	return &s->f->b->elf->syms[s->f->b->by_place[s->info->first_sym + i]];
}

/* The STT_FILE symbol that a symbol is told to be of. */
static uint32_t file_of(const struct splitter *s, uint32_t i)
{
	return symbol(s, i)->bind == STB_LOCAL && !is_function_prefix(symbol(s, i)->name)
		       ? s->f->b->file_of[s->f->b->by_place[s->info->first_sym + i]]
		       : ANY_FILE;
}

/* Nothing but what aligns the function at `to`. */
static bool is_gap(const struct splitter *s, uint64_t from, uint64_t to)
{
	size_t k = elf_first_reloc(s->sec->rela, from);

	return to >= from && to - from < s->sec->align &&
	       (!s->sec->rela || k == s->sec->rela->nr_relocs ||
		s->sec->rela->relocs[k].offset >= to) &&
	       object_is_padding(s->f->b, s->sec, from, to);
}

static struct freeze_share *last_share(const struct splitter *s)
{
	return s->f->nr_shares > s->first ? &s->f->shares[s->f->nr_shares - 1] : NULL;
}

/* Globals between locals of one file are that file's. */
static void join_globals(struct splitter *s)
{
	struct freeze_share *last = last_share(s);

	if (s->f->nr_shares < s->first + 3 || last->mixed || last[-1].file != ANY_FILE ||
	    last[-2].mixed || last[-2].file != last->file)
		return;
	last[-2].nr_syms += last[-1].nr_syms + last->nr_syms;
	s->f->nr_shares -= 2;
}

static void begin_share(struct splitter *s, uint32_t i, uint32_t file)
{
	struct freeze *f = s->f;

	f->shares = arena_grow(f->d->arena, f->shares, f->nr_shares, &f->cap_shares,
			       sizeof(*f->shares));
	f->shares[f->nr_shares++] = (struct freeze_share){
		.sec = s->sec->index,
		.first_sym = i,
		.start = i ? symbol(s, i)->value : 0,
		.first_file = file,
		.file = file,
	};
}

/* Symbols [from, to) of the section: a function with its prefix. */
static void add_function(struct splitter *s, uint32_t from, uint32_t to)
{
	const struct elf_sym *sym = symbol(s, to - 1);
	uint32_t file = file_of(s, to - 1);
	struct freeze_share *last = last_share(s);
	uint64_t end = sym->value + sym->size;

	if (!last) {
		begin_share(s, from, file);
	} else if (last->file != file && !s->open && is_gap(s, s->end, symbol(s, from)->value)) {
		join_globals(s);
		begin_share(s, from, file);
	} else if (last->file != file) {
		last->mixed = true;
		last->file = file != ANY_FILE ? file : last->file;
	}
	last_share(s)->nr_syms += to - from;
	s->open = sym->value >= s->end && !sym->size;
	s->end = end > s->end ? end : s->end;
}

static void find_shares(struct splitter *s)
{
	uint32_t from = 0;

	for (uint32_t i = 0; i < s->info->nr_syms; i++) {
		if (is_function_prefix(symbol(s, i)->name) && i + 1 < s->info->nr_syms)
			continue;
		add_function(s, from, i + 1);
		from = i + 1;
	}
	join_globals(s);
}

/* Where each one ends, and where all of them are. */
static void close_shares(struct splitter *s)
{
	struct freeze *f = s->f;

	for (size_t i = s->first; i < f->nr_shares; i++) {
		f->shares[i].last = (uint32_t)f->nr_shares - 1;
		f->shares[i].end = i + 1 < f->nr_shares ? f->shares[i + 1].start : s->sec->size;
	}
	f->first_share[s->sec->index] = (uint32_t)s->first + 1;
}

uint32_t diff_freeze_unit(const struct freeze *f, uint32_t sec, uint64_t place)
{
	uint32_t lo = f->first_share[sec], hi;

	if (!lo)
		return sec;
	lo--;
	hi = f->shares[lo].last + 1;
	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (f->shares[mid].start <= place)
			lo = mid;
		else
			hi = mid;
	}
	return f->b->elf->nr_secs + lo;
}

/* The share to which the entry belongs and leads, if that is one; 0: more than one. */
static uint32_t share_of_entry(const struct splitter *s, const struct owned_entry *e)
{
	const struct object *obj = s->f->b;
	uint32_t share = 0;

	if (obj->secs[e->sec->index].rule->flags & (SPECIAL_FROM_ENTRY | SPECIAL_BEHIND))
		return 0;
	for (size_t i = 0; i < e->nr; i++) {
		const struct elf_reloc *r = &e->sec->rela->relocs[e->first + i];
		const struct elf_sym *sym = &obj->elf->syms[r->sym];
		uint64_t place = sym->value + (uint64_t)r->addend;
		uint32_t to;

		if (sym->sec != s->sec->index)
			continue;
		to = diff_freeze_unit(s->f, sym->sec, place);
		if ((share && share != to) || (sym->type != STT_SECTION &&
					       diff_freeze_unit(s->f, sym->sec, sym->value) != to))
			return 0;
		share = to;
	}
	return share;
}

/* Its entries become those of its shares; false: they cannot. */
static bool split_entries(const struct splitter *s)
{
	const struct owned_entries *owned = &s->f->owned;
	size_t from = owned->first[s->sec->index], to = owned->first[s->sec->index + 1];

	for (size_t i = from; i < to; i++)
		if (!share_of_entry(s, &owned->v[i]))
			return false;
	for (size_t i = from; i < to; i++)
		owned->v[i].owner = share_of_entry(s, &owned->v[i]);
	diff_freeze_sort_entries(owned->v + from, to - from);
	for (size_t i = to; i-- > from;) {
		struct freeze_share *share =
			&s->f->shares[owned->v[i].owner - s->f->b->elf->nr_secs];

		share->first_entry = i;
		share->nr_entries++;
	}
	return true;
}

static void split(struct freeze *f, uint32_t sec)
{
	struct splitter s = {
		.f = f, .info = &f->b->secs[sec], .sec = f->b->elf->secs[sec], .first = f->nr_shares
	};

	find_shares(&s);
	close_shares(&s);
	if (f->nr_shares - s.first > 1 && split_entries(&s))
		return;
	f->nr_shares = s.first;
	f->first_share[sec] = 0;
}

/* Code that is the same, and certainly so, under the names of functions of several files. */
static bool may_split(const struct freeze *f, uint32_t sec)
{
	const struct sec_info *info = &f->b->secs[sec];

	return info->role == ROLE_TEXT && f->shared[sec] && f->same[sec] == SAME &&
	       f->b->elf->secs[sec]->data && !(info->rule && info->rule->flags & SPECIAL_CODE);
}

/* As they were for sections alone; then, of each share, what it is. */
static void *with_shares(const struct freeze *f, const void *of_secs, size_t size)
{
	uint32_t nr_secs = f->b->elf->nr_secs;
	void *v = arena_calloc(f->d->arena, nr_secs + f->nr_shares, size);

	return memcpy(v, of_secs, nr_secs * size);
}

void diff_freeze_split(struct freeze *f)
{
	uint32_t nr_secs = f->b->elf->nr_secs;

	f->first_share = arena_calloc(f->d->arena, nr_secs, sizeof(*f->first_share));
	for (uint32_t i = 1; i < nr_secs; i++)
		if (may_split(f, i))
			split(f, i);
	f->nr_units = nr_secs + (uint32_t)f->nr_shares;
	if (!f->nr_shares)
		return;
	f->same = with_shares(f, f->same, sizeof(*f->same));
	f->shared = with_shares(f, f->shared, sizeof(*f->shared));
	f->copied = with_shares(f, f->copied, sizeof(*f->copied));
	f->level = with_shares(f, f->level, sizeof(*f->level));
	for (uint32_t i = 0; i < f->nr_shares; i++) {
		f->same[nr_secs + i] = SAME;
		f->shared[nr_secs + i] = f->shares[i].mixed || f->shares[i].file == ANY_FILE;
	}
}

/* ---- what is looked at ---- */

static bool is_known(const struct freeze *f, size_t share)
{
	return f->level[f->b->elf->nr_secs + share] != FROZEN;
}

void diff_freeze_apply_shares(const struct freeze *f, uint32_t sec, struct sec_info *orig,
			      struct sec_info *patched)
{
	uint32_t first = f->first_share[sec] - 1, last = f->shares[first].last, nr = 0;
	struct sec_ranges *known = arena_calloc(f->d->arena, 1, sizeof(*known));

	known->v = arena_calloc(f->d->arena, last - first + 1, sizeof(*known->v));
	for (uint32_t i = first; i <= last; i++)
		if (is_known(f, i)) {
			nr++;
			if (known->nr && known->v[known->nr - 1].end == f->shares[i].start)
				known->v[known->nr - 1].end = f->shares[i].end;
			else
				known->v[known->nr++] =
					(struct sec_range){ f->shares[i].start, f->shares[i].end };
		}
	orig->frozen = patched->frozen = nr <= last - first;
	orig->known = patched->known = nr && patched->frozen ? known : NULL;
}
