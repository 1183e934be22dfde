// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: what the user says of twins, with klp diff's --pair OLD=NEW and --no-pair NAME.
 *
 * A function or object is called by its name; FILE:NAME tells several apart that come from
 * different source files, SECTION+0xOFFSET any.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static bool is_at(const struct image *img, uint32_t sym, uint32_t sec, uint64_t value)
{
	return img->elf->syms[sym].sec == sec && img->elf->syms[sym].value == value;
}

/* How many places have that name; *found: a symbol at one of them. */
static unsigned int find_name(const struct image *img, const char *name, const char *file,
			      uint32_t *found)
{
	unsigned int nr = 0;

	for (const struct map_entry *e = map_find_str(&img->names, name); e;
	     e = map_next(&img->names, e)) {
		const struct elf_sym *sym = &img->elf->syms[e->value];

		if (!elf_sym_in_sec(sym) || (file && strcmp(img->files[e->value], file)) ||
		    (nr && is_at(img, *found, sym->sec, sym->value)))
			continue;
		*found = e->value;
		nr++;
	}
	return nr;
}

static unsigned int find_place(const struct image *img, const char *text, uint32_t *found)
{
	const char *plus = strstr(text, "+0x");
	uint64_t off = plus ? strtoull(plus + 1, NULL, 16) : 0;

	for (uint32_t i = 1; plus && i < img->elf->nr_syms; i++) {
		const struct elf_sym *sym = &img->elf->syms[i];
		const char *sec = elf_sym_in_sec(sym) ? img->elf->secs[sym->sec]->name : "";

		if (sym->value != off || (sym->type != STT_FUNC && sym->type != STT_OBJECT) ||
		    strlen(sec) != (size_t)(plus - text) || strncmp(sec, text, strlen(sec)))
			continue;
		*found = i;
		return 1;
	}
	return 0;
}

static int find_said(struct oracle *o, const struct image *img, const char *option,
		     const char *text, uint32_t *found)
{
	struct diag_where where = { .object = img->elf->path, .symbol = text };
	const char *colon = strrchr(text, ':');
	unsigned int nr = find_name(img, text, NULL, found);

	if (!nr && colon)
		nr = find_name(img, colon + 1,
			       arena_strndup(o->arena, text, (size_t)(colon - text)), found);
	if (!nr)
		nr = find_place(img, text, found);
	if (nr == 1)
		return 0;
	return diag_error(o->diag, &where, nr ? "ambiguous-name" : "no-such-name",
			  nr ? "%s: several functions or objects are called so" :
			       "%s: there is no such function or object",
			  option);
}

/* By all the names that it has. */
static void say(struct oracle *o, uint32_t psym, uint32_t orig)
{
	const struct elf_sym *sym = &o->patched.elf->syms[psym];

	for (uint32_t i = 1; i < o->patched.elf->nr_syms; i++)
		if (is_at(&o->patched, i, sym->sec, sym->value))
			o->said[i] = orig;
}

int read_said(struct oracle *o)
{
	o->taken_by = arena_calloc(o->arena, o->orig.elf->nr_syms, sizeof(*o->taken_by));
	o->said = arena_calloc(o->arena, o->patched.elf->nr_syms, sizeof(*o->said));
	for (size_t i = 0; i < o->opts->nr_no_pairs; i++) {
		uint32_t psym = 0;

		if (find_said(o, &o->patched, "--no-pair", o->opts->no_pairs[i], &psym))
			return -1;
		say(o, psym, NOT_FOUND);
	}
	for (size_t i = 0; i < o->opts->nr_pairs; i++) {
		const char *text = o->opts->pairs[i], *equals = strchr(text, '=');
		const char *old = arena_strndup(o->arena, text, (size_t)(equals - text));
		uint32_t orig = 0, psym = 0;

		if (find_said(o, &o->orig, "--pair", old, &orig) ||
		    find_said(o, &o->patched, "--pair", equals + 1, &psym))
			return -1;
		say(o, psym, orig);
	}
	return 0;
}

uint32_t orig_named(const struct oracle *o, const char *name, uint32_t psym)
{
	uint32_t said = o->said[psym];

	if (said)
		return said == NOT_FOUND ? 0 : said;
	return image_find(&o->orig, name, o->patched.files[psym]);
}

bool is_said_called(const struct oracle *o, uint32_t psym, const char *name)
{
	uint32_t said = o->said[psym];
	const struct elf_sym *old;

	if (!said || said == NOT_FOUND)
		return false;
	old = &o->orig.elf->syms[said];
	for (const struct map_entry *e = map_find_str(&o->orig.names, name); e;
	     e = map_next(&o->orig.names, e))
		if (is_at(&o->orig, e->value, old->sec, old->value))
			return true;
	return false;
}
