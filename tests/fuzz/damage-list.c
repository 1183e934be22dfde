// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of symbols, cut off anywhere, with other bytes anywhere, lines left out,
 * twice or exchanged, plain and gzip: each is refused with an error, or read; and
 * what was read is written in a form that is read as the same.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/kernel.h>

#define MAX 4096

static const char good[] = SYMLIST_MAGIC "\n"
					 "*vmlinux\nfirst\ntwice\n__init_begin\ntwice\n__init_end\n"
					 "*some_module\nfirst\nlast init\nlast\n"
					 "*empty\n";

static char dir[] = "/tmp/klp-damage-list-XXXXXX";
static unsigned long tried, refused, failed;
static int fd;

static size_t read_all(const char *path, char *buf)
{
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(buf, 1, MAX, f) : 0;

	if (f)
		fclose(f);
	return n;
}

/* 1: refused, 0: read, and written to out; -1: something is wrong. */
static int read_and_write(const char *path, const char *out, struct arena *arena)
{
	struct symlist *l;
	struct diag diag;

	diag_init(&diag, arena);
	l = symlist_new(arena, &diag);
	if (symlist_add(l, path))
		return diag.nr_errors ? 1 : -1;
	if (diag.nr_errors || symlist_write(l, out))
		return -1;
	return 0;
}

static void try_bytes(const void *bytes, size_t size)
{
	static char a[MAX], b[MAX];
	const char *first, *second;
	struct arena arena;
	int result;

	arena_init(&arena);
	if (setjmp(arena.oom))
		abort();
	if (ftruncate(fd, 0) || pwrite(fd, bytes, size, 0) != (ssize_t)size)
		abort();
	first = arena_printf(&arena, "%s/first", dir);
	second = arena_printf(&arena, "%s/second", dir);
	tried++;
	result = read_and_write(arena_printf(&arena, "/proc/self/fd/%d", fd), first, &arena);
	refused += result == 1;
	if (!result) {
		size_t n;

		result = read_and_write(first, second, &arena);
		n = read_all(first, a);
		if (!result && (n != read_all(second, b) || memcmp(a, b, n)))
			result = -1;
		if (result)
			result = -1;
	}
	if (result < 0) {
		failed++;
		fprintf(stderr, "wrong: %.*s\n", (int)size, (const char *)bytes);
	}
	arena_free(&arena);
}

static void damage_bytes(const char *bytes, size_t size)
{
	static const char others[] = "\0\n\r\t *.,-a\x1f\x80\xff";
	char copy[MAX];

	for (size_t i = 0; i < size; i++) {
		try_bytes(bytes, i);
		for (size_t k = 0; k < sizeof(others) - 1; k++) {
			memcpy(copy, bytes, size);
			copy[i] = others[k];
			try_bytes(copy, size);
		}
		/* … and one more, or one less */
		memmove(copy + i + 1, bytes + i, size - i);
		try_bytes(copy, size + 1);
		memcpy(copy, bytes, size);
		memmove(copy + i, bytes + i + 1, size - i - 1);
		try_bytes(copy, size - 1);
	}
}

/* Each pair of lines: the second one in the place of the first, or before it, or neither. */
static void damage_lines(void)
{
	const char *line[32];
	size_t nr = 0;

	for (const char *s = good; *s; s = strchr(s, '\n') + 1)
		line[nr++] = s;
	line[nr] = good + sizeof(good) - 1;
	for (size_t i = 0; i < nr; i++) {
		for (size_t k = 0; k < nr; k++) {
			for (int how = 0; how < 3; how++) {
				char copy[MAX];
				size_t n = (size_t)(line[i] - good);

				memcpy(copy, good, n);
				if (how < 2) {
					memcpy(copy + n, line[k], (size_t)(line[k + 1] - line[k]));
					n += (size_t)(line[k + 1] - line[k]);
				}
				if (how == 1) {
					memcpy(copy + n, line[i], (size_t)(line[i + 1] - line[i]));
					n += (size_t)(line[i + 1] - line[i]);
				}
				memcpy(copy + n, line[i + 1], (size_t)(line[nr] - line[i + 1]));
				try_bytes(copy, n + (size_t)(line[nr] - line[i + 1]));
			}
		}
	}
}

int main(void)
{
	char path[sizeof(dir) + 16], packed[MAX];
	gzFile f;

	fd = memfd_create("list", 0);
	if (fd < 0 || !mkdtemp(dir))
		return 2;
	snprintf(path, sizeof(path), "%s/packed.gz", dir);
	f = gzopen(path, "wb");
	if (!f || gzputs(f, good) < 0 || gzclose(f))
		return 2;
	try_bytes(good, sizeof(good) - 1);
	if (refused || failed)
		return 1;
	damage_bytes(good, sizeof(good) - 1);
	damage_bytes(packed, read_all(path, packed));
	damage_lines();
	printf("%lu tried, %lu refused, %lu failed\n", tried, refused, failed);
	for (const char *const *name = (const char *const[]){ "packed.gz", "first", "second", NULL };
	     *name; name++) {
		snprintf(path, sizeof(path), "%s/%s", dir, *name);
		unlink(path);
	}
	rmdir(dir);
	return failed || refused == tried - 1;
}
