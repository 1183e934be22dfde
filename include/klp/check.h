/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * klp check: is the object that a livepatch is linked from what its inputs say?
 * What it finds are errors in a struct diag, with the identifier as code.
 */
#ifndef KLP_CHECK_H
#define KLP_CHECK_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;
struct diag_where;
struct exports;
struct outfile;

struct check_options {
	const char **symvers;	/* exports; none: that something is exported is not checked */
	size_t nr_symvers;
	const struct exports *exports; /* of these files, if they were read; else NULL */
	const char **kernels;	/* linked objects; none: positions are not checked */
	size_t nr_kernels;
	const char *object;	/* what is to be patched; NULL: what the output says */
	const char **entry_sizes;	/* SECTION=BYTES, for tables that tell nothing themselves */
	size_t nr_entry_sizes;
	const char **ignore_sections;	/* tables that are not looked at */
	size_t nr_ignore_sections;
	const char **pairs;	/* OLD=NEW, as klp diff was told */
	size_t nr_pairs;
	const char **no_pairs;	/* NAME … */
	size_t nr_no_pairs;
	const char **allow_layouts;	/* STRUCT …, likewise */
	size_t nr_allow_layouts;
	bool no_objtool_tables;	/* as klp diff was told: there are none that objtool makes */
	bool with_inputs;	/* klp_check_object(), which looks at the inputs, goes on from here */
};

/*
 * Check what klp diff (or another tool) made of orig and patched.  Everything that is wrong
 * becomes an error in diag, whose code is the finding's stable identifier.  0 and the number of
 * findings, or a negative code if the files could not be checked.
 */
int klp_check_object(const char *orig, const char *patched, const char *out,
		     const struct check_options *opts, struct arena *arena, struct diag *diag,
		     size_t *nr_findings);

/*
 * Check a livepatch module, or an object of klp diff, without its inputs: what the kernel will do
 * with it; orig (NULL: none): an object of which it patches functions.  As klp_check_object().
 */
int klp_check_module(const char *path, const char *orig, const struct check_options *opts,
		     struct arena *arena, struct diag *diag, size_t *nr_findings);

/* ---- findings ---- */

struct diag_item;

/* Record a finding; id is one of the table of findings. */
void klp_check_finding(struct diag *diag, const struct diag_where *where, const char *id,
		       const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* An error that others recorded is a finding, if its code is one of these. */
void klp_check_adopt(struct diag_item *item);

#define KLP_CHECK_JSON_VERSION 1

/*
 * What was found in the file at path, and why not all could be checked (complete is false):
 * the format of doc/klp-check.schema.json, written to file and not committed.  0, or a negative
 * code with an error in diag.
 */
int klp_check_write_json(const char *path, bool complete, const char *version,
			 struct outfile *file, const struct diag *diag);

#endif
