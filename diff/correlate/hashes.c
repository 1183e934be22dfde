// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which of ThinLTO's hashes of orig is which of patched.
 *
 * ThinLTO makes locals global and appends a hash of their file, which changes with it:
 * a hash is a file, told by the twins that are known.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "votes.h"
#include "internal.h"

uint64_t name_hash(const char *name)
{
	const char *hash = strstr(name, ".llvm.");

	return hash && isdigit((unsigned char)hash[6]) ? strtoull(hash + 6, NULL, 10) : 0;
}

/* An object's hashes, numbered. */
struct hashes {
	struct map index;	/* hash → its number */
	uint64_t *v;
	size_t nr, cap;
};

static void list_hashes(const struct object *obj, struct hashes *h)
{
	*h = (struct hashes){ 0 };
	map_init(&h->index, obj->arena);
	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		uint64_t hash = obj->pieces[i].name ? name_hash(obj->pieces[i].name) : 0;

		if (!hash || map_find_u64(&h->index, hash))
			continue;
		h->v = arena_grow(obj->arena, h->v, h->nr, &h->cap, sizeof(*h->v));
		map_add_u64(&h->index, hash, (uint32_t)h->nr);
		h->v[h->nr++] = hash;
	}
}

void diff_match_hashes(struct diff *d)
{
	struct hashes a, b;
	struct ballot l;

	list_hashes(&d->orig, &a);
	list_hashes(&d->patched, &b);
	ballot_init(&l, d->arena, (uint32_t)a.nr, (uint32_t)b.nr);
	for (uint32_t i = 0; i < d->patched.nr_paired; i++) {
		const struct piece *y = &d->patched.pieces[d->patched.paired[i]];
		const struct piece *x = &d->orig.pieces[y->twin];
		uint64_t old = name_hash(x->name), new = name_hash(y->name);

		if (old && new)
			ballot_cast(&l, map_find_u64(&a.index, old)->value,
			     map_find_u64(&b.index, new)->value, 1);
	}
	ballot_count(&l);
	d->orig.hash_id = a.index;
	map_init(&d->patched.hash_id, d->arena);
	for (uint32_t i = 0; i < b.nr; i++)
		if (l.twin_b[i] != NOBODY)
			map_add_u64(&d->patched.hash_id, b.v[i], l.twin_b[i]);
}
