// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --pair OLD=NEW and --no-pair NAME: what the user knows about twins.
 *
 * A piece is called by its name; FILE:NAME tells several apart that come from
 * different source files, SECTION+0xOFFSET any.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* A message lists no more than these. */
#define MAX_LISTED 8

static bool may_be_meant(const struct piece *p)
{
	return p->name && (p->kind == PIECE_FUNC || p->kind == PIECE_OBJECT);
}

/* Whether the symbol is at the piece's begin: one of its names. */
static bool names_piece(const struct object *obj, uint32_t sym, const char *file)
{
	uint32_t i = obj->piece_of[sym];

	if (i == NO_PIECE || !may_be_meant(&obj->pieces[i]) ||
	    obj->elf->syms[sym].value != obj->pieces[i].base)
		return false;
	return !file || !strcmp(object_file_name(obj, sym), file);
}

/* How many pieces have that name; *piece: the first. */
static uint32_t find_name(const struct object *obj, const char *name, const char *file,
			  uint32_t *piece)
{
	uint32_t nr = 0;

	for_each_str (&obj->names, name, e) {
		if (!names_piece(obj, e->value, file) ||
		    (nr && obj->piece_of[e->value] == *piece))
			continue;
		if (!nr++)
			*piece = obj->piece_of[e->value];
	}
	return nr;
}

static uint32_t find_place(const struct object *obj, const char *text, uint32_t *piece)
{
	const char *plus = strstr(text, "+0x");
	char *end;
	uint64_t offset = plus ? strtoull(plus + 1, &end, 16) : 0;
	uint32_t nr = 0;

	for (uint32_t i = 0; plus && !*end && i < obj->nr_pieces; i++) {
		const struct piece *p = &obj->pieces[i];

		if (!may_be_meant(p) || p->base != offset ||
		    strlen(p->sec->name) != (size_t)(plus - text) ||
		    strncmp(p->sec->name, text, (size_t)(plus - text)) != 0)
			continue;
		if (!nr++)
			*piece = i;
	}
	return nr;
}

/* … of what the user wrote. */
static uint32_t find(const struct object *obj, const char *text, uint32_t *piece)
{
	const char *colon = strrchr(text, ':');
	uint32_t nr = find_name(obj, text, NULL, piece);

	if (!nr && colon)
		nr = find_name(obj, colon + 1,
			       arena_strndup(obj->arena, text, (size_t)(colon - text)), piece);
	return nr ?: find_place(obj, text, piece);
}

const char *diff_piece_call(const struct object *obj, uint32_t piece)
{
	const struct piece *p = &obj->pieces[piece];
	const char *file = object_file_name(obj, p->sym);
	uint32_t found;

	if (find_name(obj, p->name, NULL, &found) == 1)
		return p->name;
	if (*file && find_name(obj, p->name, file, &found) == 1)
		return arena_printf(obj->arena, "%s:%s", file, p->name);
	return arena_printf(obj->arena, "%s+0x%llx", p->sec->name, (unsigned long long)p->base);
}

/* ---- what is wrong with a name ---- */

/* "file:name", or "name". */
static const char *bare_name(const char *text)
{
	const char *colon = strrchr(text, ':');

	return colon ? colon + 1 : text;
}

/* Pieces that have the name, or but for what compilers append to it. */
static const char *list_like(const struct object *obj, const char *text)
{
	const char *name = bare_name(text), *stem = name_stem(name, obj->arena), *list = "";
	uint32_t nr = 0;

	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		const struct piece *p = &obj->pieces[i];
		const char *last = may_be_meant(p) ? strrchr(p->stem, '.') : NULL;

		if (!may_be_meant(p) || (strcmp(p->stem, stem) && (!last || strcmp(last + 1, stem))))
			continue;
		if (nr++ < MAX_LISTED)
			list = arena_printf(obj->arena, "%s%s%s", list, *list ? ", " : "",
					    diff_piece_call(obj, i));
	}
	return nr > MAX_LISTED ? arena_printf(obj->arena, "%s, …", list) : list;
}

static int bad_name(struct diff *d, const struct object *obj, const char *option, const char *text,
		    uint32_t nr)
{
	struct diag_where where = { .object = obj->elf->path, .symbol = text };
	const char *like = list_like(obj, text);

	if (nr)
		return diag_error(d->diag, &where, "ambiguous-name",
				  "%s: %u functions or objects are called so; there are %s", option,
				  nr, like);
	return diag_error(d->diag, &where, "no-such-name",
			  "%s: there is no such function or object%s%s", option,
			  *like ? "; there are " : "", like);
}

/* The only piece of that name that can have a twin of its own. */
static int resolve(struct diff *d, const struct object *obj, const char *option, const char *text,
		   uint32_t *piece)
{
	uint32_t nr = find(obj, text, piece);
	struct diag_where where = { .object = obj->elf->path, .symbol = text };
	const struct piece *p;

	if (nr != 1)
		return bad_name(d, obj, option, text, nr);
	p = &obj->pieces[*piece];
	if (p->owner != NO_PIECE)
		return diag_error(d->diag, &where, "part",
				  "%s: it is a part of %s, and goes with it", option,
				  obj->pieces[p->owner].name);
	if (piece_is_content(p))
		return diag_error(d->diag, &where, "special-static",
				  "%s: compilers make one for each user: it is copied with it, and "
				  "has no twin",
				  option);
	if (!piece_is_open(p))
		return diag_error(d->diag, &where, "paired-twice",
				  "--pair and --no-pair speak of it twice");
	return 0;
}

static int pair_two(struct diff *d, const char *text)
{
	const char *equals = strchr(text, '=');
	const char *old = arena_strndup(d->arena, text, (size_t)(equals - text));
	uint32_t a = 0, b = 0;
	int err = resolve(d, d->orig, "--pair", old, &a);

	err = err ?: resolve(d, d->patched, "--pair", equals + 1, &b);
	if (err)
		return err;
	if (d->orig->pieces[a].kind != d->patched->pieces[b].kind) {
		struct diag_where where = piece_where(d->patched, &d->patched->pieces[b]);

		return diag_error(d->diag, &where, "mismatch",
				  "--pair: one is a function, the other is an object (%s of %s)",
				  old, d->orig->elf->path);
	}
	diff_pair(d, a, b, EVIDENCE_USER);
	return 0;
}

int diff_pair_by_user(struct diff *d)
{
	int err = 0;

	for (size_t i = 0; i < d->opts->nr_no_pairs; i++) {
		uint32_t b = 0;
		int bad = resolve(d, d->patched, "--no-pair", d->opts->no_pairs[i], &b);

		if (!bad)
			d->patched->pieces[b].flags |= PIECE_ALONE;
		err = err ?: bad;
	}
	for (size_t i = 0; i < d->opts->nr_pairs; i++) {
		int bad = pair_two(d, d->opts->pairs[i]);

		err = err ?: bad;
	}
	return err;
}
