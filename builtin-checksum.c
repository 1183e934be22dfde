// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp checksum: options, and the list of a dry run.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <klp/checksum.h>

#include "builtin.h"

enum {
	OPT_DRY_RUN = 256,
	OPT_DEBUG,
};

static const struct option long_options[] = {
	{ "dry-run", no_argument, NULL, OPT_DRY_RUN },
	{ "debug-checksum", required_argument, NULL, OPT_DEBUG },
	COLOR_OPTION,
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void help(FILE *to)
{
	fputs("usage: klp checksum [OPTIONS] FILE.o\n"
	      "\n"
	      "Write a checksum of what each function and object of FILE.o means into its\n"
	      "section .discard.sym_checksum, in place.  (klp diff does not need it.)\n"
	      "\n"
	      "  --dry-run              print checksums and names; FILE.o stays as it is\n"
	      "  --debug-checksum NAME[,NAME...]\n"
	      "                         print what each instruction of these functions, or word\n"
	      "                         of these objects, contributes; repeatable\n"
	      "  --color WHEN           auto (on a terminal), always, never\n"
	      "  -h, --help             this text\n"
	      "\n"
	      "Exit status: 0 done, 1 failed (the file is as it was), 2 usage.\n",
	      to);
}

struct checksum_args {
	const char **names;	/* --debug-checksum, each as given */
	size_t nr_names, cap_names;
	bool dry_run, help;
};

/* 0, or KLP_USAGE after a message of getopt's. */
static int parse(int argc, char **argv, struct arena *arena, struct diag *diag,
		 struct checksum_args *args)
{
	int c;

	optind = 0;
	while ((c = next_option(argc, argv, "h", long_options, diag)) != -1) {
		switch (c) {
		case OPT_DRY_RUN:
			args->dry_run = true;
			break;
		case OPT_DEBUG:
			args->names = arena_grow(arena, args->names, args->nr_names,
						 &args->cap_names, sizeof(*args->names));
			args->names[args->nr_names++] = optarg;
			break;
		case 'h':
			args->help = true;
			return 0;
		default:
			return KLP_USAGE;
		}
	}
	return argc - optind == 1 ? 0 : KLP_USAGE;
}

/* All of that name: several source files may have a static one each. */
static int explain(struct object *obj, const char *name)
{
	struct diag_where where = { .object = obj->elf->path, .symbol = name };
	uint32_t last = NO_PIECE;
	bool found = false;

	for (const struct map_entry *e = map_find_str(&obj->names, name); e;
	     e = map_next(&obj->names, e)) {
		uint32_t at = obj->piece_of[e->value];

		if (at == NO_PIECE || at == last || !piece_has_checksum(&obj->pieces[at]))
			continue;
		checksum_explain(obj, &obj->pieces[at], stdout);
		last = at;
		found = true;
	}
	if (found)
		return 0;
	return diag_error(obj->diag, &where, "no-such-function",
			  "--debug-checksum: there is no such function or object");
}

/* list: names with commas between them */
static int explain_list(struct object *obj, const char *list)
{
	int err = 0;

	while (*list) {
		size_t len = strcspn(list, ",");

		if (len && explain(obj, arena_strndup(obj->arena, list, len)))
			err = -EINVAL;
		list += len + (list[len] == ',');
	}
	return err;
}

/* An alias has its function's checksum. */
static void print_list(const struct object *obj)
{
	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		const struct piece *p = &obj->pieces[i];

		for (uint32_t k = 0; k < p->nr_aliases && piece_has_checksum(p); k++) {
			const struct elf_sym *sym = &obj->elf->syms[obj->by_place[p->first_alias + k]];

			if (sym->value == p->base)
				printf("%016llx  %s\n", (unsigned long long)p->checksum, sym->name);
		}
	}
}

int cmd_checksum(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	static const struct options defaults;
	struct checksum_args *args = arena_alloc(arena, sizeof(*args));
	struct object *obj = arena_alloc(arena, sizeof(*obj));
	int err = parse(argc, argv, arena, diag, args);

	if (err) {
		help(stderr);
		return err;
	}
	if (args->help) {
		help(stdout);
		return KLP_OK;
	}
	err = object_load(obj, argv[optind], &defaults, arena, diag);
	if (err)
		return KLP_FAILED;
	object_checksums(obj);
	for (size_t i = 0; i < args->nr_names && !err; i++)
		err = explain_list(obj, args->names[i]);
	if (err)
		return KLP_FAILED;
	if (!args->dry_run)
		return checksum_write(obj) ? KLP_FAILED : KLP_OK;
	if (!args->nr_names)
		print_list(obj);
	return KLP_OK;
}
