// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp symbols: options.
 */
#include <getopt.h>
#include <stdio.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/symlist.h>

#include "builtin.h"

static const struct option long_options[] = {
	{ "output", required_argument, NULL, 'o' },
	COLOR_OPTION,
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void help(FILE *to)
{
	fputs("usage: klp symbols [-o FILE] vmlinux [MODULE.ko]...\n"
	      "\n"
	      "Write the list of all symbols of a linked kernel and its modules, in the order\n"
	      "of positions: what klp convert needs to know of them, in a small file.\n"
	      "Directories of modules, and such lists, can be given as well.\n"
	      "\n"
	      "  -o, --output FILE  write to FILE, gzip if its name ends in .gz;\n"
	      "                     default: to standard output\n"
	      "  --color WHEN       auto (on a terminal), always, never\n"
	      "  -h, --help         this text\n"
	      "\n"
	      "Exit status: 0 done, 1 failed (FILE is as it was), 2 usage.\n",
	      to);
}

int cmd_symbols(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	struct symlist *list = symlist_new(arena, diag);
	const char *output = NULL;
	int c;

	optind = 0;
	while ((c = next_option(argc, argv, "o:h", long_options, diag)) != -1) {
		switch (c) {
		case 'o':
			output = optarg;
			break;
		case 'h':
			help(stdout);
			return KLP_OK;
		default:
			help(stderr);
			return KLP_USAGE;
		}
	}
	if (optind == argc) {
		help(stderr);
		return KLP_USAGE;
	}
	for (int i = optind; i < argc; i++)
		if (symlist_add(list, argv[i]))
			return KLP_FAILED;
	return symlist_write(list, output) ? KLP_FAILED : KLP_OK;
}
