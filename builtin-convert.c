// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp convert: options.
 */
#include <getopt.h>
#include <stdio.h>

#include <klp/arena.h>
#include <klp/convert.h>
#include <klp/diag.h>

#include "builtin.h"

enum {
	OPT_SYMBOLS = 256,
	OPT_SYMVERS,
	OPT_QUIET,
	OPT_DEBUG,
};

static const struct option long_options[] = {
	{ "symbols", required_argument, NULL, OPT_SYMBOLS },
	{ "symvers", required_argument, NULL, OPT_SYMVERS },
	{ "quiet", no_argument, NULL, OPT_QUIET },
	{ "debug", no_argument, NULL, OPT_DEBUG },
	COLOR_OPTION,
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void help(FILE *to)
{
	fputs("usage: klp convert [OPTIONS] IN.ko OUT.ko\n"
	      "\n"
	      "Convert a livepatch module written by hand: undefined symbols that the kernel\n"
	      "does not export become livepatch symbols, which the kernel resolves itself.\n"
	      "Where a name alone does not say which symbol is meant, the module's source does\n"
	      "(include/klp-annotations.h).  Run it before signing.\n"
	      "\n"
	      "  --symbols LIST  a list that klp symbols wrote, a linked vmlinux or .ko, or a\n"
	      "                  directory of such; may be repeated\n"
	      "  --symvers FILE  what the kernel exports (Module.symvers, .gz too);\n"
	      "                  may be repeated; default: the nearest one above IN.ko\n"
	      "  --quiet         no summary\n"
	      "  --debug         tell what each symbol became\n"
	      "  --color WHEN    auto (on a terminal), always, never\n"
	      "  -h, --help      this text\n"
	      "\n"
	      "Exit status: 0 done, 1 refused or failed (OUT.ko is as it was), 2 usage.\n",
	      to);
}

struct convert_args {
	struct convert_options opts;
	bool quiet, help;
};

static int parse(int argc, char **argv, struct arena *arena, struct diag *diag,
		 struct convert_args *args)
{
	struct convert_options *o = &args->opts;
	int c;

	optind = 0;
	while ((c = next_option(argc, argv, "h", long_options, diag)) != -1) {
		switch (c) {
		case OPT_SYMBOLS:
			add_string(arena, &o->symbols, &o->nr_symbols, optarg);
			break;
		case OPT_SYMVERS:
			add_string(arena, &o->symvers, &o->nr_symvers, optarg);
			break;
		case OPT_QUIET:
			args->quiet = true;
			break;
		case OPT_DEBUG:
			diag->debug = true;
			break;
		case 'h':
			args->help = true;
			return 0;
		default:
			return KLP_USAGE;
		}
	}
	return argc - optind == 2 ? 0 : KLP_USAGE;
}

int cmd_convert(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	struct convert_args *args = arena_alloc(arena, sizeof(*args));
	struct convert_stats stats = { 0 };
	int status = parse(argc, argv, arena, diag, args);

	if (status) {
		help(stderr);
		return status;
	}
	if (args->help) {
		help(stdout);
		return KLP_OK;
	}
	if (klp_convert(argv[optind], argv[optind + 1], &args->opts, arena, diag, &stats))
		return KLP_FAILED;
	if (!args->quiet)
		printf("livepatch references: %zu, to %zu symbols of the kernel\nwrote %s\n",
		       stats.nr_relocs, stats.nr_syms, argv[optind + 1]);
	return KLP_OK;
}
