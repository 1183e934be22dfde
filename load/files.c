// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Read and write the small files of sysfs and proc, of the running kernel or below --root.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <klp/infile.h>

#include "internal.h"

#define MOST 65536	/* of one file */

static const char *below(const struct machine *m, const char *path)
{
	return arena_printf(m->arena, "%s%s", m->root, path);
}

const char *load_path(const struct machine *m, const char *format, const char *a, const char *b)
{
	const char *slash = strchr(format, '*'), *rest = slash ? strchr(slash + 1, '*') : NULL;

	/* '*' stands for a and b, in this order. */
	if (!slash)
		return format;
	if (!rest)
		return arena_printf(m->arena, "%.*s%s%s", (int)(slash - format), format, a, slash + 1);
	return arena_printf(m->arena, "%.*s%s%.*s%s%s", (int)(slash - format), format, a,
			    (int)(rest - slash - 1), slash + 1, b, rest + 1);
}

const char *load_read_all(const struct machine *m, const char *path, size_t *size)
{
	int fd = open(below(m, path), O_RDONLY | O_CLOEXEC);
	char *buf;
	ssize_t n;

	*size = 0;
	if (fd < 0)
		return NULL;
	buf = arena_alloc(m->arena, MOST + 1);
	while ((n = read(fd, buf + *size, MOST - *size)) > 0)
		*size += (size_t)n;
	close(fd);
	return n < 0 ? NULL : buf;
}

const char *load_read_line(const struct machine *m, const char *path)
{
	size_t size;
	const char *all = load_read_all(m, path, &size);

	return all ? arena_strndup(m->arena, all, strcspn(all, "\n")) : NULL;
}

int load_write(const struct machine *m, const char *path, const char *text)
{
	int fd = open(below(m, path), O_WRONLY | O_CLOEXEC | O_TRUNC), err;

	if (fd < 0)
		return errno;
	err = write(fd, text, strlen(text)) < 0 ? errno : 0;
	close(fd);
	return err;
}

bool load_exists(const struct machine *m, const char *path)
{
	return !access(below(m, path), F_OK);
}

const char **load_names(const struct machine *m, const char *path, size_t *nr)
{
	const char **names;

	infile_names(m->arena, below(m, path), &names, nr);
	return names;
}
