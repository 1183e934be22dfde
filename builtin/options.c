// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The arguments of every command: options by a table, of which the help is made, too.
 */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/outfile.h>

#include "builtin.h"

/* Where the help's right column begins. */
#define COLUMN 25

/* getopt_long() returns this for the first row; single letters are below it. */
#define FIRST_ROW 256

/* Every command has these. */
static const struct option_row common[] = {
	{ "color", 0, "WHEN", OPTION_COLOR, 0, { 0 }, "auto (on a terminal), always, never" },
	{ "help", 'h', NULL, OPTION_HELP, 0, { 0 }, "this text" },
};

/* The i-th row of a command, then of what every one has; NULL behind the last. */
static const struct option_row *row_at(const struct usage *usage, size_t i)
{
	static const size_t nr_common = sizeof(common) / sizeof(*common);
	size_t nr = 0;

	while (usage->rows && usage->rows[nr].name)
		nr++;
	if (i < nr)
		return &usage->rows[i];
	return i - nr < nr_common ? &common[i - nr] : NULL;
}

/* ---- help ---- */

static void print_row(FILE *to, const struct option_row *row)
{
	const char *help = row->help;
	int len = row->letter ? fprintf(to, "  -%c, --%s", row->letter, row->name)
			      : fprintf(to, "  --%s", row->name);

	if (row->value)
		len += fprintf(to, " %s", row->value);
	if (len > COLUMN - 2) {
		fputc('\n', to);
		len = 0;
	}
	for (; *help; help += *help == '\n', len = 0) {
		size_t line = strcspn(help, "\n");

		fprintf(to, "%*s%.*s\n", COLUMN - len, "", (int)line, help);
		help += line;
	}
}

static void print_help(FILE *to, const struct usage *usage)
{
	const struct option_row *row;

	fprintf(to, "usage: klp %s\n", usage->what);
	for (size_t i = 0; (row = row_at(usage, i)); i++)
		print_row(to, row);
	fprintf(to, "\n%s", usage->status);
}

/* "usage: klp diff [OPTIONS] …" holds the command. */
static int name_len(const struct usage *usage)
{
	return (int)strcspn(usage->what, " \n");
}

/* How the command is used, and where its options are told. */
static int print_usage(const struct usage *usage)
{
	int lines = (int)(strstr(usage->what, "\n\n") - usage->what);

	fprintf(stderr, "usage: klp %.*s\n'klp help %.*s' tells its options.\n", lines, usage->what,
		name_len(usage), usage->what);
	return KLP_USAGE;
}

int builtin_usage_error(const struct usage *usage, struct arena *arena, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "klp %.*s: ", name_len(usage), usage->what);
	va_start(ap, fmt);
	term_put_name(stderr, arena_vprintf(arena, fmt, ap));
	va_end(ap);
	fputc('\n', stderr);
	return print_usage(usage);
}

/* ---- parsing ---- */

void builtin_add_string(struct arena *arena, const char ***list, size_t *nr, const char *s)
{
	size_t cap = *nr;

	*list = arena_grow(arena, *list, *nr, &cap, sizeof(**list));
	(*list)[(*nr)++] = s;
}

/* Store the value of that row's option (next: the word behind it).  False: it is not one. */
static bool take(const struct option_row *row, const char *next, struct arena *arena,
		 struct diag *diag, void *args)
{
	char *at = (char *)args + row->at;
	const char *equals = optarg ? strchr(optarg, '=') : NULL;

	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)at = true;
		return true;
	case OPTION_LEVEL:
		*(int *)at = row->level;
		return true;
	case OPTION_WORD:
		*(const char **)at = optarg;
		return true;
	case OPTION_SIZES:
		if (!equals || atoll(equals + 1) <= 0)
			return false;
		break;
	case OPTION_PAIRS:
		if (!equals)
			return false;
		break;
	case OPTION_WORDS:
		break;
	case OPTION_OWN:
		row->own(args, arena, optarg, next);
		return true;
	case OPTION_COLOR:
		return !term_color_parse(optarg, &diag->color);
	case OPTION_HELP:
		return true;
	}
	builtin_add_string(arena, (const char ***)at, (size_t *)((char *)args + row->nr), optarg);
	return true;
}

/* The command's rows as getopt_long() wants them; letters has room for all. */
static struct option *long_options(const struct usage *usage, struct arena *arena, char *letters)
{
	const struct option_row *row;
	struct option *options;
	size_t nr = 0;

	while (row_at(usage, nr))
		nr++;
	options = arena_calloc(arena, nr + 1, sizeof(*options));
	for (size_t i = 0; (row = row_at(usage, i)); i++) {
		options[i].name = row->name;
		options[i].val = FIRST_ROW + (int)i;
		options[i].has_arg = !row->value	  ? no_argument
				     : *row->value == '[' ? optional_argument
							  : required_argument;
		if (row->letter)
			*letters++ = row->letter;
		if (row->letter && row->value)
			*letters++ = ':';
	}
	return options;
}

static const struct option_row *row_of(const struct usage *usage, int c)
{
	const struct option_row *row;
	size_t i = 0;

	if (c >= FIRST_ROW)
		return row_at(usage, (size_t)(c - FIRST_ROW));
	while ((row = row_at(usage, i)) && row->letter != c)
		i++;
	return row;
}

/*
 * What getopt_long() would say of the option that it does not take (c is '?', or ':' for a value that
 * is missing), had opterr been set: it prints words as they are, whatever is in them.
 */
static int refuse_option(const struct usage *usage, struct arena *arena, char **argv,
			 const struct option *options, int c)
{
	const char *word = argv[optind - 1];
	size_t len = strcspn(word, "=");
	const char letter[] = { (char)optopt, 0 };

	if (optopt && optopt < FIRST_ROW)
		return builtin_usage_error(usage, arena,
					   c == ':' ? "option requires an argument -- '%s'"
						    : "invalid option -- '%s'",
					   letter);
	if (c == ':')
		return builtin_usage_error(usage, arena, "option '%s' requires an argument", word);
	if (optopt)
		return builtin_usage_error(usage, arena, "option '%.*s' doesn't allow an argument",
					   (int)len, word);
	for (; options->name; options++)
		if (len > 2 && !strncmp(options->name, word + 2, len - 2))
			return builtin_usage_error(usage, arena, "option '%.*s' is ambiguous",
						   (int)len, word);
	return builtin_usage_error(usage, arena, "unrecognized option '%s'", word);
}

bool builtin_parse_options(const struct usage *usage, int argc, char **argv, struct arena *arena,
			   struct diag *diag, void *args, int *status)
{
	char letters[64] = ":";
	struct option *options = long_options(usage, arena, letters + 1);
	int c;

	optind = opterr = 0;
	while ((c = getopt_long(argc, argv, letters, options, NULL)) != -1) {
		const struct option_row *row = row_of(usage, c);

		if (row && row->kind == OPTION_HELP) {
			print_help(stdout, usage);
			*status = KLP_OK;
			return false;
		}
		if (!row) {
			*status = refuse_option(usage, arena, argv, options, c);
			return false;
		}
		if (!take(row, optind < argc ? argv[optind] : NULL, arena, diag, args)) {
			*status = builtin_usage_error(
				usage, arena, "--%s takes %s, not '%s'", row->name,
				row->kind == OPTION_COLOR ? "auto, always or never" : row->value,
				optarg);
			return false;
		}
	}
	if (argc - optind < usage->min_files)
		*status = builtin_usage_error(usage, arena, "a file or more is missing");
	else if (argc - optind > usage->max_files)
		*status = builtin_usage_error(usage, arena, "'%s' is one word too many",
					      argv[optind + usage->max_files]);
	else
		return true;
	return false;
}

/* ---- --json ---- */

int builtin_check_report(const char *path, char **objects, int nr, struct diag *diag)
{
	struct diag_where where = { .object = path };

	for (int i = 0; i < nr; i++)
		if (path && objects[i] && outfile_is_same(path, objects[i]))
			return diag_error(diag, &where, "cannot-write",
					  "--json names an object of the same command");
	return 0;
}
