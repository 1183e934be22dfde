/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Terminals: colours, and what a long run is doing.
 */
#ifndef KLP_TERM_H
#define KLP_TERM_H

#include <stdbool.h>
#include <stdio.h>

struct arena;

enum color_when {
	COLOR_AUTO,	/* on a terminal, unless NO_COLOR is set or TERM is "dumb" */
	COLOR_ALWAYS,
	COLOR_NEVER,
};

/* "auto", "always" or "never": 0 and the value, else -1. */
int term_color_parse(const char *word, enum color_when *when);

/* Whether what is written to that stream has colours. */
bool term_color_wanted(enum color_when when, FILE *to);

enum paint {
	PAINT_BOLD,
	PAINT_DIM,
	PAINT_RED,
	PAINT_GREEN,
	PAINT_YELLOW,
	PAINT_CYAN,
};

/* Escape sequences that switch a colour on, and all of them off; "" without colours. */
const char *term_paint(bool colors, enum paint p);
const char *term_unpaint(bool colors);

/*
 * What is printed to people is text alone: control characters and what is not UTF-8 in names
 * of files, symbols and the like become '?', so that none drives the terminal, or looks like a
 * line of klp's own.  term_safe() returns the text itself where it has nothing of these.
 */
const char *term_safe(struct arena *arena, const char *text);
void term_put_name(FILE *to, const char *name);

/*
 * From now on, a run that takes longer than a second tells on stderr what it
 * does, if that is a terminal.  NULL if it is none.  Ends with the arena at the
 * latest.
 */
struct progress *progress_begin(struct arena *arena);
void progress_stage(void *progress, const char *what);	/* what: a constant */
void progress_end(struct progress *p);			/* the line is cleared */

#endif
