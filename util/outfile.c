// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A file that appears when it is complete: a temporary one in the directory of the
 * target, which takes the target's name then.
 *
 * A symbolic link stays one: the file that it names is written.  A device or a pipe is
 * written through.  Whoever has to seek (libelf) writes to memory in place of a character
 * device (/dev/null), and is refused a pipe.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create() */
#endif
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/outfile.h>

#define MAX_LINKS 40   /* as the kernel's */
#define MAX_TRIES 1000 /* names of temporary files that exist already */

static int cannot(const struct outfile *out, const char *what, int error)
{
	return diag_error(out->diag, &(struct diag_where){ .object = out->path }, "cannot-write",
			  "cannot be written: %s%s", what, strerror(error));
}

static void release(void *arg)
{
	struct outfile *out = arg;

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
static int resolve(struct outfile *out, struct arena *arena)
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

static int create_temp(struct outfile *out, struct arena *arena, mode_t mode)
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

static int open_regular(struct outfile *out, struct arena *arena, const struct stat *st)
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

/* Whoever seeks and truncates, which a device cannot, gets a file in memory. */
static int open_device(struct outfile *out, bool seeks)
{
	int fd = open(out->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return cannot(out, "", errno);
	if (!seeks) {
		out->fd = fd;
		return 0;
	}
	out->device = fd;
	out->fd = memfd_create("klp", MFD_CLOEXEC);
	if (out->fd < 0)
		return cannot(out, "no memory for it: ", errno);
	return 0;
}

static int write_all(const struct outfile *out, int fd, const uint8_t *p, size_t size)
{
	while (size) {
		ssize_t put = write(fd, p, size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return cannot(out, "", put ? errno : EIO);
		p += put;
		size -= (size_t)put;
	}
	return 0;
}

static int copy_to_device(struct outfile *out)
{
	uint8_t buffer[16384];
	ssize_t len;
	off_t at = 0;
	int err = 0;

	while (!err && (len = pread(out->fd, buffer, sizeof(buffer), at)) > 0) {
		err = write_all(out, out->device, buffer, (size_t)len);
		at += len;
	}
	return err ?: len < 0 ? cannot(out, "", errno) : 0;
}

bool outfile_is_same(const char *a, const char *b)
{
	struct stat x, y;

	if (!strcmp(a, b))
		return true;
	return !stat(a, &x) && !stat(b, &y) && S_ISREG(x.st_mode) && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

int outfile_open(struct outfile *out, const char *path, bool seeks, struct arena *arena,
		 struct diag *diag)
{
	struct stat st;
	int error;

	*out = (struct outfile){ .path = path, .diag = diag, .fd = -1, .device = -1 };
	arena_defer(arena, release, out);

	error = stat(path, &st) ? errno : 0;
	if (error == ENOENT)
		return open_regular(out, arena, NULL);
	if (error)
		return cannot(out, "", error);
	if (S_ISREG(st.st_mode))
		return open_regular(out, arena, &st);
	if (S_ISDIR(st.st_mode))
		return cannot(out, "", EISDIR);
	if (S_ISCHR(st.st_mode) || !seeks)
		return open_device(out, seeks);
	return diag_error(diag, &(struct diag_where){ .object = path }, "cannot-write",
			  "cannot be written: it is not a regular file");
}

int outfile_write(struct outfile *out, const void *data, size_t size)
{
	return write_all(out, out->fd, data, size);
}

int outfile_commit(struct outfile *out)
{
	int err = out->device >= 0 ? copy_to_device(out) : 0;
	int fd = out->fd;

	out->fd = -1;
	if (close(fd) && !err)
		err = cannot(out, "", errno);
	if (!err && out->temp && rename(out->temp, out->target))
		err = cannot(out, "", errno);
	if (!err)
		out->temp = NULL;
	release(out);
	return err;
}

void outfile_abandon(struct outfile *out)
{
	release(out);
}
