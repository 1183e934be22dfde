/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text files that the kernel's build or a running kernel wrote: Module.symvers,
 * System.map, /proc/kallsyms; or that klp wrote; plain or gzip.
 */
#ifndef KLP_TEXT_H
#define KLP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;

struct text {
	const char *path;
	char *data;		/* the whole file, NUL behind it; lines are cut in place */
	size_t size, pos;
	unsigned int line;	/* number of the line that text_line() returned last */
	bool elf;		/* an ELF file: only its first bytes were read */
	bool gzip;
	struct arena *arena;
	struct diag *diag;
};

/*
 * Read the file at path.  It is opened once, so a pipe will do.  An ELF file is
 * no error (t->elf says so); anything else that is not text is.
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
