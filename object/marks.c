// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an object says about the bytes of its code, apart from the symbols of
 * functions: which of them are data (mapping symbols), and where the nops for
 * ftrace begin if they stand before a function's symbol.
 */
#include <stdlib.h>

#include "internal.h"

/* A type hash of kCFI, before the function's nops. */
#define HASH_SIZE 4

static int mark_cmp(const void *pa, const void *pb)
{
	const struct mark *a = pa, *b = pb;

	if (a->sec != b->sec)
		return a->sec < b->sec ? -1 : 1;
	if (a->off != b->off)
		return a->off < b->off ? -1 : 1;
	/* Of two mapping symbols at one place the later one holds; a trap may be behind another. */
	if (a->sym != b->sym)
		return a->sym < b->sym ? -1 : 1;
	return (a->what == MAPPING_DATA) - (b->what == MAPPING_DATA);
}

static void add_mark(struct object *obj, struct mark mark)
{
	if (obj->secs[mark.sec].role != ROLE_TEXT)
		return;
	obj->marks = arena_grow(obj->arena, obj->marks, obj->nr_marks, &obj->cap_marks,
				sizeof(*obj->marks));
	obj->marks[obj->nr_marks++] = mark;
}

static void mark_entries(struct object *obj, const struct sec_info *table)
{
	for_each_ref (obj, table, r) {
		if (r->sec && r->off >= 0)
			add_mark(obj, (struct mark){ .sec = r->sec, .off = (uint64_t)r->off });
	}
}

/* Traps that would be decoded together with what is behind them are data to the decoder. */
static void mark_traps(struct object *obj, const struct sec_info *table)
{
	for_each_ref (obj, table, r) {
		const struct elf_sec *sec = obj->elf->secs[r->sec];
		uint64_t off = (uint64_t)r->off;
		unsigned int len = 0;

		if (r->sec && sec->data && off < sec->size)
			len = arch_short_trap(obj->arch, sec->data + off, sec->size - off);
		if (!len)
			continue;
		add_mark(obj, (struct mark){ .sec = r->sec, .off = off, .what = MAPPING_DATA });
		add_mark(obj, (struct mark){ .sec = r->sec, .off = off + len, .what = MAPPING_CODE });
	}
}

/* So that finding one takes no longer where there are many marks, and none of them maps. */
static void note_mappings(struct object *obj)
{
	uint32_t last = NO_MARK;

	for (uint32_t i = 0; i < obj->nr_marks; i++) {
		struct mark *m = &obj->marks[i];

		if (i && m[-1].sec != m->sec)
			last = NO_MARK;
		if (m->what != MAPPING_NONE)
			last = i;
		m->mapping = last;
	}
}

void object_find_marks(struct object *obj)
{
	const struct elf *elf = obj->elf;

	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[i];
		enum mapping what = arch_mapping(obj->arch, sym);

		if (what != MAPPING_NONE && elf_sym_in_sec(sym))
			add_mark(obj, (struct mark){ .sec = sym->sec, .sym = i, .off = sym->value,
						     .what = what });
	}
	for (uint32_t i = 1; i < elf->nr_secs; i++)
		if (obj->secs[i].rule &&
		    obj->secs[i].rule->flags & (SPECIAL_TRACE | SPECIAL_PREFIX))
			mark_entries(obj, &obj->secs[i]);
	for (uint32_t i = 1; i < elf->nr_secs && obj->arch->short_trap; i++)
		if (obj->secs[i].rule && obj->secs[i].rule->flags & SPECIAL_TRAPS)
			mark_traps(obj, &obj->secs[i]);
	if (obj->nr_marks)
		qsort(obj->marks, obj->nr_marks, sizeof(*obj->marks), mark_cmp);
	note_mappings(obj);
	for (uint32_t i = obj->nr_marks; i--;) {
		obj->secs[obj->marks[i].sec].first_mark = i;
		obj->secs[obj->marks[i].sec].nr_marks++;
	}
}

/* Index of the section's first mark behind off; first_mark + nr_marks if there is none. */
uint32_t object_mark_behind(const struct object *obj, const struct sec_info *info, uint64_t off)
{
	uint32_t lo = info->first_mark, hi = lo + info->nr_marks;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (obj->marks[mid].off <= off)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The mapping symbol that says what off is, or NULL. */
const struct mark *object_mapping_at(const struct object *obj, const struct sec_info *info,
				     uint64_t off)
{
	uint32_t i = object_mark_behind(obj, info, off);

	if (i == info->first_mark || obj->marks[i - 1].mapping == NO_MARK)
		return NULL;
	return &obj->marks[obj->marks[i - 1].mapping];
}

static bool is_mapped(const struct object *obj, const struct sec_info *info, uint64_t off,
		      enum mapping what)
{
	const struct mark *m = object_mapping_at(obj, info, off);

	return m && m->what == what;
}

uint64_t object_data_end(const struct object *obj, const struct elf_sec *sec, uint64_t off)
{
	const struct sec_info *info = &obj->secs[sec->index];
	uint32_t end = info->first_mark + info->nr_marks;

	/* Asked of each instruction, and most machines map nothing. */
	if (!info->nr_marks || obj->marks[end - 1].mapping == NO_MARK ||
	    !is_mapped(obj, info, off, MAPPING_DATA))
		return off;
	for (uint32_t i = object_mark_behind(obj, info, off); i < end; i++)
		if (is_mapped(obj, info, obj->marks[i].off, MAPPING_CODE))
			return obj->marks[i].off;
	return sec->size;
}

uint64_t object_entry(const struct object *obj, const struct elf_sec *sec, uint64_t from,
		      uint64_t value)
{
	const struct sec_info *info = &obj->secs[sec->index];
	uint32_t i = from ? object_mark_behind(obj, info, from - 1) : info->first_mark;
	uint32_t end = info->first_mark + info->nr_marks;
	uint64_t entry = value;

	while (i < end && obj->marks[i].off < value && obj->marks[i].what != MAPPING_NONE)
		i++;
	if (i < end && obj->marks[i].off < value)
		entry = obj->marks[i].off;
	if (entry >= from + HASH_SIZE && is_mapped(obj, info, entry, MAPPING_CODE) &&
	    object_data_end(obj, sec, entry - HASH_SIZE) == entry)
		entry -= HASH_SIZE;
	return entry;
}
