// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check: its options.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/check.h>
#include <klp/diag.h>
#include <klp/outfile.h>

#include "builtin.h"

struct check_args {
	struct check_options opts;
	char *orig, *patched;
	const char *json;
	bool quiet;
};

#define AT(member) offsetof(struct check_args, member)

static const struct option_row rows[] = {
	{ "orig", 0, "FILE", OPTION_WORD, AT(orig), { 0 },
	  "the object as the running kernel has it" },
	{ "patched", 0, "FILE", OPTION_WORD, AT(patched), { 0 }, "the object with the change" },
	{ "symvers", 0, "FILE", OPTION_WORDS, AT(opts.symvers), { AT(opts.nr_symvers) },
	  "what the kernel exports: ordinary references are\n"
	  "checked; may be repeated" },
	{ "kernel", 0, "FILE", OPTION_WORDS, AT(opts.kernels), { AT(opts.nr_kernels) },
	  "the linked vmlinux, vmlinuz, or .ko (for a module also a\n"
	  "directory of them, or a list of klp symbols):\n"
	  "positions are checked; may be repeated, the one of\n"
	  "the object is used" },
	{ "json", 0, "FILE", OPTION_WORD, AT(json), { 0 },
	  "the findings for programs (doc/klp-check.schema.json);\n"
	  "-: to standard output, which has nothing else then" },
	{ "object", 0, "NAME", OPTION_WORD, AT(opts.object), { 0 },
	  "the kernel object that is to be patched" },
	{ "entry-size", 0, "SECTION=BYTES", OPTION_SIZES, AT(opts.entry_sizes),
	  { AT(opts.nr_entry_sizes) },
	  "size of a special section's entries; may be repeated" },
	{ "ignore-section", 0, "NAME", OPTION_WORDS, AT(opts.ignore_sections),
	  { AT(opts.nr_ignore_sections) },
	  "do as if the section were not there; may be repeated" },
	{ "allow-layout", 0, "STRUCT", OPTION_WORDS, AT(opts.allow_layouts),
	  { AT(opts.nr_allow_layouts) },
	  "its layout may change, as klp diff was told; may be\n"
	  "repeated" },
	{ "no-objtool-tables", 0, NULL, OPTION_FLAG, AT(opts.no_objtool_tables), { 0 },
	  "there are none that objtool makes, as klp diff was told" },
	{ "pair", 0, "OLD=NEW", OPTION_PAIRS, AT(opts.pairs), { AT(opts.nr_pairs) },
	  "NEW of PATCHED.o is what OLD of ORIG.o was, as klp diff\n"
	  "was told; may be repeated" },
	{ "no-pair", 0, "NAME", OPTION_WORDS, AT(opts.no_pairs), { AT(opts.nr_no_pairs) },
	  "NAME of PATCHED.o is new, as klp diff was told; may be\n"
	  "repeated" },
	{ "quiet", 0, NULL, OPTION_FLAG, AT(quiet), { 0 }, "say nothing if nothing is wrong" },
	{ .name = NULL },
};

static const struct usage usage = {
	.what = "check [--kernel FILE]... [--symvers FILE]... [--orig ORIG.o] MODULE.ko\n"
		"       klp check --orig ORIG.o --patched PATCHED.o OUT.o\n"
		"\n"
		"Check a livepatch module, whoever made it: its form, and whether what it expects\n"
		"of the kernel is there.  With --patched, check that OUT.o, which 'klp diff' made of\n"
		"the other two, means what PATCHED.o means: every byte, operand and table entry.\n",
	.rows = rows,
	.status = "Exit status: 0 nothing is wrong, 1 something is, 2 it could not be checked.\n",
	.min_files = 1,
	.max_files = 1,
};

static int write_report(const struct check_args *args, const char *path, bool complete,
			struct diag *diag)
{
	struct outfile *json = arena_alloc(diag->arena, sizeof(*json));
	int err = outfile_open(json, args->json, false, diag->arena, diag);

	err = err ?: klp_check_write_json(path, complete, KLP_VERSION, json, diag);
	return err ?: outfile_commit(json);
}

int cmd_check(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	struct check_args args = { 0 };
	const char *path;
	size_t nr = 0;
	int err;

	if (!builtin_parse_options(&usage, argc, argv, arena, diag, &args, &err))
		return err;
	if (args.patched ? !args.orig : args.opts.nr_pairs + args.opts.nr_no_pairs != 0)
		return builtin_usage_error(
			&usage, arena, "%s",
			args.patched ? "--patched needs --orig, too"
				     : "--pair and --no-pair need --orig and --patched");
	path = argv[optind];
	if (builtin_check_report(args.json, (char *[]){ argv[optind], args.orig, args.patched }, 3,
				 diag))
		return CHECK_FAILED;
	diag->quiet = args.quiet;
	err = args.patched ?
		      klp_check_object(args.orig, args.patched, path, &args.opts, arena, diag, &nr) :
		      klp_check_module(path, args.orig, &args.opts, arena, diag, &nr);
	if (args.json && write_report(&args, path, !err, diag))
		return CHECK_FAILED;
	if (err)
		return CHECK_FAILED;
	if ((nr || !args.quiet) && !(args.json && !strcmp(args.json, "-")))
		printf("%s: %zu finding%s\n", term_safe(arena, path), nr, nr == 1 ? "" : "s");
	return nr ? CHECK_FINDINGS : KLP_OK;
}
