// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pairing by votes.  A tie is no preference.
 */
#include <string.h>

#include <klp/arena.h>

#include "votes.h"

static uint32_t *nobody(struct arena *arena, uint32_t nr)
{
	uint32_t *v = arena_calloc(arena, nr + 1, sizeof(*v));

	memset(v, 0xff, (nr + 1) * sizeof(*v));
	return v;
}

void diff_ballot_init(struct ballot *l, struct arena *arena, uint32_t nr_a, uint32_t nr_b)
{
	*l = (struct ballot){ .arena = arena, .nr_a = nr_a, .nr_b = nr_b };
	map_init(&l->index, arena);
	l->twin_a = nobody(arena, nr_a);
	l->twin_b = nobody(arena, nr_b);
}

void diff_ballot_cast(struct ballot *l, uint32_t a, uint32_t b, uint32_t votes)
{
	uint64_t key = (uint64_t)a << 32 | b;
	const struct map_entry *e;

	if (l->twin_a[a] != NOBODY || l->twin_b[b] != NOBODY)
		return;
	e = map_find_u64(&l->index, key);
	if (!e) {
		l->v = arena_grow(l->arena, l->v, l->nr, &l->cap, sizeof(*l->v));
		l->v[l->nr] = (struct tally){ .a = a, .b = b };
		map_add_u64(&l->index, key, (uint32_t)l->nr++);
		e = map_find_u64(&l->index, key);
	}
	l->v[e->value].votes += votes;
}

struct best {
	uint32_t whom, votes;
	bool tie;
};

static void prefer(struct best *best, uint32_t whom, uint32_t votes)
{
	if (votes > best->votes)
		*best = (struct best){ whom, votes, false };
	else if (votes == best->votes)
		best->tie = true;
}

bool diff_ballot_count(struct ballot *l)
{
	struct best *a = arena_calloc(l->arena, l->nr_a + 1, sizeof(*a));
	struct best *b = arena_calloc(l->arena, l->nr_b + 1, sizeof(*b));
	bool progress = false;

	for (size_t i = 0; i < l->nr; i++) {
		prefer(&a[l->v[i].a], l->v[i].b, l->v[i].votes);
		prefer(&b[l->v[i].b], l->v[i].a, l->v[i].votes);
	}
	for (size_t i = 0; i < l->nr; i++) {
		const struct tally *t = &l->v[i];

		if (a[t->a].tie || b[t->b].tie || a[t->a].whom != t->b || b[t->b].whom != t->a)
			continue;
		l->twin_a[t->a] = t->b;
		l->twin_b[t->b] = t->a;
		progress = true;
	}
	l->nr = 0;
	map_init(&l->index, l->arena);
	return progress;
}
