// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp diff: options and the summary.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/diff.h>

#include "builtin.h"

enum {
	OPT_OBJECT = 256,
	OPT_SYMVERS,
	OPT_KERNEL,
	OPT_FORCE,
	OPT_IGNORE_SECTION,
	OPT_ENTRY_SIZE,
	OPT_KEEP_LINES,
	OPT_DEBUG,
	OPT_EXIT_CODE,
	OPT_QUIET,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "object", required_argument, NULL, OPT_OBJECT },
	{ "symvers", required_argument, NULL, OPT_SYMVERS },
	{ "kernel", required_argument, NULL, OPT_KERNEL },
	{ "force", required_argument, NULL, OPT_FORCE },
	{ "ignore-section", required_argument, NULL, OPT_IGNORE_SECTION },
	{ "entry-size", required_argument, NULL, OPT_ENTRY_SIZE },
	{ "no-ignore-line-changes", no_argument, NULL, OPT_KEEP_LINES },
	{ "debug", no_argument, NULL, OPT_DEBUG },
	{ "exit-code", no_argument, NULL, OPT_EXIT_CODE },
	{ "quiet", no_argument, NULL, OPT_QUIET },
	{ "help", no_argument, NULL, OPT_HELP },
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
	      "                         may be repeated, the one of the object is used\n"
	      "  --force FUNCTION       replace it although it did not change; repeatable\n"
	      "  --ignore-section NAME  do as if the section were not there; repeatable\n"
	      "  --entry-size SECTION=BYTES\n"
	      "                         size of a special section's entries; repeatable\n"
	      "  --no-ignore-line-changes\n"
	      "                         a line number in a WARN or BUG is a change\n"
	      "  --exit-code            exit 3 if nothing changed\n"
	      "  --quiet                no summary\n"
	      "  --debug                tell how decisions were made\n"
	      "  -h, --help             this text\n"
	      "\n"
	      "Exit status: 0 done (or nothing changed), 1 refused or failed, 2 usage.\n"
	      "If nothing changed, there is no OUT.o; if it failed, OUT.o is as it was.\n",
	      to);
}

static void add_string(struct arena *arena, const char ***list, size_t *nr, const char *s)
{
	size_t cap = *nr;

	*list = arena_grow(arena, *list, *nr, &cap, sizeof(**list));
	(*list)[(*nr)++] = s;
}

struct diff_args {
	struct options opts;
	bool exit_code, quiet, help;
};

/* 0, or KLP_USAGE after a message of getopt's. */
static int parse(int argc, char **argv, struct arena *arena, struct diff_args *args)
{
	struct options *o = &args->opts;
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
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
		case OPT_KEEP_LINES:
			o->keep_line_changes = true;
			break;
		case OPT_DEBUG:
			o->debug = true;
			break;
		case OPT_EXIT_CODE:
			args->exit_code = true;
			break;
		case OPT_QUIET:
			args->quiet = true;
			break;
		case 'h':
		case OPT_HELP:
			args->help = true;
			return 0;
		default:
			return KLP_USAGE;
		}
	}
	return argc - optind == 3 ? 0 : KLP_USAGE;
}

/* ---- summary ---- */

static void print_functions(const struct diff *d)
{
	for (uint32_t i = 0; i < d->patched.nr_pieces; i++) {
		const struct piece *p = &d->patched.pieces[i];
		const char *file;

		if (p->kind != PIECE_FUNC || p->owner != NO_PIECE || !(p->flags & PIECE_INCLUDED))
			continue;
		file = object_file_name(&d->patched, p->sym);
		printf("  %-8s %s%s%s%s\n",
		       p->flags & PIECE_NEW	? "new"
		       : p->flags & PIECE_CARRIED ? "carried"
						  : "changed",
		       p->name, *file ? " (" : "", file, *file ? ")" : "");
	}
}

static const char *separator(bool *first)
{
	const char *s = *first ? "copied: " : ", ";

	*first = false;
	return s;
}

static void print_number(uint32_t n, const char *one, const char *many, bool *first)
{
	if (n)
		printf("%s%u %s", separator(first), n, n == 1 ? one : many);
}

static void print_copied(const struct diff_stats *s)
{
	bool first = true;

	print_number(s->data, "new object", "new objects", &first);
	print_number(s->statics, "special static", "special statics", &first);
	print_number(s->strings, "string", "strings", &first);
	print_number(s->constants, "constant", "constants", &first);
	print_number(s->anon, "nameless piece", "nameless pieces", &first);
	if (!first)
		printf("\n");
}

/* Entries of each kind of table: how many of the object's the output has. */
struct table_count {
	const struct special_rule *rule;
	const char *name;
	uint32_t kept, total;
};

struct table_counts {
	struct table_count *v;
	size_t nr, cap;
};

/* There are few kinds, however many sections of each. */
static struct table_count *table_count(const struct diff *d, struct table_counts *counts,
				       uint32_t sec)
{
	const struct special_rule *rule = d->patched.secs[sec].rule;

	for (size_t i = 0; i < counts->nr; i++)
		if (counts->v[i].rule == rule)
			return &counts->v[i];
	counts->v = arena_grow(d->arena, counts->v, counts->nr, &counts->cap, sizeof(*counts->v));
	counts->v[counts->nr].rule = rule;
	counts->v[counts->nr].name = d->patched.elf->secs[sec]->name;
	return &counts->v[counts->nr++];
}

static void print_tables(const struct diff *d)
{
	const struct object *obj = &d->patched;
	struct table_counts counts = { 0 };

	for (uint32_t s = 1; s < obj->elf->nr_secs; s++) {
		const struct sec_info *info = &obj->secs[s];
		struct table_count *c;

		if (info->role != ROLE_TABLE)
			continue;
		c = table_count(d, &counts, s);
		c->total += info->nr_pieces;
		for (uint32_t i = 0; i < info->nr_pieces; i++)
			c->kept += obj->pieces[info->first_piece + i].out_sec != NULL;
	}
	for (size_t i = 0; i < counts.nr; i++)
		if (counts.v[i].kept)
			printf("entries: %u of %u in %s\n", counts.v[i].kept, counts.v[i].total,
			       counts.v[i].name);
}

static void print_summary(const struct diff *d)
{
	const struct diff_stats *s = &d->stats;

	if (!s->out) {
		printf("%s: nothing changed", s->object_name);
		if (s->line_changes)
			printf(" but line numbers (%u functions)", s->line_changes);
		printf("; no output\n");
		return;
	}
	printf("%s (%s): %zu changed, %zu new", s->object_name, s->object_name_from, s->nr_changed,
	       s->nr_new);
	if (s->nr_carried)
		printf(", %zu carried by their callers", s->nr_carried);
	printf("\n");
	print_functions(d);
	print_copied(s);
	print_tables(d);
	if (s->livepatch_refs)
		printf("livepatch references: %u, to %u symbols of the kernel\n", s->livepatch_refs,
		       s->livepatch_syms);
	if (s->line_changes)
		printf("ignored: %u functions in which only line numbers changed\n",
		       s->line_changes);
	if (s->symvers)
		printf("exports: %s\n", s->symvers);
	printf("wrote %s\n", s->out);
}

int cmd_diff(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	struct diff_args *args = arena_alloc(arena, sizeof(*args));
	struct diff *d;
	int status = parse(argc, argv, arena, args);

	if (status) {
		help(stderr);
		return status;
	}
	if (args->help) {
		help(stdout);
		return KLP_OK;
	}
	diag->debug = args->opts.debug;
	if (klp_diff(argv[optind], argv[optind + 1], argv[optind + 2], &args->opts, arena, diag, &d))
		return KLP_FAILED;
	if (!args->quiet)
		print_summary(d);
	return args->exit_code && !d->stats.out ? KLP_NO_CHANGE : KLP_OK;
}
