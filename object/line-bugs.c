// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lines that entries of __bug_table state, by the place of the trap: what a number or text
 * that is handed to __warn_printk() just before can be held against.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* struct bug_entry: the flags are behind the line (include/asm-generic/bug.h). */
#define BUGFLAG_WARNING 1

static int by_place_cmp(const void *pa, const void *pb)
{
	const struct line_bug *a = pa, *b = pb;

	if (a->sec != b->sec)
		return a->sec < b->sec ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

bool object_has_line(const struct piece *p)
{
	return p->kind == PIECE_ENTRY && p->layout && p->layout->line != SPECIAL_NONE &&
	       p->sec->data && (uint64_t)p->layout->line + 4 <= p->end - p->start;
}

uint16_t object_line_of(const struct piece *p)
{
	return get_le16(p->sec->data + p->start + p->layout->line);
}

/* The name of the source file: the field before the line, in every form of the entry. */
const char *object_line_file(const struct object *obj, const struct piece *p)
{
	for_each_ref (obj, p, r) {
		const struct piece *to = ref_piece(obj, r);

		if (to && !(r->flags & REF_DROP) && to->kind == PIECE_STRING && !r->off &&
		    r->place + arch_reloc(obj->arch, r->type)->size ==
			    p->start + (uint64_t)p->layout->line &&
		    memchr(to->sec->data + to->start, 0, to->end - to->start))
			return (const char *)to->sec->data + to->start;
	}
	return NULL;
}

static void add_bug(struct object *obj, struct line_bugs *bugs, const struct piece *p)
{
	for_each_ref (obj, p, r) {
		const struct piece *to = ref_piece(obj, r);

		if (!to || r->flags & REF_DROP || r->place != p->start + (uint64_t)p->layout->owner)
			continue;
		bugs->v = arena_grow(obj->arena, bugs->v, bugs->nr, &bugs->cap, sizeof(*bugs->v));
		bugs->v[bugs->nr++] = (struct line_bug){
			.sec = to->sec->index,
			.place = to->base + (uint64_t)r->off,
			.line = object_line_of(p),
			.file = object_line_file(obj, p),
			.goes_on = p->sec->data[p->start + p->layout->line + 2] & BUGFLAG_WARNING,
		};
		return;
	}
}

void object_line_bugs_find(struct object *obj, struct line_bugs *bugs)
{
	*bugs = (struct line_bugs){ 0 };
	for_each_piece (obj, p) {
		if (object_has_line(p))
			add_bug(obj, bugs, p);
	}
	if (bugs->nr)
		qsort(bugs->v, bugs->nr, sizeof(*bugs->v), by_place_cmp);
}

const struct line_bug *object_line_bug_at(const struct line_bugs *bugs, uint32_t sec,
					  uint64_t place)
{
	const struct line_bug key = { .sec = sec, .place = place };
	size_t lo = 0, hi = bugs->nr;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (by_place_cmp(&bugs->v[mid], &key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < bugs->nr && !by_place_cmp(&bugs->v[lo], &key) ? &bugs->v[lo] : NULL;
}
