// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench --make SHAPE FUNCTIONS DIFFER FILE: an object of that shape (tests/bench/object.h), of which
 * each DIFFER-th function is changed (0: none).
 *
 * bench --measure RUNS COMMAND --- COMMAND...: the time of the processor and the peak memory of
 * each command, a line for each, in seconds and MiB.  They run in turn, and the best of RUNS
 * counts: what matters is the ratio of lines.  What a command prints is dropped.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/diag.h>

#include "object.h"

#define MAX_COMMANDS 16

struct cost {
	double seconds;
	double mib;
};

/* Of the processor: what else the machine does matters little. */
static double seconds_of(const struct rusage *usage)
{
	return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
	       (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

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

static int usage(void)
{
	fputs("usage: bench --make SHAPE FUNCTIONS DIFFER FILE\n"
	      "       bench --measure RUNS COMMAND [--- COMMAND]...\n",
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

static int measure_all(int runs, char **argv)
{
	struct cost costs[MAX_COMMANDS] = { 0 };
	char **commands[MAX_COMMANDS] = { argv };
	int nr = 1;

	for (; *argv; argv++) {
		if (strcmp(*argv, "---"))
			continue;
		if (nr == MAX_COMMANDS)
			return usage();
		*argv = NULL;
		commands[nr++] = argv + 1;
	}
	for (int i = 0; i < runs; i++)
		for (int k = 0; k < nr; k++)
			if (!*commands[k] || !measure(commands[k], &costs[k]))
				return 1;
	for (int k = 0; k < nr; k++)
		printf("%.6f %.1f\n", costs[k].seconds, costs[k].mib);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 6 && !strcmp(argv[1], "--make"))
		return make(argv + 2);
	if (argc > 3 && !strcmp(argv[1], "--measure"))
		return measure_all(atoi(argv[2]), argv + 3);
	return usage();
}
