// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A damaged output of klp diff through klp check and klp post-link, and damaged
 * inputs of a good output through klp check: each is refused with an error, has
 * findings, or is accepted, and nothing is read that is not there.
 *
 * The files are pairs as in damage-diff.c; what klp diff makes of X.o and
 * X.patched.o is X.out.o, which is damaged as well.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/check.h>
#include <klp/diag.h>
#include <klp/diff.h>
#include <klp/livepatch.h>

#include "damage.h"

static const char *const symvers[] = { "tests/lib/Module.symvers" };

static bool ends_with(const char *s, const char *suffix)
{
	size_t len = strlen(s), n = strlen(suffix);

	return len > n && !strcmp(s + len - n, suffix);
}

/* What was checked has as many errors as findings; what could not be has an error. */
static int outcome(int err, size_t nr, const struct diag *diag, const char *what)
{
	if (err ? diag->nr_errors : nr == diag->nr_errors)
		return diag->nr_errors != 0;
	fprintf(stderr, "%s: returns %d with %zu findings and %zu errors\n", what, err, nr,
		diag->nr_errors);
	for (size_t i = 0; i < diag->nr_items; i++)
		fprintf(stderr, "\t%s: %s\n", diag->items[i].where.section ?: "",
			diag->items[i].text);
	return -1;
}

static int check(const char *orig, const char *patched, const char *out, struct arena *arena)
{
	struct check_options opts = { .symvers = (const char **)symvers, .nr_symvers = 1 };
	struct diag diag;
	size_t nr = 0;
	int err;

	diag_init(&diag, arena);
	err = klp_check_object(orig, patched, out, &opts, arena, &diag, &nr);
	return outcome(err, nr, &diag, "klp check --patched");
}

static int check_module(const char *path, const char *orig, struct arena *arena)
{
	struct check_options opts = { .symvers = (const char **)symvers, .nr_symvers = 1 };
	struct diag diag;
	size_t nr = 0;
	int err;

	diag_init(&diag, arena);
	err = klp_check_module(path, orig, &opts, arena, &diag, &nr);
	return outcome(err, nr, &diag, "klp check");
}

static bool copy_file(const char *from, const char *to)
{
	FILE *in = fopen(from, "r"), *out = fopen(to, "w");
	bool ok = in && out;
	char buffer[4096];
	size_t n;

	while (ok && (n = fread(buffer, 1, sizeof(buffer), in)) > 0)
		ok = fwrite(buffer, 1, n, out) == n;
	if (in)
		fclose(in);
	if (out && fclose(out))
		ok = false;
	return ok;
}

static int post_link(const char *damaged, const char *dir, struct arena *arena)
{
	char *module = arena_printf(arena, "%s/module.ko", dir);
	struct diag diag;
	int err = -1;

	diag_init(&diag, arena);
	if (copy_file(damaged, module))
		err = klp_post_link(module, arena, &diag);
	unlink(module);
	return outcome(err, 0, &diag, "klp post-link");
}

/* The file of the pair of which good is one. */
static char *sibling(struct arena *arena, const char *good, const char *suffix)
{
	size_t len = strlen(good) - strlen(ends_with(good, ".patched.o") ? ".patched.o" :
					   ends_with(good, ".out.o")	 ? ".out.o" :
									   ".o");

	return arena_printf(arena, "%.*s%s", (int)len, good, suffix);
}

static int one(const char *damaged, const char *good, const char *dir, void *arg)
{
	const char *orig, *patched, *out;
	int result[4] = { 1, 1, 1, 1 };
	struct arena arena;

	(void)arg;
	arena_init(&arena);
	if (setjmp(arena.oom)) {
		arena_free(&arena);
		fprintf(stderr, "memory is exhausted\n");
		return -1;
	}
	orig = sibling(&arena, good, ".o");
	patched = sibling(&arena, good, ".patched.o");
	out = sibling(&arena, good, ".out.o");
	if (ends_with(good, ".out.o")) {
		result[0] = check(orig, patched, damaged, &arena);
		result[1] = check_module(damaged, NULL, &arena);
		result[2] = check_module(damaged, orig, &arena);
		result[3] = post_link(damaged, dir, &arena);
	} else if (ends_with(good, ".patched.o")) {
		result[0] = check(orig, damaged, out, &arena);
	} else {
		result[0] = check(damaged, patched, out, &arena);
		result[1] = check_module(out, damaged, &arena);
	}
	arena_free(&arena);
	for (int i = 0; i < 4; i++)
		if (result[i] < 0)
			return -1;
	return result[0] && result[1] && result[2] && result[3];
}

/* What klp diff makes of the pair; NULL: it refuses, or nothing changed. */
static char *make_output(char *patched, struct arena *arena)
{
	struct diff_options opts = { .object_name = "vmlinux", .symvers = (const char **)symvers,
				.nr_symvers = 1 };
	char *out = sibling(arena, patched, ".out.o");
	struct diag diag;
	struct diff *d;

	diag_init(&diag, arena);
	if (klp_diff(sibling(arena, patched, ".o"), patched, out, &opts, arena, &diag, &d) ||
	    klp_diff_commit(d))
		return NULL;
	return access(out, R_OK) ? NULL : out;
}

int main(int argc, char **argv)
{
	struct arena arena;
	char **files;
	volatile int nr = 1, pairs = 0;
	int status = 0;

	arena_init(&arena);
	if (setjmp(arena.oom)) {
		arena_free(&arena);
		return 2;
	}
	files = arena_calloc(&arena, (size_t)argc * 3 + 1, sizeof(*files));
	files[0] = argv[0];
	for (int i = 1; i < argc; i++) {
		char *out = NULL;

		if (argv[i][0] == '-')
			files[nr++] = argv[i];
		if (!strcmp(argv[i], "-r") && i + 1 < argc)
			files[nr++] = argv[++i];
		else if (ends_with(argv[i], ".patched.o"))
			out = make_output(argv[i], &arena);
		if (!out)
			continue;
		files[nr++] = sibling(&arena, argv[i], ".o");
		files[nr++] = argv[i];
		files[nr++] = out;
		pairs++;
	}
	if (pairs)
		status = damage_files(nr, files, one, NULL);
	else
		printf("there is no pair of which klp diff makes an output\n");
	arena_free(&arena);
	return status;
}
