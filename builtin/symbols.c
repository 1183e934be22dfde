// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp symbols: options.
 */
#include <getopt.h>
#include <limits.h>

#include <klp/arena.h>
#include <klp/kernel.h>

#include "builtin.h"

struct symbols_args {
	const char *output;	/* NULL: standard output */
};

#define AT(member) offsetof(struct symbols_args, member)

static const struct option_row rows[] = {
	{ "output", 'o', "FILE", OPTION_WORD, AT(output), { 0 },
	  "write to FILE, gzip if its name ends in .gz;\n"
	  "default: to standard output" },
	{ .name = NULL },
};

static const struct usage usage = {
	.what = "symbols [-o FILE] vmlinux [MODULE.ko]...\n"
		"\n"
		"Write the list of all symbols of a linked kernel and its modules, in the order\n"
		"of positions: what klp convert needs to know of them, in a small file.\n"
		"Directories of modules, and such lists, can be given as well.\n",
	.rows = rows,
	.status = "Exit status: 0 done, 1 failed (FILE is as it was), 2 usage.\n",
	.min_files = 1,
	.max_files = INT_MAX,
};

int cmd_symbols(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	struct symlist *list = symlist_new(arena, diag);
	struct symbols_args args = { 0 };
	int status;

	if (!builtin_parse_options(&usage, argc, argv, arena, diag, &args, &status))
		return status;
	for (int i = optind; i < argc; i++)
		if (symlist_add(list, argv[i]))
			return KLP_FAILED;
	return symlist_write(list, args.output) ? KLP_FAILED : KLP_OK;
}
