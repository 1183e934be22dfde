// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text files that klp writes, plain or gzip.
 */
#include <string.h>
#include <zlib.h>

#include <klp/text.h>

#include "../elf/internal.h"

#define GZIP_WINDOW (15 + 16) /* zlib.h, deflateInit2(): 16 more for a gzip header */
#define GZIP_MEMORY 8

static void *gz_alloc(void *arena, uInt n, uInt size)
{
	return arena_calloc(arena, n, size);
}

static void gz_free(void *arena, void *memory)
{
	(void)arena;
	(void)memory;
}

/* Without a time and a name in the header: the same list gives the same file. */
static int compress_all(const char **data, size_t *size, struct arena *arena)
{
	z_stream z = { .zalloc = gz_alloc, .zfree = gz_free, .opaque = arena };
	uLong bound;
	char *out;

	if (*size > UINT32_MAX / 2 ||
	    deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return -1;
	bound = deflateBound(&z, *size);
	out = arena_alloc(arena, bound);
	z.next_in = (Bytef *)*data;
	z.avail_in = (uInt)*size;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)bound;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		return -1;
	*data = out;
	*size = z.total_out;
	return deflateEnd(&z) == Z_OK ? 0 : -1;
}

int text_write(const char *path, const char *data, size_t size, struct arena *arena,
	       struct diag *diag)
{
	struct elf_output *out = arena_alloc(arena, sizeof(*out));
	size_t len = strlen(path);
	int err;

	if (len > 3 && !strcmp(path + len - 3, ".gz") && compress_all(&data, &size, arena))
		return diag_error(diag, &(struct diag_where){ .object = path }, "cannot-write",
				  "cannot be written: it cannot be compressed");
	err = elf_output_open(out, path, arena, diag);
	return err ?: elf_output_bytes(out, data, size);
}
