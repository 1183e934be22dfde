// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check: options.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/check.h>
#include <klp/diag.h>
#include <klp/json.h>

#include "builtin.h"

enum {
	OPT_ORIG = 256,
	OPT_PATCHED,
	OPT_SYMVERS,
	OPT_KERNEL,
	OPT_JSON,
	OPT_OBJECT,
	OPT_ENTRY_SIZE,
	OPT_IGNORE_SECTION,
	OPT_PAIR,
	OPT_NO_PAIR,
	OPT_QUIET,
};

static const struct option long_options[] = {
	{ "orig", required_argument, NULL, OPT_ORIG },
	{ "patched", required_argument, NULL, OPT_PATCHED },
	{ "symvers", required_argument, NULL, OPT_SYMVERS },
	{ "kernel", required_argument, NULL, OPT_KERNEL },
	{ "json", required_argument, NULL, OPT_JSON },
	{ "object", required_argument, NULL, OPT_OBJECT },
	{ "entry-size", required_argument, NULL, OPT_ENTRY_SIZE },
	{ "ignore-section", required_argument, NULL, OPT_IGNORE_SECTION },
	{ "pair", required_argument, NULL, OPT_PAIR },
	{ "no-pair", required_argument, NULL, OPT_NO_PAIR },
	{ "quiet", no_argument, NULL, OPT_QUIET },
	COLOR_OPTION,
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void help(FILE *to)
{
	fputs("usage: klp check [--kernel FILE]... [--symvers FILE]... [--orig ORIG.o] MODULE.ko\n"
	      "       klp check --orig ORIG.o --patched PATCHED.o OUT.o\n"
	      "\n"
	      "Check a livepatch module, whoever made it: its form, and whether what it expects\n"
	      "of the kernel is there.  With --patched, check that OUT.o, which 'klp diff' made of\n"
	      "the other two, means what PATCHED.o means: every byte, operand and table entry.\n"
	      "\n"
	      "  --orig FILE      the object as the running kernel has it\n"
	      "  --patched FILE   the object with the change\n"
	      "  --symvers FILE   what the kernel exports: ordinary references are checked;\n"
	      "                   may be repeated\n"
	      "  --kernel FILE    the linked vmlinux or .ko (for a module also a directory of\n"
	      "                   them, or a list of klp symbols): positions are checked; may\n"
	      "                   be repeated, the one of the object is used\n"
	      "  --json FILE      the findings for programs (doc/klp-check.schema.json)\n"
	      "  --object NAME    the kernel object that is to be patched\n"
	      "  --entry-size SECTION=BYTES\n"
	      "                   size of a special section's entries; may be repeated\n"
	      "  --ignore-section NAME\n"
	      "                   do as if the section were not there; may be repeated\n"
	      "  --pair OLD=NEW   NEW of PATCHED.o is what OLD of ORIG.o was, as klp diff was told;\n"
	      "                   may be repeated\n"
	      "  --no-pair NAME   NAME of PATCHED.o is new, as klp diff was told; may be repeated\n"
	      "  --quiet          say nothing if nothing is wrong\n"
	      "  --color WHEN     auto (on a terminal), always, never\n"
	      "  -h, --help       this text\n"
	      "\n"
	      "Exit status: 0 nothing is wrong, 1 something is, 2 it could not be checked.\n",
	      to);
}

struct check_args {
	struct check_options opts;
	char *orig, *patched;
	const char *json;
	bool quiet, help;
};

static bool parse(int argc, char **argv, struct arena *arena, struct diag *diag,
		  struct check_args *args)
{
	int c;

	optind = 0;
	while ((c = next_option(argc, argv, "h", long_options, diag)) != -1) {
		switch (c) {
		case OPT_ORIG:
			args->orig = optarg;
			break;
		case OPT_PATCHED:
			args->patched = optarg;
			break;
		case OPT_SYMVERS:
			add_string(arena, &args->opts.symvers, &args->opts.nr_symvers, optarg);
			break;
		case OPT_KERNEL:
			add_string(arena, &args->opts.kernels, &args->opts.nr_kernels, optarg);
			break;
		case OPT_JSON:
			args->json = optarg;
			break;
		case OPT_OBJECT:
			args->opts.object = optarg;
			break;
		case OPT_ENTRY_SIZE:
			if (!strchr(optarg, '=') || atoll(strchr(optarg, '=') + 1) <= 0)
				return false;
			add_string(arena, &args->opts.entry_sizes, &args->opts.nr_entry_sizes,
				   optarg);
			break;
		case OPT_IGNORE_SECTION:
			add_string(arena, &args->opts.ignore_sections,
				   &args->opts.nr_ignore_sections, optarg);
			break;
		case OPT_PAIR:
			if (!strchr(optarg, '='))
				return false;
			add_string(arena, &args->opts.pairs, &args->opts.nr_pairs, optarg);
			break;
		case OPT_NO_PAIR:
			add_string(arena, &args->opts.no_pairs, &args->opts.nr_no_pairs, optarg);
			break;
		case OPT_QUIET:
			args->quiet = true;
			break;
		case 'h':
			args->help = true;
			return true;
		default:
			return false;
		}
	}
	return argc - optind == 1 && (args->orig || !args->patched) &&
	       (args->patched || !(args->opts.nr_pairs + args->opts.nr_no_pairs));
}

int cmd_check(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	struct check_args *args = arena_alloc(arena, sizeof(*args));
	struct json_file *json = arena_alloc(arena, sizeof(*json));
	const char *path;
	size_t nr = 0;
	int err;

	if (!parse(argc, argv, arena, diag, args)) {
		help(stderr);
		return CHECK_FAILED;
	}
	if (args->help) {
		help(stdout);
		return KLP_OK;
	}
	path = argv[optind];
	if (open_report(json, args->json, (char *[]){ argv[optind], args->orig, args->patched }, 3,
			arena, diag))
		return CHECK_FAILED;
	diag->quiet = args->quiet;
	err = args->patched ?
		      klp_check_object(args->orig, args->patched, path, &args->opts, arena, diag, &nr) :
		      klp_check_module(path, args->orig, &args->opts, arena, diag, &nr);
	if (args->json && klp_check_write_json(path, !err, KLP_VERSION, json, diag))
		return CHECK_FAILED;
	if (err)
		return CHECK_FAILED;
	if (nr || !args->quiet)
		printf("%s: %zu finding%s\n", path, nr, nr == 1 ? "" : "s");
	return nr ? CHECK_FINDINGS : KLP_OK;
}
