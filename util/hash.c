// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Look-up by name or number.
 *
 * A bucket lists its keys, a key lists its values: a name that occurs ten
 * thousand times (a kernel has them) makes the others of its bucket no slower.
 */
#include <string.h>

#include <xxhash.h>

#include <klp/arena.h>
#include <klp/hash.h>

void map_init(struct map *map, struct arena *arena)
{
	memset(map, 0, sizeof(*map));
	map->arena = arena;
}

static uint64_t hash_str(const char *key)
{
	return XXH3_64bits(key, strlen(key));
}

/* One-to-one (MurmurHash3's finalizer): equal hashes are equal numbers. */
static uint64_t hash_u64(uint64_t key)
{
	key ^= key >> 33;
	key *= 0xff51afd7ed558ccdULL;
	key ^= key >> 33;
	key *= 0xc4ceb9fe1a85ec53ULL;
	key ^= key >> 33;
	return key;
}

static uint32_t *bucket_of(const struct map *map, uint64_t hash)
{
	return &map->buckets[hash & (map->nr_buckets - 1)];
}

/* The first entry of a key. */
static struct map_entry *find(const struct map *map, uint64_t hash, const char *str)
{
	uint32_t i;

	if (!map->nr_buckets)
		return NULL;
	for (i = *bucket_of(map, hash); i; i = map->entries[i - 1].next) {
		struct map_entry *e = &map->entries[i - 1];

		if (e->hash == hash && !e->str == !str && (!str || !strcmp(e->str, str)))
			return e;
	}
	return NULL;
}

static void link_key(struct map *map, size_t index)
{
	struct map_entry *e = &map->entries[index];
	uint32_t *bucket = bucket_of(map, e->hash);

	e->next = *bucket;
	*bucket = (uint32_t)index + 1;
}

static void set_buckets(struct map *map, size_t nr)
{
	arena_give_back(map->arena, map->buckets, map->nr_buckets, sizeof(*map->buckets));
	map->buckets = arena_calloc(map->arena, nr, sizeof(*map->buckets));
	map->nr_buckets = nr;
	for (size_t i = 0; i < map->nr; i++)
		if (map->entries[i].last)
			link_key(map, i);
}

void map_expect(struct map *map, size_t nr)
{
	size_t buckets = 16;

	while (buckets < nr)
		buckets *= 2;
	map->entries = arena_calloc(map->arena, nr, sizeof(*map->entries));
	map->cap = nr;
	set_buckets(map, buckets);
}

static void add(struct map *map, uint64_t hash, const char *str, uint32_t value)
{
	struct map_entry *e, *first;

	if (map->nr == UINT32_MAX)
		arena_fail(map->arena);
	map->entries = arena_grow(map->arena, map->entries, map->nr, &map->cap, sizeof(*e));
	if (map->nr >= map->nr_buckets)
		set_buckets(map, map->nr_buckets ? map->nr_buckets * 2 : 16);

	first = find(map, hash, str);
	e = &map->entries[map->nr];
	*e = (struct map_entry){ .hash = hash, .str = str, .value = value };
	map->nr++;
	if (first) {
		map->entries[first->last - 1].same = (uint32_t)map->nr;
		first->last = (uint32_t)map->nr;
	} else {
		e->last = (uint32_t)map->nr;
		link_key(map, map->nr - 1);
	}
}

void map_add_str(struct map *map, const char *key, uint32_t value)
{
	add(map, hash_str(key), key, value);
}

void map_add_u64(struct map *map, uint64_t key, uint32_t value)
{
	add(map, hash_u64(key), NULL, value);
}

const struct map_entry *map_find_str(const struct map *map, const char *key)
{
	return find(map, hash_str(key), key);
}

const struct map_entry *map_find_u64(const struct map *map, uint64_t key)
{
	return find(map, hash_u64(key), NULL);
}

const struct map_entry *map_next(const struct map *map, const struct map_entry *e)
{
	return e->same ? &map->entries[e->same - 1] : NULL;
}
