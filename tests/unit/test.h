/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the unit tests share: an arena, a directory that is removed afterwards,
 * checks that count.
 */
#ifndef TEST_H
#define TEST_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/diag.h>

struct test {
	const char *name;
	struct arena arena;
	struct diag diag;
	char dir[64];
	int failures;
};

struct test_case {
	const char *name;
	void (*run)(struct test *t);
};

#define check(t, condition, ...)                                                       \
	do {                                                                           \
		if (!(condition)) {                                                    \
			fprintf(stderr, "%s: %s:%d: ", (t)->name, __FILE__, __LINE__); \
			fprintf(stderr, __VA_ARGS__);                                  \
			fprintf(stderr, ": not %s\n", #condition);                     \
			(t)->failures++;                                               \
		}                                                                      \
	} while (0)

/* The rest of this test makes no sense. */
#define die(t, ...)                                                                              \
	do {                                                                                     \
		fprintf(stderr, "%s: %s:%d: ", (t)->name, __FILE__, __LINE__);                   \
		fprintf(stderr, __VA_ARGS__);                                                    \
		fprintf(stderr, ": %s\n",                                                        \
			(t)->diag.nr_items ? (t)->diag.items[(t)->diag.nr_items - 1].text : ""); \
		(t)->failures++;                                                                 \
		longjmp((t)->arena.oom, 1);                                                      \
	} while (0)

static inline const char *in_dir(struct test *t, const char *name)
{
	return arena_printf(&t->arena, "%s/%s", t->dir, name);
}

static inline int files_in_dir(struct test *t)
{
	DIR *dir = opendir(t->dir);
	int nr = 0;

	while (dir && readdir(dir))
		nr++;
	if (dir)
		closedir(dir);
	return nr;
}

static inline void remove_dir(struct test *t)
{
	DIR *dir = opendir(t->dir);
	struct dirent *entry;
	char path[512];

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", t->dir, entry->d_name);
		unlink(path);
	}
	if (dir)
		closedir(dir);
	rmdir(t->dir);
}

static inline int same_file(const char *a, const char *b)
{
	FILE *f = fopen(a, "r"), *g = fopen(b, "r");
	int c = 0, d = 0;

	while (f && g && c == d && c != EOF) {
		c = getc(f);
		d = getc(g);
	}
	if (f)
		fclose(f);
	if (g)
		fclose(g);
	return f && g && c == d;
}

static inline void overwrite(struct test *t, const char *path, uint64_t at, const void *bytes,
			     size_t len)
{
	FILE *f = fopen(path, "r+");

	if (!f || fseek(f, (long)at, SEEK_SET) || fwrite(bytes, 1, len, f) != len || fclose(f))
		die(t, "%s cannot be changed", path);
}

/* The call failed, with one error whose text has the given part. */
static inline void expect_error(struct test *t, int err, const char *text)
{
	const char *got = t->diag.nr_items ? t->diag.items[0].text : "(nothing)";

	check(t, err < 0, "expected the error \"%s\"", text);
	check(t, t->diag.nr_errors == 1 && t->diag.nr_items == 1, "one error \"%s\", not %zu", text,
	      t->diag.nr_items);
	check(t, strstr(got, text), "the error is \"%s\" instead of \"%s\"", got, text);
	diag_init(&t->diag, &t->arena);
}

/* Its failures; -1 if it cannot run at all. */
static inline int run_test(const struct test_case *test_case)
{
	struct test *t = calloc(1, sizeof(*t));
	int failures;

	if (!t)
		return -1;
	t->name = test_case->name;
	snprintf(t->dir, sizeof(t->dir), "/tmp/klp-test-XXXXXX");
	if (!mkdtemp(t->dir)) {
		perror(t->dir);
		free(t);
		return -1;
	}
	arena_init(&t->arena);
	arena_expect(&t->arena, UINT64_MAX); /* there are no files in proportion to which it could be */
	diag_init(&t->diag, &t->arena);
	if (!setjmp(t->arena.oom))
		test_case->run(t);
	else if (!t->failures)
		check(t, !"memory", "memory is exhausted");
	arena_free(&t->arena);
	remove_dir(t);
	failures = t->failures;
	free(t);
	return failures;
}

static inline int run_tests(const struct test_case *cases)
{
	int failed = 0;

	for (; cases->name; cases++) {
		if (run_test(cases)) {
			fprintf(stderr, "%s: failed\n", cases->name);
			failed++;
		}
	}
	return failed ? 1 : 0;
}

#endif
