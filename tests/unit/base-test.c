// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The arena, the maps and the record of diagnostics.
 */
#include <errno.h>
#include <stdint.h>

#include <klp/hash.h>

#include "test.h"

static void test_arena(struct test *t)
{
	struct arena *a = &t->arena;
	char *last = NULL, *p;
	size_t size, i;

	for (size = 0; size < 1000000; size = size * 3 / 2 + 1) {
		p = arena_alloc(a, size);
		check(t, p && p != last, "an address of its own");
		check(t, !((uintptr_t)p % _Alignof(max_align_t)), "aligned");
		for (i = 0; i < size && !p[i]; i++)
			;
		check(t, i == size, "zeroed");
		memset(p, 0xff, size);
		last = p;
	}
	check(t, !strcmp(arena_strndup(a, "abc", 2), "ab"), "strndup");
	check(t, !strcmp(arena_strndup(a, "abc", 9), "abc"), "strndup of less");
	check(t, !strcmp(arena_strdup(a, ""), ""), "strdup");
	check(t, !strcmp(arena_printf(a, "%d-%s", 7, "x"), "7-x"), "printf");
}

static void test_grow(struct test *t)
{
	uint32_t *array = NULL;
	size_t cap = 0, nr, bad = 0;

	for (nr = 0; nr < 100000; nr++) {
		array = arena_grow(&t->arena, array, nr, &cap, sizeof(*array));
		bad += array[nr] != 0;
		array[nr] = (uint32_t)nr;
	}
	for (nr = 0; nr < 100000; nr++)
		bad += array[nr] != nr;
	check(t, !bad, "%zu elements lost", bad);
}

struct note {
	char *log;
	char name;
};

static void release(void *arg)
{
	struct note *note = arg;

	note->log[strlen(note->log)] = note->name;
}

static void test_defer(struct test *t)
{
	char log[8] = "";
	struct note a = { log, 'a' }, b = { log, 'b' };
	struct arena arena;

	arena_init(&arena);
	if (!setjmp(arena.oom)) {
		arena_defer(&arena, release, &a);
		arena_defer(&arena, release, &b);
		arena_calloc(&arena, SIZE_MAX / 2, 4);
		check(t, !"memory", "an overflow is not noticed");
	}
	check(t, !*log, "not yet");
	arena_free(&arena);
	check(t, !strcmp(log, "ba"), "newest first: %s", log);
	arena_free(&arena);
	check(t, !strcmp(log, "ba"), "once");
}

static void test_map(struct test *t)
{
	const uint32_t n = 50000;
	const struct map_entry *e;
	struct map map;
	uint32_t i, seen = 0;

	map_init(&map, &t->arena);
	check(t, !map_find_str(&map, "x") && !map_find_u64(&map, 0), "an empty map");
	for (i = 0; i < n; i++) {
		map_add_str(&map, "", i);
		map_add_str(&map, arena_printf(&t->arena, "k%u", i), i);
		map_add_u64(&map, i, i + 1);
	}
	for (e = map_find_str(&map, ""); e; e = map_next(&map, e))
		seen += e->value == seen;
	check(t, seen == n, "values in order: %u", seen);
	for (i = 0; i < n; i++) {
		char key[16];

		snprintf(key, sizeof(key), "k%u", i);
		e = map_find_str(&map, key);
		if (!e || e->value != i || map_next(&map, e))
			break;
		e = map_find_u64(&map, i);
		if (!e || e->value != i + 1 || map_next(&map, e))
			break;
	}
	check(t, i == n, "key %u", i);
	check(t, !map_find_str(&map, "k") && !map_find_u64(&map, n), "keys that are not there");
}

static void test_diag(struct test *t)
{
	struct diag_where where = { .object = "a.o", .offset = 4, .has_offset = true };
	struct diag d;

	diag_init(&d, &t->arena);
	diag_debug(&d, &where, "x", "unseen");
	check(t, !d.nr_items, "debug items are off");
	d.debug = true;
	diag_debug(&d, NULL, "x", "seen");
	diag_warn(&d, &where, "w", "%d", 1);
	check(t, diag_error(&d, &where, "e", "%s", "two") == -EINVAL, "the code of an error");
	check(t, d.nr_items == 3 && d.nr_errors == 1 && d.nr_warnings == 1, "counts");
	check(t, !strcmp(d.items[2].text, "two") && d.items[2].where.offset == 4, "an item");
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "arena", test_arena }, { "grow", test_grow }, { "defer", test_defer },
		{ "map", test_map },	 { "diag", test_diag }, { NULL, NULL },
	};

	return run_tests(cases);
}
