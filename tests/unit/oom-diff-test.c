// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The whole of klp diff where memory ends at the first, second, … allocation,
 * and where the output cannot be written: nothing is left behind or open, and
 * an output that is there already stays as it was.
 *
 * Linked with -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc.  See oom.h.
 */
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <klp/diff.h>

#include "tests/bench/object.c"

#include "oom.h"
#include "test.h"

#define OLD_OUTPUT "an old output\n"

struct setting {
	const char *orig, *patched, *symvers;
	struct diff_options opts;
};

static void write_text(struct test *t, const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f))
		die(t, "%s cannot be written", path);
}

static void make_setting(struct test *t, struct setting *s)
{
	const struct bench_object orig = { .functions = 3 };
	const struct bench_object patched = { .functions = 3, .differ = 2 };

	s->orig = in_dir(t, "orig.o");
	s->patched = in_dir(t, "patched.o");
	s->symvers = in_dir(t, "Module.symvers");
	s->opts = (struct diff_options){
		.object_name = "vmlinux",
		.symvers = &s->symvers,
		.nr_symvers = 1,
	};
	write_text(t, s->symvers, "0x0\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n");
	if (bench_write(&orig, s->orig, &t->arena, &t->diag) ||
	    bench_write(&patched, s->patched, &t->arena, &t->diag))
		die(t, "the objects cannot be made");
}

static int count_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int nr = 0;

	while (dir && readdir(dir))
		nr++;
	if (dir)
		closedir(dir);
	return nr;
}

/* The result of one diff; 1 if memory ended. */
static int run_once(const struct setting *s, const char *out, long allocations, struct arena *arena,
		    struct diag *diag)
{
	struct diff *d;
	int err;

	ended = false;
	allocations_left = allocations;
	arena_init(arena);
	if (setjmp(arena->oom)) {
		allocations_left = -1;
		return 1;
	}
	diag_init(diag, arena);
	err = klp_diff(s->orig, s->patched, out, &s->opts, arena, diag, &d) ?: klp_diff_commit(d);
	allocations_left = -1;
	return err;
}

static void test_oom(struct test *t)
{
	struct arena *arena = arena_alloc(&t->arena, sizeof(*arena));
	const char *out = in_dir(t, "out.o");
	struct setting s;
	struct diag diag;
	int files, all, result = 1;
	long n;

	make_setting(t, &s);
	files = count_files();
	all = files_in_dir(t);
	for (n = 0; result; n++) {
		result = run_once(&s, out, n, arena, &diag);
		arena_free(arena);
		check(t, result == ended, "memory ended and nobody noticed after %ld", n);
		check(t, count_files() == files, "a file stays open after %ld allocations", n);
		check(t, files_in_dir(t) == all + !result, "a file is left after %ld allocations",
		      n);
		if (t->failures)
			break;
	}
	check(t, n > 100, "memory ends somewhere: %ld", n);
	printf("memory ended in %ld places\n", n - 1);
}

static void expect_unwritten(struct test *t, const struct setting *s, const char *out,
			     const char *text)
{
	struct arena *arena = arena_alloc(&t->arena, sizeof(*arena));
	int all = files_in_dir(t);
	struct diag diag;

	check(t, run_once(s, out, -1, arena, &diag) < 0, "%s is written", out);
	check(t, diag.nr_errors == 1 && strstr(diag.items[diag.nr_items - 1].text, text),
	      "one error, not \"%s\"", diag.items[diag.nr_items - 1].text);
	arena_free(arena);
	check(t, files_in_dir(t) == all, "a file is left beside %s", out);
}

static void test_unwritable(struct test *t)
{
	const char *out = in_dir(t, "out.o"), *same = in_dir(t, "same");
	struct rlimit old, small = { .rlim_cur = 512 };
	struct setting s;

	make_setting(t, &s);
	expect_unwritten(t, &s, "/dev/full", "No space left");
	expect_unwritten(t, &s, t->dir, "Is a directory");
	expect_unwritten(t, &s, in_dir(t, "none/out.o"), "No such file");

	/* A disk that is full after the first bytes. */
	write_text(t, out, OLD_OUTPUT);
	write_text(t, same, OLD_OUTPUT);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small.rlim_max = old.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	expect_unwritten(t, &s, out, "File too large");
	setrlimit(RLIMIT_FSIZE, &old);
	check(t, same_file(out, same), "the old output is as it was");
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "oom-diff", test_oom },
		{ "unwritable", test_unwritable },
		{ NULL, NULL },
	};

	return run_tests(cases);
}
