/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `klp diff` tells people of a run, beside its output: the first change of
 * a function, why each piece and symbol is in the output, and all of it as JSON.
 * Nothing here decides anything.
 */
#ifndef KLP_REPORT_H
#define KLP_REPORT_H

#include <klp/diff.h>

struct outfile;

struct report {
	struct diff *d;
	bool colors;
	int level;		/* 0; 1: -v; -1: -q */
};

void report_summary(const struct report *r);
/* The lines of objtool that klp-build of Linux reads: FILE.o: changed function: NAME */
void report_klp_build(const struct report *r);
/* --show-first-changed: where and how each changed function differs first. */
void report_first_changed(const struct report *r);
/* --explain: everything, or only what has that name. */
void report_explain(const struct report *r, const char *name);

/*
 * What is known of the run, whether it came to an end (done) or not: the format
 * of doc/klp-diff.schema.json, written to file and not committed.  0, or a negative code with
 * an error in d->diag.
 */
int report_write_json(struct diff *d, struct outfile *file, const char *version, bool done);

#endif
