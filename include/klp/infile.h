/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that a run reads: nothing is written of files that changed meanwhile.
 */
#ifndef KLP_INFILE_H
#define KLP_INFILE_H

#include <fts.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

struct arena;
struct diag;

/*
 * Note that the run reads path, which is open as fd.  Only regular files are noted whose size
 * is known: not a pipe, nor /proc/kallsyms.  path must live as long as the arena.
 */
void infile_note(struct arena *arena, const char *path, int fd);

/* True if a file that was noted is the one that st describes. */
bool infile_is(const struct arena *arena, const struct stat *st);

/*
 * The names in a folder, but for . and .., sorted.  Returns 0, or -1 if it cannot be read: errno
 * says why, and there are no names.
 */
int infile_names(struct arena *arena, const char *path, const char ***names, size_t *nr);

/*
 * fopen(), realpath() and fts_read() for what may not be there (NULL).  Where memory or descriptors
 * have ended it may well be: that ends the run.  The path is the arena's.
 */
FILE *infile_open(struct arena *arena, const char *path);
char *infile_real_path(struct arena *arena, const char *path);
FTSENT *infile_next(struct arena *arena, FTS *fts);

/* The file that st describes is about to be replaced by the run itself: its change is none. */
void infile_forget(struct arena *arena, const struct stat *st);

/*
 * Is each file that was noted the one that was read, byte for byte as far as size and times
 * tell?  Returns 0, or a negative code with an error in diag for each that is not.
 */
int infile_check(const struct arena *arena, struct diag *diag);

#endif
