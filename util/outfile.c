// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A file that appears when it is complete: a temporary one in the directory of the
 * target, without a name where that can be, which takes the target's name then.
 *
 * A symbolic link stays one: the file that it names is written.  A device or a pipe is
 * written through, but no object goes into a pipe: whoever reads it would not know half of one.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_TMPFILE */
#endif
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/infile.h>
#include <klp/outfile.h>

#define MAX_LINKS 40   /* as the kernel's */
#define MAX_TRIES 1000 /* names of temporary files that exist already */
#define TEMP_SIZE 64   /* of such a name, without its folder */

static int cannot(const struct outfile *out, const char *what, int error)
{
	return diag_error(out->diag, &(struct diag_where){ .object = out->path }, "cannot-write",
			  "cannot be written: %s%s", what, strerror(error));
}

/*
 * Who is interrupted must not leave a file behind that has a name already: it is soon gone or
 * in its place.  The signals come then.
 */
static void hold_signals(struct outfile *out)
{
	sigset_t all;

	sigfillset(&all);
	out->signals_held = !pthread_sigmask(SIG_BLOCK, &all, &out->old_signals);
}

static void release(void *arg)
{
	struct outfile *out = arg;

	if (out->fd >= 0)
		close(out->fd);
	out->fd = -1;
	if (out->temp)
		unlink(out->temp);
	out->temp = NULL;
	if (out->signals_held)
		pthread_sigmask(SIG_SETMASK, &out->old_signals, NULL);
	out->signals_held = false;
}

/* Length of the directory part of path, with its slash. */
static size_t dir_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Follow symbolic links of the last component: it may name a file that does not exist yet. */
static int resolve(struct outfile *out)
{
	char *to = arena_alloc(out->arena, PATH_MAX);
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
			path = arena_strdup(out->arena, to);
		else
			path = arena_printf(out->arena, "%.*s%s", (int)dir_len(path), path, to);
	}
	return cannot(out, "", ELOOP);
}

/* A name in /proc/self/fd leads to a file whose name is elsewhere, or that has none. */
static bool is_same_file(const struct stat *st, const char *path)
{
	struct stat other;

	return !lstat(path, &other) && other.st_dev == st->st_dev && other.st_ino == st->st_ino;
}

/* The i-th name beside the target that a file may have until it is complete. */
static char *temp_name(const struct outfile *out, int i)
{
	snprintf(out->temp_name, dir_len(out->target) + TEMP_SIZE, "%.*s.klp-%ld-%d.tmp",
		 (int)dir_len(out->target), out->target, (long)getpid(), i);
	return out->temp_name;
}

/*
 * A file without a name vanishes with the process, however that ends.  Some file systems have
 * none (NFS), and without /proc it can get no name.
 */
static bool create_nameless(struct outfile *out, mode_t mode)
{
	size_t dir = dir_len(out->target);
	const char *path = dir ? arena_strndup(out->arena, out->target, dir) : ".";

	if (access("/proc/self/fd", X_OK))
		return false;
	out->fd = open(path, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
	return out->fd >= 0;
}

static int create_named(struct outfile *out, mode_t mode)
{
	int i;

	hold_signals(out);
	for (i = 0; i < MAX_TRIES; i++) {
		char *name = temp_name(out, i);

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

static int create_temp(struct outfile *out, mode_t mode)
{
	if (dir_len(out->target) > INT_MAX)
		return cannot(out, "", ENAMETOOLONG);
	/* Where two files get their names together, the second one must not lack memory for it. */
	out->temp_name = arena_alloc(out->arena, dir_len(out->target) + TEMP_SIZE);
	return create_nameless(out, mode) ? 0 : create_named(out, mode);
}

static int open_regular(struct outfile *out, const struct stat *st)
{
	int err = resolve(out);

	if (err)
		return err;
	if (st && !is_same_file(st, out->target))
		return cannot(out, "it has no name that could be replaced: ", EINVAL);
	/* Never wider than the file that it replaces, not even for a moment. */
	err = create_temp(out, st ? st->st_mode & 0600 : 0666);
	if (!err && st && fchmod(out->fd, st->st_mode & 07777))
		err = cannot(out, "its mode cannot be set: ", errno);
	return err;
}

static int open_device(struct outfile *out)
{
	out->fd = open(out->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return out->fd < 0 ? cannot(out, "", errno) : 0;
}

static int open_stdout(struct outfile *out)
{
	fflush(stdout);
	out->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	return out->fd < 0 ? cannot(out, "", errno) : 0;
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

bool outfile_is_same(const char *a, const char *b)
{
	struct stat x, y;

	if (!strcmp(a, b))
		return true;
	return !stat(a, &x) && !stat(b, &y) && S_ISREG(x.st_mode) && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

static int open_by_kind(struct outfile *out, bool object)
{
	const char *path = out->path;
	struct stat st;
	int error;

	if (!object && !strcmp(path, "-"))
		return open_stdout(out);
	error = stat(path, &st) ? errno : 0;
	if (error == ENOENT)
		return open_regular(out, NULL);
	if (error)
		return cannot(out, "", error);
	if (S_ISREG(st.st_mode))
		return open_regular(out, &st);
	if (S_ISDIR(st.st_mode))
		return cannot(out, "", EISDIR);
	if (S_ISCHR(st.st_mode) || !object)
		return open_device(out);
	return diag_error(out->diag, &(struct diag_where){ .object = path }, "cannot-write",
			  "cannot be written: it is not a regular file");
}

int outfile_open(struct outfile *out, const char *path, bool object, struct arena *arena,
		 struct diag *diag)
{
	int err;

	*out = (struct outfile){ .path = path, .arena = arena, .diag = diag, .fd = -1 };
	arena_defer(arena, release, out);
	err = open_by_kind(out, object);
	if (err)
		release(out);
	return err;
}

int outfile_write(struct outfile *out, const void *data, size_t size)
{
	return write_all(out, out->fd, data, size);
}

int outfile_check(const struct outfile *out)
{
	struct stat st;

	if (out->target && !out->in_place && !stat(out->path, &st) && infile_is(out->arena, &st))
		return diag_error(out->diag, &(struct diag_where){ .object = out->path },
				  "cannot-write",
				  "it is an input: name another file for the output");
	return out->target ? infile_check(out->arena, out->diag) : 0;
}

/* The input that it replaces changes by that: it is none any more. */
static void forget_replaced(const struct outfile *out)
{
	struct stat st;

	if (out->in_place && !stat(out->path, &st))
		infile_forget(out->arena, &st);
}

/* A name for what has none yet: the target's, if that is new, or one from which it is renamed. */
static int give_name(struct outfile *out)
{
	char fd[32];
	int i;

	snprintf(fd, sizeof(fd), "/proc/self/fd/%d", out->fd);
	if (!linkat(AT_FDCWD, fd, AT_FDCWD, out->target, AT_SYMLINK_FOLLOW))
		return 0;
	hold_signals(out);
	for (i = 0; i < MAX_TRIES && errno == EEXIST; i++) {
		char *name = temp_name(out, i);

		if (!linkat(AT_FDCWD, fd, AT_FDCWD, name, AT_SYMLINK_FOLLOW)) {
			out->temp = name;
			return 0;
		}
	}
	return cannot(out, "", errno);
}

static int finish(struct outfile *out)
{
	int fd, err;

	err = outfile_check(out);
	if (!err && out->target && !out->temp)
		err = give_name(out);
	fd = out->fd;
	out->fd = -1;
	if (close(fd) && !err)
		err = cannot(out, "", errno);
	if (!err)
		forget_replaced(out);
	if (!err && out->temp && rename(out->temp, out->target))
		err = cannot(out, "", errno);
	if (!err)
		out->temp = NULL;
	return err;
}

int outfile_commit(struct outfile *out)
{
	int err = finish(out);

	release(out);
	return err;
}

void outfile_abandon(struct outfile *out)
{
	release(out);
}
