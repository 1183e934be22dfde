/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Look-up by name or number in constant time.
 *
 * A multimap from a key to 32-bit values; values of one key come out in the
 * order in which they went in.
 */
#ifndef KLP_HASH_H
#define KLP_HASH_H

#include <stddef.h>
#include <stdint.h>

struct arena;

struct map_entry {
	uint64_t hash;		/* of the key */
	const char *str;	/* the key, if it is a string */
	uint32_t value;
	uint32_t next;		/* 1 + index of the first entry of the bucket's next key; 0: none */
	uint32_t same;		/* 1 + index of the next entry of the same key; 0: none */
	uint32_t last;		/* in a key's first entry: 1 + index of its last one */
};

struct map {
	struct arena *arena;
	uint32_t *buckets;	/* 1 + index of the first entry of its first key */
	size_t nr_buckets;	/* a power of two, or 0 */
	struct map_entry *entries;
	size_t nr, cap;
};

void map_init(struct map *map, struct arena *arena);
/* About as many values will be added to an empty map: it need not grow meanwhile. */
void map_expect(struct map *map, size_t nr);

/* key must live as long as the map. */
void map_add_str(struct map *map, const char *key, uint32_t value);
void map_add_u64(struct map *map, uint64_t key, uint32_t value);

/* The first value of a key, or NULL, and the one after e. */
const struct map_entry *map_find_str(const struct map *map, const char *key);
const struct map_entry *map_find_u64(const struct map *map, uint64_t key);
const struct map_entry *map_next(const struct map *map, const struct map_entry *e);

/* All values of a key, in the order in which they went in. */
#define for_each_str(map, key, e) \
	for (const struct map_entry *e = map_find_str(map, key); e; e = map_next(map, e))
#define for_each_u64(map, key, e) \
	for (const struct map_entry *e = map_find_u64(map, key); e; e = map_next(map, e))

#endif
