/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KLP_BUILTIN_H
#define KLP_BUILTIN_H

#include <stddef.h>
#include <stdio.h>

#define KLP_VERSION "0.1"

/* Exit statuses. */
enum {
	KLP_OK = 0,
	KLP_FAILED = 1,		/* refused, or an error */
	KLP_USAGE = 2,
	KLP_NO_CHANGE = 3,	/* klp diff --exit-code: nothing changed */
	CHECK_FINDINGS = 1,	/* klp check: something is wrong with what it checked … */
	CHECK_FAILED = 2,	/* … or it could not check, or did not understand its arguments */
};

struct arena;
struct diag;

/* The command line: argv[1] names the subcommand.  Returns the exit status. */
int cmd_klp(int argc, char **argv);

/*
 * The subcommands: argv[0] is the subcommand's name.  What they find goes into
 * diag, which is rendered when they return.
 */
int cmd_diff(int argc, char **argv, struct arena *arena, struct diag *diag);
int cmd_convert(int argc, char **argv, struct arena *arena, struct diag *diag);
int cmd_symbols(int argc, char **argv, struct arena *arena, struct diag *diag);
int cmd_post_link(int argc, char **argv, struct arena *arena, struct diag *diag);
int cmd_check(int argc, char **argv, struct arena *arena, struct diag *diag);
int cmd_checksum(int argc, char **argv, struct arena *arena, struct diag *diag);
int cmd_symid(int argc, char **argv, struct arena *arena, struct diag *diag);

/*
 * getopt_long(), apart from --color, which every command takes: it is put into diag.  A command's
 * table has COLOR_OPTION as a row.
 */
struct option;
int next_option(int argc, char **argv, const char *letters, const struct option *options,
		struct diag *diag);

enum {
	OPT_COLOR = 128,	/* no letter, and none of a command's own numbers */
};

#define COLOR_OPTION { "color", required_argument, NULL, OPT_COLOR }

/*
 * The arguments of a command that takes one file and has no options of its own.  Returns the
 * file; NULL: there is none to work on, and the command ends with *status.
 */
const char *only_file(int argc, char **argv, void (*help)(FILE *to), struct diag *diag,
		      int *status);

/* One more value of an option that may be repeated; s itself is kept. */
void add_string(struct arena *arena, const char ***list, size_t *nr, const char *s);

/*
 * Open the file for --json at path before anything is written; NULL: there is none.  It is none
 * of the objects of the command.  0, or a negative code with an error in diag.
 */
struct json_file;
int open_report(struct json_file *file, const char *path, char **objects, int nr,
		struct arena *arena, struct diag *diag);

#endif
