// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text files, plain or gzip: read whole and handed out line by line, or written.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/infile.h>
#include <klp/outfile.h>
#include <klp/text.h>
#include <klp/unpack.h>

/* A kallsyms of a million symbols has 60 MiB; what is larger is something else. */
#define TEXT_MAX   ((size_t)512 << 20)
#define TEXT_START ((size_t)64 << 10)

/* Lists are packed to a fifth.  A line takes memory, so what is packed must not have any number. */
#define PACKED_LEAST ((size_t)16 << 20)
#define PACKED_TIMES 16

#define ARCHIVE "!<arch>\n"

/* Boot images begin with these bytes: EFI, x86's setup header, arm64's. */
static const struct {
	size_t at;
	const char *magic;
} images[] = {
	{ 0, "MZ" },
	{ 0x202, "HdrS" },
	{ 0x38, "ARM\x64" },
};

static void close_file(void *arg)
{
	gzFile *f = arg;

	if (*f)
		gzclose_r(*f);
	*f = NULL;
}

static int file_error(const struct text *t, const char *reason)
{
	struct diag_where where = { .object = t->path };

	return diag_error(t->diag, &where, "read", "cannot read it: %s", reason);
}

static const char *gz_reason(struct arena *arena, gzFile f)
{
	int code, error = errno;
	const char *text = gzerror(f, &code);

	if (code == Z_MEM_ERROR)
		arena_fail(arena);
	return code == Z_ERRNO ? strerror(error) : text;
}

static bool is_image(const struct text *t)
{
	for (size_t i = 0; i < sizeof(images) / sizeof(*images); i++)
		if (t->size >= images[i].at + strlen(images[i].magic) &&
		    !memcmp(t->data + images[i].at, images[i].magic, strlen(images[i].magic)))
			return true;
	return unpack_find((const uint8_t *)t->data, t->size) != NULL;
}

/* Read on until the end of the file, or until it is known to be no text. */
static int read_all(struct text *t, gzFile f)
{
	size_t cap = TEXT_START;

	t->data = arena_alloc(t->arena, cap + 1);
	for (;;) {
		int n = gzread(f, t->data + t->size, (unsigned int)(cap - t->size));

		if (n < 0)
			return file_error(t, gz_reason(t->arena, f));
		if (!n)
			break;
		t->size += (size_t)n;
		t->elf = t->size >= SELFMAG && !memcmp(t->data, ELFMAG, SELFMAG);
		t->image = !t->elf && is_image(t);
		if (t->elf || t->image)
			break;
		if (t->size > TEXT_MAX)
			return file_error(t, "too large for a list of symbols");
		if (t->size > PACKED_LEAST && !gzdirect(f) &&
		    t->size / PACKED_TIMES > (size_t)gzoffset(f))
			return file_error(t, "it is packed to less than a sixteenth: this is no "
					     "list of symbols");
		if (t->size == cap) {
			char *old = t->data;

			t->data = arena_alloc(t->arena, 2 * cap + 1);
			memcpy(t->data, old, cap);
			arena_give_back(t->arena, old, cap + 1, 1);
			cap *= 2;
		}
	}
	t->data[t->size] = '\0';
	t->gzip = !gzdirect(f);
	return 0;
}

static int check_text(const struct text *t)
{
	struct diag_where where = { .object = t->path };

	if (t->elf || t->image)
		return 0;
	if (t->size >= strlen(ARCHIVE) && !memcmp(t->data, ARCHIVE, strlen(ARCHIVE)))
		return diag_error(t->diag, &where, "archive",
				  "this file is an archive: name one of its members");
	if (memchr(t->data, 0, t->size))
		return diag_error(t->diag, &where, "not-text", "this is neither ELF nor text");
	return 0;
}

/* gzopen() would hide the descriptor.  *f is the arena's already, which may end in between. */
static void open_file(gzFile *f, const char *path, struct arena *arena)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	*f = fd >= 0 ? gzdopen(fd, "rb") : NULL;
	if (*f) {
		infile_note(arena, path, fd);
	} else if (fd >= 0) {
		close(fd);
		arena_fail(arena);
	}
}

int text_open(struct text *t, const char *path, struct arena *arena, struct diag *diag)
{
	gzFile *f = arena_alloc(arena, sizeof(*f));
	int err, closed;

	*t = (struct text){ .path = path, .arena = arena, .diag = diag };
	arena_defer(arena, close_file, f);
	errno = 0;
	open_file(f, path, arena);
	if (!*f)
		return file_error(t, strerror(errno));

	err = read_all(t, *f);
	closed = gzclose_r(*f);
	*f = NULL;
	if (err)
		return err;
	if (closed == Z_BUF_ERROR && !t->elf && !t->image)
		return file_error(t, "the compressed data ends too early");
	return check_text(t);
}

char *text_line(struct text *t)
{
	char *line = t->data + t->pos, *end;

	if (t->pos >= t->size)
		return NULL;
	end = memchr(line, '\n', t->size - t->pos) ?: t->data + t->size;
	*end = '\0';
	t->pos = (size_t)(end - t->data) + 1;
	t->line++;
	return line;
}

int text_error(const struct text *t, const char *code, const char *fmt, ...)
{
	struct diag_where where = {
		.object = arena_printf(t->arena, "%s:%u", t->path, t->line),
	};
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = arena_vprintf(t->arena, fmt, ap);
	va_end(ap);
	return diag_error(t->diag, &where, code, "%s", text);
}

#define GZIP_WINDOW (15 + 16) /* zlib.h, deflateInit2(): 16 more for a gzip header */
#define GZIP_MEMORY 8

/* Without a time and a name in the header: the same list gives the same file. */
static int compress_all(const char **data, size_t *size, struct arena *arena)
{
	z_stream z = { .zalloc = arena_zalloc, .zfree = arena_zfree, .opaque = arena };
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
	struct outfile *out = arena_alloc(arena, sizeof(*out));
	size_t len = strlen(path);
	int err;

	if (len > 3 && !strcmp(path + len - 3, ".gz") && compress_all(&data, &size, arena))
		return diag_error(diag, &(struct diag_where){ .object = path }, "cannot-write",
				  "cannot be written: it cannot be compressed");
	err = outfile_open(out, path, false, arena, diag);
	err = err ?: outfile_write(out, data, size);
	return err ?: outfile_commit(out);
}
