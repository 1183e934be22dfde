// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The files that a run reads, by which it sees in the end that none of them changed meanwhile.
 *
 * A build that still writes patched.o while klp diff reads it would give a livepatch of half
 * an object.  So the identity, size and times of each input are noted when it is opened, and
 * looked at once more before an output gets its name.  Folders are read whole.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/infile.h>

struct infile {
	const char *path;
	struct stat st;
	struct infile *next;
};

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_unchanged(const struct stat *a, const struct stat *b)
{
	return is_same(a, b) && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* The run may take what its size allows.  False: that is not known (a pipe, a file of /proc). */
static bool expect_file(struct arena *arena, int fd)
{
	struct stat st;
	bool known = !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size;

	arena_expect(arena, known ? (uint64_t)st.st_size : UINT64_MAX);
	return known;
}

void infile_note(struct arena *arena, const char *path, int fd)
{
	struct infile *file;
	struct stat st;

	if (!expect_file(arena, fd) || fstat(fd, &st))
		return;
	file = arena_alloc(arena, sizeof(*file));
	file->path = path;
	file->st = st;
	file->next = arena->inputs;
	arena->inputs = file;
}

bool infile_is(const struct arena *arena, const struct stat *st)
{
	const struct infile *file = arena->inputs;

	while (file && !is_same(&file->st, st))
		file = file->next;
	return file;
}

void infile_forget(struct arena *arena, const struct stat *st)
{
	struct infile **at = &arena->inputs;

	while (*at) {
		if (is_same(&(*at)->st, st))
			*at = (*at)->next;
		else
			at = &(*at)->next;
	}
}

int infile_check(const struct arena *arena, struct diag *diag)
{
	int err = 0;

	for (const struct infile *file = arena->inputs; file; file = file->next) {
		struct diag_where where = { .object = file->path };
		struct stat st;

		if (stat(file->path, &st))
			err = diag_error(diag, &where, "input-changed",
					 "it went away while it was read (%s): run klp again when "
					 "nothing else changes it",
					 strerror(errno));
		else if (!is_unchanged(&file->st, &st))
			err = diag_error(diag, &where, "input-changed",
					 "it changed while it was read: run klp again when nothing "
					 "else changes it");
	}
	return err;
}

/* ---- what is not there, and what there is no memory for ---- */

/* Whoever goes on without a file that is not there must not do so for want of memory. */
static void fail_without_memory(struct arena *arena, int error)
{
	if (error == ENOMEM || error == EMFILE || error == ENFILE)
		arena_fail(arena);
}

FILE *infile_open(struct arena *arena, const char *path)
{
	FILE *f = fopen(path, "re");

	if (f)
		expect_file(arena, fileno(f));
	else
		fail_without_memory(arena, errno);
	return f;
}

char *infile_real_path(struct arena *arena, const char *path)
{
	char *real = realpath(path, NULL), *copy;

	if (!real) {
		fail_without_memory(arena, errno);
		return NULL;
	}
	copy = arena_strdup(arena, real);
	free(real);
	return copy;
}

FTSENT *infile_next(struct arena *arena, FTS *fts)
{
	FTSENT *e;

	errno = 0;
	e = fts_read(fts);
	fail_without_memory(arena, e ? e->fts_errno : errno);
	return e;
}

/* ---- folders ---- */

static void close_folder(void *arg)
{
	DIR **dir = arg;

	if (*dir)
		closedir(*dir);
	*dir = NULL;
}

static int cmp_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int infile_names(struct arena *arena, const char *path, const char ***names, size_t *nr)
{
	DIR **dir = arena_alloc(arena, sizeof(*dir));
	const struct dirent *entry;
	size_t cap = 0;
	int err;

	*names = NULL;
	*nr = 0;
	*dir = opendir(path);
	if (!*dir) {
		fail_without_memory(arena, errno);
		return -1;
	}
	arena_defer(arena, close_folder, dir);
	while ((errno = 0, entry = readdir(*dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		*names = arena_grow(arena, *names, *nr, &cap, sizeof(**names));
		(*names)[(*nr)++] = arena_strdup(arena, entry->d_name);
	}
	err = errno;
	close_folder(dir);
	if (err)
		*nr = 0;
	if (*nr)
		qsort(*names, *nr, sizeof(**names), cmp_names);
	errno = err;
	return err ? -1 : 0;
}
