// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a written object goes: a temporary file in the directory of the
 * target, which takes the target's name once it is complete.
 *
 * A symbolic link stays one: the file that it names is written.  A character
 * device (/dev/null) is written through.  Directories, pipes and the like are
 * refused.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create() */
#endif
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../elf/internal.h"

#define MAX_LINKS 40   /* as the kernel's */
#define MAX_TRIES 1000 /* names of temporary files that exist already */

static int cannot(const struct elf_output *out, const char *what, int error)
{
	return diag_error(out->diag, &(struct diag_where){ .object = out->path }, "cannot-write",
			  "cannot be written: %s%s", what, strerror(error));
}

static void release_output(void *arg)
{
	struct elf_output *out = arg;

	elf_end(out->libelf);
	out->libelf = NULL;
	if (out->fd >= 0)
		close(out->fd);
	out->fd = -1;
	if (out->device >= 0)
		close(out->device);
	out->device = -1;
	if (out->temp)
		unlink(out->temp);
	out->temp = NULL;
}

/* Length of the directory part of path, with its slash. */
static size_t dir_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Follow symbolic links of the last component: it may name a file that does not exist yet. */
static int resolve(struct elf_output *out, struct arena *arena)
{
	char *to = arena_alloc(arena, PATH_MAX);
	const char *path = out->path;
	ssize_t len;
	int i;

	for (i = 0; i < MAX_LINKS; i++) {
		len = readlink(path, to, PATH_MAX - 1);
		if (len < 0) {
			out->target = path;
			return 0;
		}
		to[len] = '\0';
		if (to[0] == '/')
			path = arena_strdup(arena, to);
		else
			path = arena_printf(arena, "%.*s%s", (int)dir_len(path), path, to);
	}
	return cannot(out, "", ELOOP);
}

/* A name in /proc/self/fd leads to a file whose name is elsewhere, or that has none. */
static bool is_same_file(const struct stat *st, const char *path)
{
	struct stat other;

	return !lstat(path, &other) && other.st_dev == st->st_dev && other.st_ino == st->st_ino;
}

static int create_temp(struct elf_output *out, struct arena *arena, mode_t mode)
{
	size_t dir = dir_len(out->target);
	char *name;
	int i;

	if (dir > INT_MAX)
		return cannot(out, "", ENAMETOOLONG);
	for (i = 0; i < MAX_TRIES; i++) {
		name = arena_printf(arena, "%.*s.klp-%ld-%d.tmp", (int)dir, out->target,
				    (long)getpid(), i);
		out->fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
		if (out->fd >= 0) {
			out->temp = name;
			return 0;
		}
		if (errno != EEXIST)
			break;
	}
	return cannot(out, "no temporary file can be made beside it: ", errno);
}

static int open_regular(struct elf_output *out, struct arena *arena, const struct stat *st)
{
	int err = resolve(out, arena);

	if (err)
		return err;
	if (st && !is_same_file(st, out->target))
		return cannot(out, "it has no name that could be replaced: ", EINVAL);
	/* Never wider than the file that it replaces, not even for a moment. */
	err = create_temp(out, arena, st ? st->st_mode & 0600 : 0666);
	if (!err && st && fchmod(out->fd, st->st_mode & 07777))
		err = cannot(out, "its mode cannot be set: ", errno);
	return err;
}

/* libelf wants to seek and truncate, which a device cannot: it gets a file in memory. */
static int open_device(struct elf_output *out)
{
	out->device = open(out->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (out->device < 0)
		return cannot(out, "", errno);
	out->fd = memfd_create("klp", MFD_CLOEXEC);
	if (out->fd < 0)
		return cannot(out, "no memory for it: ", errno);
	return 0;
}

static int copy_to_device(struct elf_output *out)
{
	uint8_t buffer[16384];
	ssize_t len, put;
	off_t at = 0;

	while ((len = pread(out->fd, buffer, sizeof(buffer), at)) > 0) {
		put = write(out->device, buffer, (size_t)len);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return cannot(out, "", put ? errno : EIO);
		at += put;
	}
	return len < 0 ? cannot(out, "", errno) : 0;
}

bool elf_same_file(const char *a, const char *b)
{
	struct stat x, y;

	if (!strcmp(a, b))
		return true;
	return !stat(a, &x) && !stat(b, &y) && S_ISREG(x.st_mode) && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

int elf_output_open(struct elf_output *out, const char *path, struct arena *arena,
		    struct diag *diag)
{
	struct stat st;
	int error;

	*out = (struct elf_output){ .path = path, .diag = diag, .fd = -1, .device = -1 };
	arena_defer(arena, release_output, out);

	error = stat(path, &st) ? errno : 0;
	if (error == ENOENT)
		return open_regular(out, arena, NULL);
	if (error)
		return cannot(out, "", error);
	if (S_ISREG(st.st_mode))
		return open_regular(out, arena, &st);
	if (S_ISCHR(st.st_mode))
		return open_device(out);
	if (S_ISDIR(st.st_mode))
		return cannot(out, "", EISDIR);
	return diag_error(diag, &(struct diag_where){ .object = path }, "cannot-write",
			  "cannot be written: it is not a regular file");
}

/* libelf has its own errors and the system's. */
static int update_failed(struct elf_output *out, int error)
{
	if (error)
		return cannot(out, "", error);
	return diag_error(out->diag, &(struct diag_where){ .object = out->path }, "cannot-write",
			  "cannot be written: %s", elf_errmsg(-1));
}

/* What was written takes its name, or is removed if there was an error. */
static int close_output(struct elf_output *out, int err)
{
	int fd = out->fd;

	if (!err && out->device >= 0)
		err = copy_to_device(out);
	out->fd = -1;
	if (close(fd) && !err)
		err = cannot(out, "", errno);
	if (!err && out->temp && rename(out->temp, out->target))
		err = cannot(out, "", errno);
	if (!err)
		out->temp = NULL;
	release_output(out);
	return err;
}

int elf_output_finish(struct elf_output *out)
{
	int err = 0;

	errno = 0;
	if (elf_update(out->libelf, ELF_C_WRITE) < 0)
		err = update_failed(out, errno);
	elf_end(out->libelf);
	out->libelf = NULL;
	return close_output(out, err);
}

int elf_output_bytes(struct elf_output *out, const void *data, size_t size)
{
	const uint8_t *p = data;
	int err = 0;

	while (size && !err) {
		ssize_t put = write(out->fd, p, size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			err = cannot(out, "", put ? errno : EIO);
			break;
		}
		p += put;
		size -= (size_t)put;
	}
	return close_output(out, err);
}

void elf_output_abandon(struct elf_output *out)
{
	release_output(out);
}
