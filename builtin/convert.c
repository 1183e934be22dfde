// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp convert: its options.
 */
#include <getopt.h>
#include <stdio.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/livepatch.h>

#include "builtin.h"

struct convert_args {
	struct convert_options opts;
	bool quiet, debug;
};

#define AT(member) offsetof(struct convert_args, member)

static const struct option_row rows[] = {
	{ "symbols", 0, "LIST", OPTION_WORDS, AT(opts.symbols), { AT(opts.nr_symbols) },
	  "a list that klp symbols wrote, a linked vmlinux or\n"
	  ".ko, or a directory of such; may be repeated" },
	{ "symvers", 0, "FILE", OPTION_WORDS, AT(opts.symvers), { AT(opts.nr_symvers) },
	  "what the kernel exports (Module.symvers, .gz too);\n"
	  "may be repeated; default: the nearest one above IN.ko" },
	{ "quiet", 0, NULL, OPTION_FLAG, AT(quiet), { 0 }, "no summary" },
	{ "debug", 0, NULL, OPTION_FLAG, AT(debug), { 0 }, "tell what each symbol became" },
	{ .name = NULL },
};

static const struct usage usage = {
	.what = "convert [OPTIONS] IN.ko OUT.ko\n"
		"\n"
		"Convert a livepatch module written by hand: undefined symbols that the kernel\n"
		"does not export become livepatch symbols, which the kernel resolves itself.\n"
		"Where a name alone does not say which symbol is meant, the module's source does\n"
		"(include/klp-annotations.h).  Run it before signing.\n",
	.rows = rows,
	.status = "Exit status: 0 done, 1 refused or failed (OUT.ko is as it was), 2 usage.\n",
	.min_files = 2,
	.max_files = 2,
};

int cmd_convert(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	struct convert_stats stats = { 0 };
	struct convert_args args = { 0 };
	int status;

	if (!builtin_parse_options(&usage, argc, argv, arena, diag, &args, &status))
		return status;
	diag->debug = args.debug;
	if (klp_convert(argv[optind], argv[optind + 1], &args.opts, arena, diag, &stats))
		return KLP_FAILED;
	if (!args.quiet)
		printf("livepatch references: %zu, to %zu symbols of the kernel\nwrote %s\n",
		       stats.nr_relocs, stats.nr_syms, term_safe(arena, argv[optind + 1]));
	return KLP_OK;
}
