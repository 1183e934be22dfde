/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that appears when it is complete; until then an old one of that name stays.
 */
#ifndef KLP_OUTFILE_H
#define KLP_OUTFILE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;

struct outfile {
	const char *path;	/* as the user gave it; the caller's */
	const char *target;	/* with symbolic links followed */
	char *temp_name;	/* room for a name */
	char *temp;		/* the name that it has while it is written, or NULL: none */
	int fd;			/* to write to */
	bool in_place;		/* the target is the input that it was made from */
	bool signals_held;	/* old_signals are those that were not */
	sigset_t old_signals;
	struct arena *arena;
	struct diag *diag;
};

/*
 * Begin to write path.  object: a pipe is refused; else "-" is standard output.
 * out must live as long as the arena, whose end removes what was not committed.  This and
 * the next three return 0, or a negative code with one error in diag.
 */
int outfile_open(struct outfile *out, const char *path, bool object, struct arena *arena,
		 struct diag *diag);

/* Append size bytes. */
int outfile_write(struct outfile *out, const void *data, size_t size);

/*
 * Nothing is written over an input of the run, by whatever name (unless in_place says so), nor out
 * of one that is not what was read any more.  outfile_commit() looks itself.
 */
int outfile_check(const struct outfile *out);

/* Give the written file its name, or remove it if there was an error. */
int outfile_commit(struct outfile *out);

/* Remove what was written. */
void outfile_abandon(struct outfile *out);

/* True if both paths lead to one regular file. */
bool outfile_is_same(const char *a, const char *b);

#endif
