// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp diff: options.  What it prints is the work of report/.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <klp/diff.h>
#include <klp/infile.h>
#include <klp/outfile.h>
#include <klp/report.h>
#include <klp/term.h>

#include "builtin.h"

struct diff_args {
	struct diff_options opts;
	const char **explain;	/* names; NULL for all */
	size_t nr_explain;
	const char **loose;	/* words behind an --explain that may be its names */
	size_t nr_loose;
	const char *json;
	int level;
	bool exit_code, first_changed, debug, klp_build;
};

static void add_explain(void *into, struct arena *arena, const char *value, const char *next)
{
	struct diff_args *args = into;

	builtin_add_string(arena, &args->explain, &args->nr_explain, value);
	if (!value && next && next[0] != '-')
		builtin_add_string(arena, &args->loose, &args->nr_loose, next);
}

#define AT(member) offsetof(struct diff_args, member)

static const struct option_row rows[] = {
	{ "object", 0, "NAME", OPTION_WORD, AT(opts.object_name), { 0 },
	  "the kernel object: vmlinux, or the module's name" },
	{ "symvers", 0, "FILE", OPTION_WORDS, AT(opts.symvers), { AT(opts.nr_symvers) },
	  "what the kernel exports (Module.symvers, .gz too);\n"
	  "may be repeated; default: the nearest one" },
	{ "kernel", 0, "FILE", OPTION_WORDS, AT(opts.kernels), { AT(opts.nr_kernels) },
	  "the linked vmlinux, its boot image (vmlinuz), or .ko:\n"
	  "positions of symbols;\n"
	  "may be repeated, the one of the object is used;\n"
	  "default: that of the build tree; none: without" },
	{ "depends", 0, "MODULE", OPTION_WORDS, AT(opts.depends), { AT(opts.nr_depends) },
	  "the livepatch may depend on this module, whose exports\n"
	  "the patch newly refers to; repeatable" },
	{ "force-kernel", 0, NULL, OPTION_FLAG, AT(opts.force_kernel), { 0 },
	  "use it although code or data in it are others than\n"
	  "ORIG.o's: a warning, no error" },
	{ "force", 0, "FUNCTION", OPTION_WORDS, AT(opts.force), { AT(opts.nr_force) },
	  "replace it although it did not change; repeatable" },
	{ "allow-layout", 0, "STRUCT", OPTION_WORDS, AT(opts.allow_layouts),
	  { AT(opts.nr_allow_layouts) },
	  "its layout, or an enum's constants, may change: no\n"
	  "object of before is met; repeatable" },
	{ "write", 0, "OBJECT", OPTION_WORDS, AT(opts.writes), { AT(opts.nr_writes) },
	  "set the word of it that changed, and put it back after\n"
	  "the functions; repeatable" },
	{ "ignore-section", 0, "NAME", OPTION_WORDS, AT(opts.load.ignore_sections),
	  { AT(opts.load.nr_ignore_sections) },
	  "do as if the section were not there; repeatable" },
	{ "entry-size", 0, "SECTION=BYTES", OPTION_SIZES, AT(opts.load.entry_sizes),
	  { AT(opts.load.nr_entry_sizes) },
	  "size of a special section's entries; repeatable" },
	{ "entry-symbols", 0, NULL, OPTION_FLAG, AT(opts.entry_symbols), { 0 },
	  "give each of these entries a symbol, until post-link" },
	{ "no-objtool-tables", 0, NULL, OPTION_FLAG, AT(opts.no_objtool_tables), { 0 },
	  "leave out those that objtool makes: it will pass over\n"
	  "the linked module" },
	{ "klp-build", 0, NULL, OPTION_FLAG, AT(klp_build), { 0 },
	  "as klp-build of Linux wants it of objtool: lines that\n"
	  "it reads; positions by the vmlinux beside vmlinux.o" },
	{ "pair", 0, "OLD=NEW", OPTION_PAIRS, AT(opts.pairs), { AT(opts.nr_pairs) },
	  "NEW of PATCHED.o is what OLD of ORIG.o was; repeatable" },
	{ "no-pair", 0, "NAME", OPTION_WORDS, AT(opts.no_pairs), { AT(opts.nr_no_pairs) },
	  "NAME of PATCHED.o is new; repeatable" },
	{ "no-ignore-line-changes", 0, NULL, OPTION_FLAG, AT(opts.load.keep_line_changes), { 0 },
	  "a line number in a WARN or might_sleep() is a change" },
	{ "exit-code", 0, NULL, OPTION_FLAG, AT(exit_code), { 0 }, "exit 3 if nothing changed" },
	{ "show-first-changed", 'f', NULL, OPTION_FLAG, AT(first_changed), { 0 },
	  "where and how each changed function differs first" },
	{ "explain", 0, "[NAME]", OPTION_OWN, 0, { .own = add_explain },
	  "why each piece and symbol is in the output, or why\n"
	  "those of that name are or are not; repeatable" },
	{ "json", 0, "FILE", OPTION_WORD, AT(json), { 0 },
	  "all of this for programs (doc/klp-diff.schema.json);\n"
	  "-: to standard output, which has nothing else then" },
	{ "quiet", 'q', NULL, OPTION_LEVEL, AT(level), { .level = -1 },
	  "no summary and no notes" },
	{ "verbose", 'v', NULL, OPTION_LEVEL, AT(level), { .level = 1 },
	  "name what the summary counts" },
	{ "debug", 0, NULL, OPTION_FLAG, AT(debug), { 0 }, "tell how decisions were made" },
	{ .name = NULL },
};

static const struct usage usage = {
	.what = "diff [OPTIONS] ORIG.o PATCHED.o OUT.o\n"
		"\n"
		"Compare two builds of a kernel object and write what changed, with what it\n"
		"needs, to OUT.o, from which a livepatch module is linked.\n",
	.rows = rows,
	.status = "Exit status: 0 done (or nothing changed), 1 refused or failed, 2 usage.\n"
		  "If nothing changed, there is no OUT.o; if it failed, OUT.o is as it was.\n",
	.min_files = 3,
	.max_files = INT_MAX,
};

/* "--explain NAME" looks like a NAME among the files: if there are too many files, it is one. */
static bool take_names(int argc, char **argv, struct diff_args *args)
{
	int nr = argc - optind;

	if (nr == 3)
		return true;
	if (nr != 3 + (int)args->nr_loose)
		return false;
	for (size_t i = 0; i < args->nr_loose; i++) {
		int at = optind;

		while (at < argc && argv[at] != args->loose[i])
			at++;
		if (at == argc)
			return false;
		memmove(&argv[optind + 1], &argv[optind], (size_t)(at - optind) * sizeof(*argv));
		argv[optind++] = (char *)args->loose[i];
	}
	/* Each stands for the --explain before it. */
	for (size_t i = 0, k = 0; i < args->nr_explain; i++)
		if (!args->explain[i])
			args->explain[i] = args->loose[k++];
	return true;
}

/* Also of a run that refused, as far as it came. */
static void report(const struct diff_args *args, struct diff *d, bool done)
{
	struct report r = {
		.d = d,
		.colors = term_color_wanted(d->diag->color, stdout),
		.level = args->level,
	};

	/* Standard output is the report for programs. */
	if (args->json && !strcmp(args->json, "-"))
		return;
	if (done && args->klp_build)
		report_klp_build(&r);
	if (done && args->level >= 0)
		report_summary(&r);
	if (args->first_changed)
		report_first_changed(&r);
	if (args->nr_explain && d->stats.included)
		printf("why:\n");
	for (size_t i = 0; i < args->nr_explain; i++)
		report_explain(&r, args->explain[i]);
}

/*
 * The output and the reports, for people and for programs, are there together: whatever cannot be
 * written, or told for want of memory, leaves the files as they were.  So names come last.
 */
static int tell_and_commit(const struct diff_args *args, struct diff *d, bool done)
{
	struct outfile *json = arena_alloc(d->arena, sizeof(*json));
	int err = 0;

	if (args->json) {
		err = outfile_open(json, args->json, false, d->arena, d->diag);
		err = err ?: report_write_json(d, json, KLP_VERSION, done);
		err = err ?: outfile_check(json);
	}
	if (!err && done)
		err = infile_check(d->arena, d->diag);
	report(args, d, done && !err);
	if (!err && (fflush(stdout) || ferror(stdout)))
		err = -EIO;	/* the table of commands says so */
	if (!err && done)
		err = klp_diff_commit(d);
	if (!err && args->json)
		err = outfile_commit(json);
	return done ? err : -1;
}

/*
 * klp-build of Linux calls klp diff in its folder of the original's objects. There, vmlinux.o has
 * the linked kernel beside it; the vmlinux at the top of the tree is the patched build's by then.
 */
static void choose_kernel(struct diff_args *args, const char *orig, struct arena *arena)
{
	size_t len = strlen(orig);
	bool whole = len >= 9 && !strcmp(orig + len - 9, "vmlinux.o");
	const char *beside = whole ? arena_strndup(arena, orig, len - 2) : "vmlinux";

	if (!args->klp_build || args->opts.nr_kernels)
		return;
	builtin_add_string(arena, &args->opts.kernels, &args->opts.nr_kernels,
			   access(beside, R_OK) ? "none" : beside);
}

int cmd_diff(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	struct diff_args *args = arena_alloc(arena, sizeof(*args));
	struct progress *progress = NULL;
	struct diff *d;
	int status;

	if (!builtin_parse_options(&usage, argc, argv, arena, diag, args, &status))
		return status;
	if (!take_names(argc, argv, args))
		return builtin_usage_error(&usage, arena, "'%s' is one word too many", argv[optind + 3]);
	choose_kernel(args, argv[optind], arena);
	args->opts.asks_names = args->nr_explain;
	diag->debug = args->debug;
	diag->quiet = args->level < 0;
	if (builtin_check_report(args->json, argv + optind, 3, diag))
		return KLP_FAILED;
	if (args->level >= 0)
		progress = progress_begin(arena);
	args->opts.stage = progress_stage;
	args->opts.stage_arg = progress;
	status = klp_diff(argv[optind], argv[optind + 1], argv[optind + 2], &args->opts, arena,
			  diag, &d);
	progress_end(progress);
	if (tell_and_commit(args, d, !status))
		return KLP_FAILED;
	return args->exit_code && !d->stats.out ? KLP_NO_CHANGE : KLP_OK;
}
