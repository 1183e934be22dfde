// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp kbuild: the steps of scripts/klp-build that read, index and decide.
 */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/kbuild.h>

#include "builtin.h"

struct kbuild_args {
	struct kbuild_parts parts;
	const char *build;
	const char *index;
	const char *tree;
	bool moves;
	bool in_place;
	bool external;
};

#define AT(member) offsetof(struct kbuild_args, member)

/* clang-format off: a row a line */
static const struct option_row rows[] = {
	{ "release", 0, "RELEASE", OPTION_WORD, AT(parts.release), { 0 },
	  "the kernel, as uname -r calls it (default: the running one)" },
	{ "headers", 0, "DIR", OPTION_WORD, AT(parts.headers), { 0 },
	  "what its modules are built with" },
	{ "source", 0, "DIR", OPTION_WORD, AT(parts.source), { 0 },
	  "its source, with the distribution's patches: a folder or a\n"
	  "tar file" },
	{ "vmlinux", 0, "FILE", OPTION_WORD, AT(parts.vmlinux), { 0 },
	  "vmlinux with its symbols, or the image that is booted" },
	{ "modules", 0, "DIR", OPTION_WORD, AT(parts.modules), { 0 },
	  "its modules (/lib/modules/RELEASE)" },
	{ "config", 0, "FILE", OPTION_WORD, AT(parts.config), { 0 },
	  "its configuration (default: that of the headers)" },
	{ "root", 0, "DIR", OPTION_WORD, AT(parts.root), { 0 },
	  "look for all these below DIR" },
	{ "build", 0, "DIR", OPTION_WORD, AT(build), { 0 },
	  "the folder of the build, or the prepared one" },
	{ "index", 0, "FILE", OPTION_WORD, AT(index), { 0 },
	  "the index of what is made in it" },
	{ "tree", 0, "DIR", OPTION_WORD, AT(tree), { 0 },
	  "reads: the patched source" },
	{ "moves", 0, NULL, OPTION_FLAG, AT(moves), { 0 },
	  "replay: the source is in $KLP_TREE" },
	{ "in-place", 0, NULL, OPTION_FLAG, AT(in_place), { 0 },
	  "reads: the files of --tree were seen as those of --source" },
	{ "external", 0, NULL, OPTION_FLAG, AT(external), { 0 },
	  "--source is of modules outside of the kernel; parts: without the\n"
	  "kernel's source" },
	{ .name = NULL },
};

static const struct usage usage = {
	.what = "kbuild STEP [OPTIONS] [ARGUMENT]...\n"
		"\n"
		"The steps of klp-build (see klp-build --help) that read and decide:\n"
		"  parts             where the parts of an installed kernel are\n"
		"  config OURS THEIRS\n"
		"                    compare two configurations (auto.conf)\n"
		"  index DRY-RUN     write --index of what make -n printed for --source\n"
		"  users FILE...     the objects of --index, prepared in --build, that may be made\n"
		"                    of these files of the source, and what they are linked into\n"
		"  made FILE...      what a build in --build made of these files of --source, what\n"
		"                    that is linked into, which of the files it read, and what else\n"
		"                    commands made that name one\n"
		"  makefiles BEFORE AFTER INDEX\n"
		"                    compare what make -n printed before and after Makefiles changed,\n"
		"                    and write the latter's index; --source is where it ran, --build\n"
		"                    and --index are the kernel's\n"
		"  replay FILE.cmd   what it makes, and a program for bash that makes $KLP_MADE, and\n"
		"                    $KLP_DEPS, by the command in the file; --source and --build are\n"
		"                    as it names them; with --index, a name in that, whose source is\n"
		"                    in $KLP_TREE\n"
		"  reads DIR FILE... which of these files of --tree, --source as it is patched, the\n"
		"                    compilers that ran in --build read (DIR/NAME.d), and through\n"
		"                    which folders; strays are those that read one of --source\n"
		"  macros FILE...    which constants of these headers of --source are others in --tree\n"
		"  report LINES FILE what a run of klp-build noted, as JSON (-: to standard output)\n"
		"  linked            all objects of --index, and what they are linked into\n",
	.rows = rows,
	.status = "Exit status: 0 done, 1 refused or failed, 2 usage.\n",
	.min_files = 1,
	.max_files = INT_MAX,
};
/* clang-format on */

/*
 * A line of words with tabs between them, which klp-build takes apart again.  No path makes two
 * lines, or two words, of one: that is refused.
 */
static int put_row(struct diag *diag, const char *const *words)
{
	for (const char *const *word = words; *word; word++)
		if (strpbrk(*word, "\t\n"))
			return diag_error(diag, &(struct diag_where){ .object = *word },
					  "odd-name", "a name with a tab or a line's end in it");
	for (const char *const *word = words; *word; word++)
		printf("%s%c", *word, word[1] ? '\t' : '\n');
	return 0;
}

#define print_row(diag, ...) put_row(diag, (const char *const[]){ __VA_ARGS__, NULL })

static int step_parts(struct kbuild_args *args, char **words, int nr, struct arena *arena,
		      struct diag *diag)
{
	struct kbuild_parts *p = &args->parts;
	int err;

	(void)words;
	(void)nr;
	p->is_external = args->external;
	if (kbuild_parts_find(p, arena, diag))
		return KLP_FAILED;
	err = print_row(diag, "release", p->release) ?: print_row(diag, "headers", p->headers) ?:
	      print_row(diag, "config", p->config) ?: print_row(diag, "symvers", p->symvers) ?:
	      print_row(diag, "source", p->source ?: "") ?:
	      print_row(diag, "vmlinux", p->vmlinux) ?: print_row(diag, "modules", p->modules) ?:
	      print_row(diag, "compiler",
			kbuild_config_value(p->config, "CONFIG_CC_VERSION_TEXT", arena, diag) ?: "");
	return err ? KLP_FAILED : KLP_OK;
}

static int step_config(struct kbuild_args *args, char **words, int nr, struct arena *arena,
		       struct diag *diag)
{
	(void)args;
	(void)nr;
	return kbuild_config_compare(words[0], words[1], arena, diag) ? KLP_FAILED : KLP_OK;
}

static int step_index(struct kbuild_args *args, char **words, int nr, struct arena *arena,
		      struct diag *diag)
{
	struct kbuild_index index;

	(void)nr;
	if (kbuild_index_dry_run(&index, words[0], args->parts.source, arena, diag) ||
	    kbuild_index_write(&index, args->index))
		return KLP_FAILED;
	return KLP_OK;
}

static int step_users(struct kbuild_args *args, char **words, int nr, struct arena *arena,
		      struct diag *diag)
{
	struct kbuild_index index;

	if (kbuild_index_read(&index, args->index, arena, diag) ||
	    kbuild_index_users(&index, args->build, words, (size_t)nr))
		return KLP_FAILED;
	for (size_t i = 0; i < index.nr; i++)
		if (index.targets[i].is_seen &&
		    print_row(diag, index.targets[i].name, index.targets[i].into ?: ""))
			return KLP_FAILED;
	return KLP_OK;
}

static int print_paths(struct diag *diag, const char *what, const struct kbuild_paths *list)
{
	int err = 0;

	for (size_t i = 0; i < list->nr && !err; i++)
		err = print_row(diag, what, list->paths[i]);
	return err;
}

/* Those of the files named by words that were read. */
static int print_read(struct diag *diag, char **words, size_t nr, const bool *is_read)
{
	int err = 0;

	for (size_t i = 0; i < nr && !err; i++)
		err = is_read[i] ? print_row(diag, "read", words[i]) : 0;
	return err;
}

static int step_made(struct kbuild_args *args, char **words, int nr, struct arena *arena,
		     struct diag *diag)
{
	struct kbuild_index index;
	struct kbuild_made_of m = { .build = args->build, .source = args->parts.source,
				    .is_external = args->external, .index = &index };
	int err = 0;

	kbuild_index_init(&index, arena, diag);
	if (args->index && kbuild_index_read(&index, args->index, arena, diag))
		return KLP_FAILED;
	index.below = args->external ? args->parts.source : NULL;
	if (kbuild_made_of(&m, words, (size_t)nr, arena, diag))
		return KLP_FAILED;
	for (size_t i = 0; i < m.nr_made && !err; i++) {
		const struct kbuild_target *t = kbuild_index_find(&index, m.made[i].name);

		err = print_row(diag, "made", m.made[i].cmd, m.made[i].name, t->into ?: "");
	}
	err = err ?: print_read(diag, words, (size_t)nr, m.is_read) ?:
	      print_paths(diag, "folder", &m.folders) ?: print_paths(diag, "newer", &m.newer);
	for (size_t i = 0; i < m.generated.nr && !err; i += 2)
		err = print_row(diag, "generated", m.generated.paths[i], m.generated.paths[i + 1]);
	return err ? KLP_FAILED : KLP_OK;
}

static int step_makefiles(struct kbuild_args *args, char **words, int nr, struct arena *arena,
			  struct diag *diag)
{
	struct kbuild_compare c = { .build = args->build };
	struct kbuild_index kernel;

	(void)nr;
	if (args->index && kbuild_index_read(&kernel, args->index, arena, diag))
		return KLP_FAILED;
	c.kernel = args->index ? &kernel : NULL;
	c.below = args->external ? args->parts.source : NULL;
	if (kbuild_compare(&c, words[0], words[1], args->parts.source, arena, diag) ||
	    kbuild_index_write(&c.after, words[2]))
		return KLP_FAILED;
	for (size_t i = 0; i < c.nr; i++)
		if (print_row(diag, c.found[i].what, c.found[i].name, c.found[i].more,
			      c.found[i].source))
			return KLP_FAILED;
	return KLP_OK;
}

static int step_replay(struct kbuild_args *args, char **words, int nr, struct arena *arena,
		       struct diag *diag)
{
	const char *target = words[0], *program;
	struct kbuild_index index;
	int err;

	(void)nr;
	if (args->index)
		err = kbuild_index_read(&index, args->index, arena, diag) ?:
			      kbuild_replay_index(&index, target, &program, arena, diag);
	else
		err = kbuild_replay(words[0], args->parts.source, args->build, args->moves, &target,
				    &program, arena, diag);
	if (err)
		return KLP_FAILED;
	if (print_row(diag, target))
		return KLP_FAILED;
	printf("%s\n", program);
	return KLP_OK;
}

static int step_reads(struct kbuild_args *args, char **words, int nr, struct arena *arena,
		      struct diag *diag)
{
	struct kbuild_reads r = { .from = args->build,
				  .source = args->parts.source,
				  .tree = args->tree,
				  .in_place = args->in_place };
	int err;

	if (kbuild_reads(&r, words[0], words + 1, (size_t)nr - 1, arena, diag))
		return KLP_FAILED;
	err = print_read(diag, words + 1, (size_t)nr - 1, r.is_read) ?:
	      print_paths(diag, "stray", &r.strays) ?: print_paths(diag, "folder", &r.folders);
	return err ? KLP_FAILED : KLP_OK;
}

static int step_macros(struct kbuild_args *args, char **words, int nr, struct arena *arena,
		       struct diag *diag)
{
	struct kbuild_macros found = { 0 };

	for (int i = 0; i < nr; i++)
		kbuild_changed_macros(args->parts.source, args->tree, words[i], &found, arena);
	for (size_t i = 0; i < found.nr; i++)
		if (print_row(diag, found.v[i].file, found.v[i].name, found.v[i].old, found.v[i].new))
			return KLP_FAILED;
	return KLP_OK;
}

static int step_report(struct kbuild_args *args, char **words, int nr, struct arena *arena,
		       struct diag *diag)
{
	(void)args;
	(void)nr;
	return kbuild_report(words[0], words[1], KLP_VERSION, arena, diag) ? KLP_FAILED : KLP_OK;
}

static int step_linked(struct kbuild_args *args, char **words, int nr, struct arena *arena,
		       struct diag *diag)
{
	struct kbuild_index index;

	(void)words;
	(void)nr;
	if (kbuild_index_read(&index, args->index, arena, diag))
		return KLP_FAILED;
	for (size_t i = 0; i < index.nr; i++)
		if (index.targets[i].into &&
		    print_row(diag, index.targets[i].name, index.targets[i].into))
			return KLP_FAILED;
	return KLP_OK;
}

/* Each with what it cannot do without. */
static const struct step {
	const char *name;
	int (*run)(struct kbuild_args *args, char **words, int nr, struct arena *arena,
		   struct diag *diag);
	int min, max;		/* arguments */
	bool source, build, index, tree;
} steps[] = {
	{ "parts", step_parts, 0, 0, false, false, false, false },
	{ "config", step_config, 2, 2, false, false, false, false },
	{ "index", step_index, 1, 1, true, false, true, false },
	{ "users", step_users, 1, INT_MAX, false, true, true, false },
	{ "made", step_made, 1, INT_MAX, true, true, false, false },
	{ "makefiles", step_makefiles, 3, 3, true, true, false, false },
	{ "replay", step_replay, 1, 1, true, false, false, false },
	{ "reads", step_reads, 2, INT_MAX, true, true, false, true },
	{ "macros", step_macros, 1, INT_MAX, true, false, false, true },
	{ "report", step_report, 2, 2, false, false, false, false },
	{ "linked", step_linked, 0, 0, false, false, true, false },
	{ .name = NULL },
};

int cmd_kbuild(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	struct kbuild_args args = { 0 };
	const struct step *step = steps;
	int status, nr;

	if (!builtin_parse_options(&usage, argc, argv, arena, diag, &args, &status))
		return status;
	while (step->name && strcmp(step->name, argv[optind]))
		step++;
	nr = argc - optind - 1;
	if (!step->name)
		return builtin_usage_error(&usage, arena, "there is no step '%s'", argv[optind]);
	if (nr < step->min || nr > step->max || (step->source && !args.parts.source) ||
	    (step->build && !args.build) || (step->index && !args.index) ||
	    (step->tree && !args.tree))
		return builtin_usage_error(&usage, arena,
					   "%s: an argument or an option that it needs is missing",
					   step->name);
	return step->run(&args, argv + optind + 1, nr, arena, diag);
}
