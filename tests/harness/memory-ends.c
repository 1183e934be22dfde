// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * memory-ends SHIM STATUS OUT COMMAND…: run the command with its first, second, … allocation
 * failing (memory-shim.c), until a run needs no more.  Each has to end with the status, say one
 * thing, leave the file OUT as it was (-: there is none), and leave no other file behind in this
 * folder.  An allocation that the C library can do without may fail unnoticed: then
 * all is as in a run with enough memory.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_SIZE ((size_t)1 << 20)

struct content {
	char bytes[MAX_SIZE];
	size_t size;
};

static struct content old, now;
static int failures;

static void read_file(const char *path, struct content *c)
{
	FILE *f = fopen(path, "r");

	c->size = f ? fread(c->bytes, 1, MAX_SIZE - 1, f) : 0;
	c->bytes[c->size] = '\0';
	if (f)
		fclose(f);
}

static void write_file(const char *path, const struct content *c)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(c->bytes, 1, c->size, f) != c->size || fclose(f)) {
		perror(path);
		exit(2);
	}
}

static int count_files(void)
{
	DIR *dir = opendir(".");
	int nr = 0;

	while (dir && readdir(dir))
		nr++;
	if (dir)
		closedir(dir);
	return nr;
}

static void set_number(const char *name, long n)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", n);
	setenv(name, text, 1);
}

/* One run; its status as a shell counts it.  *ended: the allocation was asked for, and failed. */
static int run(char **command, const char *shim, long n, bool *ended)
{
	int tell[2], status;
	char byte;
	pid_t pid;

	if (pipe(tell))
		exit(2);
	pid = fork();
	if (!pid) {
		int out = open("memory.out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
		int err = open("memory.err", O_WRONLY | O_CREAT | O_TRUNC, 0600);

		close(tell[0]);
		dup2(out, 1);
		dup2(err, 2);
		set_number("MEMORY_ENDS_AT", n);
		set_number("MEMORY_ENDS_TELL", tell[1]);
		setenv("LD_PRELOAD", shim, 1);
		execv(command[0], command);
		_exit(98);
	}
	close(tell[1]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		exit(2);
	*ended = read(tell[0], &byte, 1) == 1;
	close(tell[0]);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void fail(long n, const char *what, int status)
{
	printf("allocation %ld: %s (status %d)\n%s", n, what, status, now.bytes);
	failures++;
}

/* What a run with too little memory left; unnoticed: it ended as one with enough. */
static void look(long n, int status, int wanted, int enough, const char *out, int files)
{
	const char *lines = NULL;
	bool unnoticed = status == enough;

	read_file("memory.err", &now);
	lines = strchr(now.bytes, '\n');
	if (unnoticed && status != wanted)
		return;
	if (status != wanted)
		fail(n, "another status", status);
	if (!unnoticed && (!lines || lines[1]))
		fail(n, "not one message", status);
	if (count_files() != files)
		fail(n, "a file stays", status);
	if (!*out)
		return;
	read_file(out, &now);
	if (now.size != old.size || memcmp(now.bytes, old.bytes, old.size)) {
		strcpy(now.bytes, "");
		fail(n, "the old output is gone", status);
	}
}

int main(int argc, char **argv)
{
	int wanted, enough, files, noticed = 0, status;
	bool ended = true;
	const char *out;
	long n;

	if (argc < 5)
		return 2;
	wanted = atoi(argv[2]);
	out = strcmp(argv[3], "-") ? argv[3] : "";
	read_file(out, &old);
	enough = run(argv + 4, argv[1], -1, &ended);
	if (*out)
		write_file(out, &old);
	files = count_files();
	for (n = 0, ended = true; ended && failures < 10; n++) {
		status = run(argv + 4, argv[1], n, &ended);
		if (ended)
			look(n, status, wanted, enough, out, files);
		noticed += ended && status == wanted;
		if (*out)
			write_file(out, &old);
	}
	printf("%ld allocations, %d noticed, %d failures\n", n - 1, noticed, failures);
	return failures || !noticed;
}
