/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text: prefixes, UTF-8, and files that the kernel's build or a running kernel wrote
 * (Module.symvers, System.map, /proc/kallsyms) or that klp wrote, plain or gzip.
 */
#ifndef KLP_TEXT_H
#define KLP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct arena;
struct diag;

static inline bool starts_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* Is it the name that pattern says?  A '*' at the pattern's end stands for any rest. */
static inline bool text_matches(const char *name, const char *pattern)
{
	size_t len = strlen(pattern);

	return len && pattern[len - 1] == '*' ? !strncmp(name, pattern, len - 1)
					      : !strcmp(name, pattern);
}

/* The rest of a path behind the folder dir and a slash; NULL: it is not below dir. */
static inline const char *text_below(const char *dir, const char *path)
{
	size_t len = strlen(dir);

	return !strncmp(path, dir, len) && path[len] == '/' ? path + len + 1 : NULL;
}

/*
 * The length of the character at s, of which avail bytes exist; 0 if it is not
 * UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
 */
static inline size_t utf8_len(const unsigned char *s, size_t avail)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if (!len || s[0] > 0xf4 || len > avail)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

struct text {
	const char *path;
	char *data;		/* the whole file, NUL behind it; lines are cut in place */
	size_t size, pos;
	unsigned int line;	/* number of the line that text_line() returned last */
	/* No text, of which only the first bytes were read: */
	bool elf;		/* an ELF file */
	bool image;		/* what a boot loader is given, or packed otherwise than with gzip */
	bool gzip;
	struct arena *arena;
	struct diag *diag;
};

/*
 * Read the file at path.  It is opened once, so a pipe will do.  An ELF file and an image of a
 * kernel are no error (t->elf and t->image say so); anything else that is not text is.
 */
int text_open(struct text *t, const char *path, struct arena *arena, struct diag *diag);

/* The next line, without its end; NULL after the last one. */
char *text_line(struct text *t);

/* Record an error about the line that text_line() returned last ("file:line"); -EINVAL. */
int text_error(const struct text *t, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Write size bytes to path, gzip if its name ends in .gz: into a temporary file
 * beside it that takes its name when it is complete.  0, or a negative code with
 * one error in diag; the file is then as it was.
 */
int text_write(const char *path, const char *data, size_t size, struct arena *arena,
	       struct diag *diag);

#endif
