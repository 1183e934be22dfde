// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench KLP [-n RUNS] [FUNCTIONS...]: time and peak memory of klp diff on pairs
 * of growing objects, beside objcopy copying one of the two.  Both are measured
 * in turn, and the best of some runs counts: what matters is the ratio, and how
 * it grows.
 *
 * bench --make only makes an object of that shape (tests/bench/object.h), of which each DIFFER-th
 * function is changed (0: none).
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/diag.h>

#include "object.h"

#define MAX_SIZES 16

struct cost {
	double seconds;
	double mib;
};

struct bench {
	const char *klp;
	int runs;
	char dir[64], orig[128], patched[128], symvers[128], out[128];
};

/* Of the processor: what else the machine does matters little. */
static double seconds_of(const struct rusage *usage)
{
	return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
	       (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

/* What klp diff warns of (no --kernel) is not what the table is about. */
static void run_child(char **argv)
{
	int null = open("/dev/null", O_WRONLY);

	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

/* Lower *best to what one run takes; false if the command fails. */
static bool measure(char **argv, struct cost *best)
{
	struct rusage usage;
	double seconds, mib;
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		perror("fork");
		return false;
	}
	if (!pid)
		run_child(argv);
	if (wait4(pid, &status, 0, &usage) < 0 || !WIFEXITED(status) || WEXITSTATUS(status)) {
		fprintf(stderr, "bench: failed:");
		for (char **arg = argv; *arg; arg++)
			fprintf(stderr, " %s", *arg);
		fprintf(stderr, "\n");
		return false;
	}
	seconds = seconds_of(&usage);
	mib = (double)usage.ru_maxrss / 1024;
	if (!best->seconds || seconds < best->seconds)
		best->seconds = seconds;
	if (!best->mib || mib < best->mib)
		best->mib = mib;
	return true;
}

static bool write_object(const char *path, uint32_t functions, uint32_t differ,
			 enum bench_shape shape)
{
	const struct bench_object b = { functions, differ, shape };
	struct arena arena;
	struct diag diag;
	volatile bool ok = false;	/* survives the longjmp() */

	arena_init(&arena);
	if (!setjmp(arena.oom)) {
		diag_init(&diag, &arena);
		ok = !bench_write(&b, path, &arena, &diag);
	}
	arena_free(&arena);
	if (!ok)
		fprintf(stderr, "bench: cannot make %s\n", path);
	return ok;
}

static bool write_symvers(const char *path)
{
	FILE *f = fopen(path, "w");

	if (f)
		fputs("0x00000000\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n", f);
	return f && !fclose(f);
}

static double size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : (double)st.st_size / (1 << 20);
}

static bool compare(struct bench *b, struct cost *klp, struct cost *objcopy)
{
	char *diff[] = { (char *)b->klp, "diff",     "--object", "vmlinux",
			 "--symvers",	 b->symvers, b->orig,	 b->patched, b->out,	  NULL };
	char *copy[] = { "objcopy", b->patched, b->out, NULL };

	*klp = *objcopy = (struct cost){ 0 };
	for (int i = 0; i < b->runs; i++)
		if (!measure(diff, klp) || !measure(copy, objcopy))
			return false;
	return true;
}

/* One row of the table: the times of klp diff and of objcopy. */
struct times {
	double klp, objcopy;
};

static bool row(struct bench *b, uint32_t functions, uint32_t differ, const char *what,
		struct times *times)
{
	struct cost klp, objcopy;

	if (!write_object(b->orig, functions, 0, BENCH_PLAIN) ||
	    !write_object(b->patched, functions, differ, BENCH_PLAIN) ||
	    !compare(b, &klp, &objcopy))
		return false;
	printf("%9u %-10s %7.1f %9.3f %7.0f %9.3f %7.0f %8.2f %7.2f\n", functions, what,
	       size_of(b->patched), klp.seconds, klp.mib, objcopy.seconds, objcopy.mib,
	       klp.seconds / objcopy.seconds, klp.mib / objcopy.mib);
	*times = (struct times){ klp.seconds, objcopy.seconds };
	return true;
}

static int run(struct bench *b, const uint32_t *sizes, int nr)
{
	struct times some = { 0 }, all = { 0 }, s, a;

	printf("%9s %-10s %7s %9s %7s %9s %7s %8s %7s\n", "", "", "object", "klp diff", "", "objcopy",
	       "", "klp diff : objcopy", "");
	printf("%9s %-10s %7s %9s %7s %9s %7s %8s %7s\n", "functions", "differ", "MiB", "seconds",
	       "MiB", "seconds", "MiB", "time", "memory");
	for (int i = 0; i < nr; i++) {
		if (!row(b, sizes[i], 1000, "some", &s) || !row(b, sizes[i], 1, "all", &a))
			return 1;
		if (i)
			printf("%9s %u functions take %.1f (all differ: %.1f; objcopy: %.1f) "
			       "times as long as %u\n",
			       "", sizes[i], s.klp / some.klp, a.klp / all.klp,
			       s.objcopy / some.objcopy, sizes[i - 1]);
		some = s;
		all = a;
	}
	return 0;
}

static int usage(void)
{
	fputs("usage: bench KLP [-n RUNS] [FUNCTIONS...]\n"
	      "       bench --make SHAPE FUNCTIONS DIFFER FILE\n",
	      stderr);
	return 2;
}

static int make(char **argv)
{
	for (unsigned int i = 0; i < BENCH_SHAPES; i++)
		if (!strcmp(argv[0], bench_shapes[i]))
			return !write_object(argv[3], (uint32_t)strtoul(argv[1], NULL, 10),
					     (uint32_t)strtoul(argv[2], NULL, 10),
					     (enum bench_shape)i);
	return usage();
}

int main(int argc, char **argv)
{
	struct bench b = { .klp = argc > 1 ? argv[1] : NULL, .runs = 3 };
	uint32_t sizes[MAX_SIZES] = { 1000, 4000, 16000, 64000 };
	int nr = 0, status, i = 2;

	if (argc == 6 && !strcmp(argv[1], "--make"))
		return make(argv + 2);
	if (i + 1 < argc && !strcmp(argv[i], "-n")) {
		b.runs = atoi(argv[i + 1]);
		i += 2;
	}
	for (; i < argc && nr < MAX_SIZES; i++)
		sizes[nr++] = (uint32_t)strtoul(argv[i], NULL, 10);
	if (!b.klp || b.runs < 1 || i < argc)
		return usage();

	snprintf(b.dir, sizeof(b.dir), "/tmp/klp-bench-XXXXXX");
	if (!mkdtemp(b.dir)) {
		perror(b.dir);
		return 1;
	}
	snprintf(b.orig, sizeof(b.orig), "%s/orig.o", b.dir);
	snprintf(b.patched, sizeof(b.patched), "%s/patched.o", b.dir);
	snprintf(b.out, sizeof(b.out), "%s/out.o", b.dir);
	snprintf(b.symvers, sizeof(b.symvers), "%s/Module.symvers", b.dir);
	status = !write_symvers(b.symvers) || run(&b, sizes, nr ? nr : 4);
	unlink(b.orig);
	unlink(b.patched);
	unlink(b.symvers);
	unlink(b.out);
	rmdir(b.dir);
	return status;
}
