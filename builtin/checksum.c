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

struct checksum_args {
	const char **names;	/* --debug-checksum, each as given */
	size_t nr_names;
	bool dry_run;
};

#define AT(member) offsetof(struct checksum_args, member)

static const struct option_row rows[] = {
	{ "dry-run", 0, NULL, OPTION_FLAG, AT(dry_run), { 0 },
	  "print checksums and names; FILE.o stays as it is" },
	{ "debug-checksum", 0, "NAME[,NAME...]", OPTION_WORDS, AT(names), { AT(nr_names) },
	  "print what each instruction of these functions, or word\n"
	  "of these objects, contributes; repeatable" },
	{ .name = NULL },
};

static const struct usage usage = {
	.what = "checksum [OPTIONS] FILE.o\n"
		"\n"
		"Write a checksum of what each function and object of FILE.o means into its\n"
		"section .discard.sym_checksum, in place.  (klp diff does not need it.)\n",
	.rows = rows,
	.status = "Exit status: 0 done, 1 failed (the file is as it was), 2 usage.\n",
	.min_files = 1,
	.max_files = 1,
};

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
	struct object *obj = arena_alloc(arena, sizeof(*obj));
	struct checksum_args args = { 0 };
	int err;

	if (!parse_options(&usage, argc, argv, arena, diag, &args, &err))
		return err;
	err = object_load(obj, argv[optind], &defaults, arena, diag);
	if (err)
		return KLP_FAILED;
	object_checksums(obj);
	for (size_t i = 0; i < args.nr_names && !err; i++)
		err = explain_list(obj, args.names[i]);
	if (err)
		return KLP_FAILED;
	if (!args.dry_run)
		return checksum_write(obj) ? KLP_FAILED : KLP_OK;
	if (!args.nr_names)
		print_list(obj);
	return KLP_OK;
}
