/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KLP_BUILTIN_H
#define KLP_BUILTIN_H

#include <stdbool.h>
#include <stddef.h>

#define KLP_VERSION "0.1"

/* Exit statuses. */
enum {
	KLP_OK = 0,
	KLP_FAILED = 1,		/* refused, or an error */
	KLP_USAGE = 2,
	KLP_NO_CHANGE = 3,	/* klp diff --exit-code: nothing changed */
	CHECK_FINDINGS = 1,	/* klp check: there are findings */
	CHECK_FAILED = 2,	/* klp check: it could not check, or did not understand its arguments */
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
int cmd_kbuild(int argc, char **argv, struct arena *arena, struct diag *diag);
int cmd_load(int argc, char **argv, struct arena *arena, struct diag *diag);
int cmd_status(int argc, char **argv, struct arena *arena, struct diag *diag);
int cmd_unload(int argc, char **argv, struct arena *arena, struct diag *diag);
int cmd_objtool(int argc, char **argv, struct arena *arena, struct diag *diag);
int cmd_symid(int argc, char **argv, struct arena *arena, struct diag *diag);

/* ---- the arguments of a command ---- */

enum option_kind {
	OPTION_FLAG,		/* a bool that becomes true */
	OPTION_LEVEL,		/* an int that becomes `level` */
	OPTION_WORD,		/* a const char *: the last value given */
	OPTION_WORDS,		/* a const char **, the list of all values; `nr`: a size_t, how many */
	OPTION_PAIRS,		/* a list, each of the form OLD=NEW */
	OPTION_SIZES,		/* a list, each of the form SECTION=BYTES */
	OPTION_OWN,		/* told to `own` */
	OPTION_COLOR, OPTION_HELP,	/* those that every command has */
};

struct option_row {
	const char *name;
	char letter;		/* a short form, or 0 */
	const char *value;	/* what help calls its value; NULL: it has none; "[…]": may have one */
	enum option_kind kind;
	size_t at;		/* where the value is in the command's own arguments (offsetof()) */
	union {
		size_t nr;	/* likewise */
		int level;
		/* next: the word behind the option; NULL: none.  value: NULL if it has none. */
		void (*own)(void *args, struct arena *arena, const char *value, const char *next);
	};
	const char *help;	/* lines */
};

struct usage {
	const char *what;	/* the lines behind "usage: klp ", and what the command does */
	const struct option_row *rows;	/* ended by a NULL name; NULL: only what every command has */
	const char *status;	/* its exit statuses: the last lines */
	int min_files, max_files;	/* arguments that are no options */
};

/*
 * Take the options of argv, whose files then stand from argv[optind] on; what they say is
 * put into args, which was zeroed.  False: the command ends with *status, its help has
 * been printed.  Values are not copied.
 */
bool builtin_parse_options(const struct usage *usage, int argc, char **argv, struct arena *arena,
			   struct diag *diag, void *args, int *status);

/* One more value in the list of an OPTION_WORDS; s itself is kept. */
void builtin_add_string(struct arena *arena, const char ***list, size_t *nr, const char *s);

/* Print what is wrong with the arguments, and how the command is used; returns KLP_USAGE. */
int __attribute__((format(printf, 3, 4)))
builtin_usage_error(const struct usage *usage, struct arena *arena, const char *fmt, ...);

/*
 * The path of --json, which may be NULL, is none of the nr objects of the command.  0, or a
 * negative code with an error in diag.
 */
int builtin_check_report(const char *path, char **objects, int nr, struct diag *diag);

#endif
