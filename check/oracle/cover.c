// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: which bytes of a section are accounted for, or have a copy.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

void oracle_cover(struct cover *of, const struct elf_sec *sec, uint64_t off, uint64_t len,
		  struct arena *arena)
{
	struct cover *c = &of[sec->index];

	if (off > sec->size)
		return;
	len = len > sec->size - off ? sec->size - off : len;
	if (sec->data) {
		c->map = c->map ?: arena_calloc(arena, sec->size + 1, 1);
		memset(c->map + off, 1, len);
		return;
	}
	c->v = arena_grow(arena, c->v, c->nr, &c->cap, sizeof(*c->v));
	c->v[c->nr++] = (struct covered){ off, off + len };
	c->sorted = false;
}

bool oracle_is_covered(const struct cover *of, const struct elf_sec *sec, uint64_t off)
{
	const struct cover *c = &of[sec->index];

	return c->map && off <= sec->size && c->map[off];
}

static int cmp_stretch(const void *pa, const void *pb)
{
	const struct covered *a = pa, *b = pb;

	return a->from != b->from ? (a->from < b->from ? -1 : 1)
				  : (a->to > b->to) - (a->to < b->to);
}

/* In order, those that meet as one. */
static void sort(struct cover *c)
{
	size_t nr = 0;

	qsort(c->v, c->nr, sizeof(*c->v), cmp_stretch);
	for (size_t i = 0; i < c->nr; i++) {
		if (!nr || c->v[i].from > c->v[nr - 1].to)
			c->v[nr++] = c->v[i];
		else if (c->v[i].to > c->v[nr - 1].to)
			c->v[nr - 1].to = c->v[i].to;
	}
	c->nr = nr;
	c->sorted = true;
}

/* The first stretch that ends behind the place; c->nr: none. */
static size_t stretch_at(const struct cover *c, uint64_t place)
{
	size_t low = 0, high = c->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (c->v[mid].to <= place)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

uint64_t oracle_next_covered(struct cover *of, const struct elf_sec *sec, uint64_t from, bool is)
{
	struct cover *c = &of[sec->index];
	size_t i;

	if (c->map) {
		while (from < sec->size && !c->map[from] == is)
			from++;
		return from;
	}
	if (c->nr && !c->sorted)
		sort(c);
	i = stretch_at(c, from);
	if (i == c->nr)
		return is ? sec->size : from;
	if (is)
		return c->v[i].from > from ? c->v[i].from : from;
	return c->v[i].from > from ? from : c->v[i].to;
}
