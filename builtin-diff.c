// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp diff: options.  What it prints is builtin-summary.c and builtin-explain.c.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#include <klp/diff.h>
#include <klp/json.h>
#include <klp/term.h>

#include "builtin-report.h"
#include "builtin.h"

enum {
	OPT_OBJECT = 256,
	OPT_SYMVERS,
	OPT_KERNEL,
	OPT_FORCE,
	OPT_IGNORE_SECTION,
	OPT_ENTRY_SIZE,
	OPT_ENTRY_SYMBOLS,
	OPT_PAIR,
	OPT_NO_PAIR,
	OPT_KEEP_LINES,
	OPT_EXPLAIN,
	OPT_JSON,
	OPT_DEBUG,
	OPT_EXIT_CODE,
};

static const struct option long_options[] = {
	{ "object", required_argument, NULL, OPT_OBJECT },
	{ "symvers", required_argument, NULL, OPT_SYMVERS },
	{ "kernel", required_argument, NULL, OPT_KERNEL },
	{ "force", required_argument, NULL, OPT_FORCE },
	{ "ignore-section", required_argument, NULL, OPT_IGNORE_SECTION },
	{ "entry-size", required_argument, NULL, OPT_ENTRY_SIZE },
	{ "entry-symbols", no_argument, NULL, OPT_ENTRY_SYMBOLS },
	{ "pair", required_argument, NULL, OPT_PAIR },
	{ "no-pair", required_argument, NULL, OPT_NO_PAIR },
	{ "no-ignore-line-changes", no_argument, NULL, OPT_KEEP_LINES },
	{ "debug", no_argument, NULL, OPT_DEBUG },
	{ "exit-code", no_argument, NULL, OPT_EXIT_CODE },
	{ "show-first-changed", no_argument, NULL, 'f' },
	{ "explain", optional_argument, NULL, OPT_EXPLAIN },
	{ "json", required_argument, NULL, OPT_JSON },
	COLOR_OPTION,
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void help(FILE *to)
{
	fputs("usage: klp diff [OPTIONS] ORIG.o PATCHED.o OUT.o\n"
	      "\n"
	      "Compare two builds of a kernel object and write what changed, with what it\n"
	      "needs, to OUT.o, from which a livepatch module is linked.\n"
	      "\n"
	      "  --object NAME          the kernel object: vmlinux, or the module's name\n"
	      "  --symvers FILE         what the kernel exports (Module.symvers, .gz too);\n"
	      "                         may be repeated; default: the nearest one\n"
	      "  --kernel FILE          the linked vmlinux or .ko: positions of symbols;\n"
	      "                         may be repeated, the one of the object is used;\n"
	      "                         default: that of the build tree; none: without\n"
	      "  --force FUNCTION       replace it although it did not change; repeatable\n"
	      "  --ignore-section NAME  do as if the section were not there; repeatable\n"
	      "  --entry-size SECTION=BYTES\n"
	      "                         size of a special section's entries; repeatable\n"
	      "  --entry-symbols        give each of these entries a symbol, until post-link\n"
	      "  --pair OLD=NEW         NEW of PATCHED.o is what OLD of ORIG.o was; repeatable\n"
	      "  --no-pair NAME         NAME of PATCHED.o is new; repeatable\n"
	      "  --no-ignore-line-changes\n"
	      "                         a line number in a WARN or might_sleep() is a change\n"
	      "  --exit-code            exit 3 if nothing changed\n"
	      "  -f, --show-first-changed\n"
	      "                         where and how each changed function differs first\n"
	      "  --explain [NAME]       why each piece and symbol is in the output, or why\n"
	      "                         those of that name are or are not; repeatable\n"
	      "  --json FILE            all of this for programs (doc/klp-diff.schema.json)\n"
	      "  --color WHEN           auto (on a terminal), always, never\n"
	      "  -q, --quiet            no summary and no notes\n"
	      "  -v, --verbose          name what the summary counts\n"
	      "  --debug                tell how decisions were made\n"
	      "  -h, --help             this text\n"
	      "\n"
	      "Exit status: 0 done (or nothing changed), 1 refused or failed, 2 usage.\n"
	      "If nothing changed, there is no OUT.o; if it failed, OUT.o is as it was.\n",
	      to);
}

struct diff_args {
	struct options opts;
	const char **explain;	/* names; NULL for all */
	size_t nr_explain;
	const char **loose;	/* words behind an --explain that may be its names */
	size_t nr_loose;
	const char *json;
	int level;
	bool exit_code, first_changed, help;
};

/* "--explain NAME" looks like a NAME among the files: if there are too many files, it is one. */
static int take_names(int argc, char **argv, struct diff_args *args)
{
	int nr = argc - optind;

	if (nr == 3)
		return 0;
	if (nr != 3 + (int)args->nr_loose)
		return KLP_USAGE;
	for (size_t i = 0; i < args->nr_loose; i++) {
		int at = optind;

		while (at < argc && argv[at] != args->loose[i])
			at++;
		if (at == argc)
			return KLP_USAGE;
		memmove(&argv[optind + 1], &argv[optind], (size_t)(at - optind) * sizeof(*argv));
		argv[optind++] = (char *)args->loose[i];
	}
	/* Each stands for the --explain before it. */
	for (size_t i = 0, k = 0; i < args->nr_explain; i++)
		if (!args->explain[i])
			args->explain[i] = args->loose[k++];
	return 0;
}

static int parse_explain(int argc, char **argv, struct arena *arena, struct diff_args *args)
{
	add_string(arena, &args->explain, &args->nr_explain, optarg);
	if (optarg)
		return 0;
	if (optind < argc && argv[optind][0] != '-')
		add_string(arena, &args->loose, &args->nr_loose, argv[optind]);
	return 0;
}

/* 0, or KLP_USAGE after a message of getopt's. */
static int parse(int argc, char **argv, struct arena *arena, struct diag *diag,
		 struct diff_args *args)
{
	struct options *o = &args->opts;
	int c;

	optind = 0;
	while ((c = next_option(argc, argv, "fhqv", long_options, diag)) != -1) {
		switch (c) {
		case OPT_OBJECT:
			o->object_name = optarg;
			break;
		case OPT_SYMVERS:
			add_string(arena, &o->symvers, &o->nr_symvers, optarg);
			break;
		case OPT_KERNEL:
			add_string(arena, &o->kernels, &o->nr_kernels, optarg);
			break;
		case OPT_FORCE:
			add_string(arena, &o->force, &o->nr_force, optarg);
			break;
		case OPT_IGNORE_SECTION:
			add_string(arena, &o->ignore_sections, &o->nr_ignore_sections, optarg);
			break;
		case OPT_ENTRY_SIZE:
			if (!strchr(optarg, '=') || atoll(strchr(optarg, '=') + 1) <= 0)
				return KLP_USAGE;
			add_string(arena, &o->entry_sizes, &o->nr_entry_sizes, optarg);
			break;
		case OPT_ENTRY_SYMBOLS:
			o->entry_symbols = true;
			break;
		case OPT_PAIR:
			if (!strchr(optarg, '='))
				return KLP_USAGE;
			add_string(arena, &o->pairs, &o->nr_pairs, optarg);
			break;
		case OPT_NO_PAIR:
			add_string(arena, &o->no_pairs, &o->nr_no_pairs, optarg);
			break;
		case OPT_KEEP_LINES:
			o->keep_line_changes = true;
			break;
		case OPT_DEBUG:
			o->debug = true;
			break;
		case OPT_EXIT_CODE:
			args->exit_code = true;
			break;
		case 'f':
			args->first_changed = true;
			break;
		case OPT_EXPLAIN:
			parse_explain(argc, argv, arena, args);
			break;
		case OPT_JSON:
			args->json = optarg;
			break;
		case 'q':
			args->level = -1;
			break;
		case 'v':
			args->level = 1;
			break;
		case 'h':
			args->help = true;
			return 0;
		default:
			return KLP_USAGE;
		}
	}
	return take_names(argc, argv, args);
}

/* Also of a run that refused, as far as it came. */
static void report(const struct diff_args *args, struct diff *d, bool done)
{
	struct report r = {
		.d = d,
		.colors = color_wanted(d->diag->color, stdout),
		.level = args->level,
	};

	if (done && args->level >= 0)
		report_summary(&r);
	if (args->first_changed)
		report_first_changed(&r);
	if (args->nr_explain && d->stats.included)
		printf("why:\n");
	for (size_t i = 0; i < args->nr_explain; i++)
		report_explain(&r, args->explain[i]);
}

int cmd_diff(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	struct diff_args *args = arena_alloc(arena, sizeof(*args));
	struct json_file *json = arena_alloc(arena, sizeof(*json));
	struct progress *progress = NULL;
	struct diff *d;
	int status = parse(argc, argv, arena, diag, args);

	if (status) {
		help(stderr);
		return status;
	}
	if (args->help) {
		help(stdout);
		return KLP_OK;
	}
	diag->debug = args->opts.debug;
	diag->quiet = args->level < 0;
	if (open_report(json, args->json, argv + optind, 3, arena, diag))
		return KLP_FAILED;
	if (args->level >= 0)
		progress = progress_begin(arena);
	args->opts.stage = progress_stage;
	args->opts.stage_arg = progress;
	status = klp_diff(argv[optind], argv[optind + 1], argv[optind + 2], &args->opts, arena,
			  diag, &d);
	progress_end(progress);
	report(args, d, !status);
	if (args->json && diff_write_json(d, json, KLP_VERSION, !status))
		return KLP_FAILED;
	if (status)
		return KLP_FAILED;
	return args->exit_code && !d->stats.out ? KLP_NO_CHANGE : KLP_OK;
}
