/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Diagnostics: recorded where they are known, rendered once.
 *
 * A refusal names the object, section, symbol and offset, the reason, and what
 * to do about it.  Functions that find an error record it and return the
 * negative code that diag_error() returns, so that callers write
 *
 *	return diag_error(diag, &where, "not-reloc", "…", …);
 */
#ifndef KLP_DIAG_H
#define KLP_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <klp/term.h>

struct arena;

enum diag_severity {
	DIAG_DEBUG,	/* --debug: why something was decided */
	DIAG_NOTE,
	DIAG_WARNING,
	DIAG_ERROR,
};

/* "error" */
const char *diag_severity_name(enum diag_severity severity);

/* Where in which file; each member may be absent. */
struct diag_where {
	const char *object;	/* path of the file as the user gave it */
	const char *section;
	const char *symbol;
	uint64_t offset;	/* in section; valid if has_offset */
	bool has_offset;
};

struct diag_item {
	enum diag_severity severity;
	const char *code;	/* stable, kebab-case: "jump-label-module-key" */
	struct diag_where where;
	const char *text;
	const char *effect;	/* of a finding of klp check: what the kernel would do; else NULL */
};

struct diag {
	struct arena *arena;	/* owns items and their strings */
	struct diag_item *items;
	size_t nr_items, cap_items;
	size_t nr_errors, nr_warnings;
	bool debug;		/* record DIAG_DEBUG items at all */
	bool quiet;		/* for the one who renders: no notes */
	enum color_when color;	/* likewise */
};

void diag_init(struct diag *d, struct arena *arena);

/*
 * Record one item.  where may be NULL; its strings and code must live as long as the arena
 * (string constants and names from an ELF file do); text is formatted into the arena.
 */
void diag_add(struct diag *d, enum diag_severity severity, const struct diag_where *where,
	      const char *code, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Record an error; always returns -EINVAL, so that it can be returned further. */
int diag_error(struct diag *d, const struct diag_where *where, const char *code,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * A further line of the item that was recorded last.  This is the only way to one: what is a
 * control character in an item's text, from the name of a file or symbol, becomes '?' there.
 */
void diag_line(struct diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Nothing that was recorded since then was said; then is what *d was. */
void diag_take_back(struct diag *d, const struct diag *then);

#define diag_warn(d, where, code, ...) diag_add(d, DIAG_WARNING, where, code, __VA_ARGS__)
#define diag_note(d, where, code, ...) diag_add(d, DIAG_NOTE, where, code, __VA_ARGS__)
#define diag_debug(d, where, code, ...)                                                            \
	do {                                                                                       \
		if ((d)->debug)                                                                    \
			diag_add(d, DIAG_DEBUG, where, code, __VA_ARGS__);                         \
	} while (0)

#endif
