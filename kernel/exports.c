// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Exports: Module.symvers files (written by scripts/mod/modpost.c, write_dump()).
 *
 * Three layouts of tab-separated columns exist; a line tells by itself which one
 * it has, from where its export type stands:
 *
 *	crc symbol module type			before 5.4
 *	crc symbol namespace module type	5.4 to 5.6
 *	crc symbol module type namespace	since 5.7
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/hash.h>
#include <klp/infile.h>
#include <klp/kernel.h>
#include <klp/text.h>

#define MAX_COLUMNS 5

/* The exports of one name. */
struct export_slot {
	struct export *first, *last;
};

struct exports {
	struct arena *arena;
	struct map names; /* → slots */
	struct export_slot *slots;
	size_t nr_slots, cap_slots;
};

struct exports *exports_new(struct arena *arena)
{
	struct exports *x = arena_alloc(arena, sizeof(*x));

	x->arena = arena;
	map_init(&x->names, arena);
	return x;
}

char *kernel_module_of_path(struct arena *arena, const char *path)
{
	static const char *const suffixes[] = { ".ko", ".o", ".ko.gz", ".ko.xz", ".ko.zst" };
	const char *slash = strrchr(path, '/');
	char *name = arena_strdup(arena, slash ? slash + 1 : path);
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++)
		if (len > strlen(suffixes[i]) && !strcmp(name + len - strlen(suffixes[i]), suffixes[i])) {
			name[len - strlen(suffixes[i])] = '\0';
			break;
		}
	for (char *p = name; *p; p++)
		if (*p == '-')
			*p = '_';
	return name;
}

/* EXPORT_SYMBOL, …_GPL, …_GPL_FUTURE, …_FOR_…, EXPORT_UNUSED_SYMBOL…; what modpost could not tell.
 */
static bool is_export_type(const char *s)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";

	if (!strcmp(s, "(unknown)"))
		return true;
	return (starts_with(s, "EXPORT_SYMBOL") ||
		starts_with(s, "EXPORT_UNUSED_SYMBOL")) &&
	       !s[strspn(s, letters)];
}

/* Cut line at its tabs.  Returns the number of columns, of which at most MAX_COLUMNS are stored. */
static size_t split_columns(char *line, char **cols)
{
	size_t nr = 0;

	for (char *next = line; next; nr++) {
		char *col = next;

		next = strchr(col, '\t');
		if (next)
			*next++ = '\0';
		if (nr < MAX_COLUMNS)
			cols[nr] = col;
	}
	return nr;
}

static int parse_crc(const struct text *t, const char *s, uint32_t *crc)
{
	unsigned long long v;
	char *end;

	v = strtoull(s, &end, 16);
	if (!starts_with(s, "0x") || !s[2] || *end || v > UINT32_MAX)
		return text_error(t, "symvers", "'%s' is not a CRC (0x and eight digits)", s);
	*crc = (uint32_t)v;
	return 0;
}

static int parse_line(const struct text *t, char *line, struct export *e)
{
	char *cols[MAX_COLUMNS];
	size_t nr = split_columns(line, cols);
	const char *module, *type;

	if (nr < 4 || nr > MAX_COLUMNS)
		return text_error(t, "symvers",
				  "%zu tab-separated columns, but a symvers line has 4 or 5", nr);
	if (is_export_type(cols[3])) {
		module = cols[2];
		type = cols[3];
		e->ns = nr > 4 ? cols[4] : "";
	} else if (nr == 5 && is_export_type(cols[4])) {
		e->ns = cols[2];
		module = cols[3];
		type = cols[4];
	} else {
		return text_error(t, "symvers",
				  "no export type (EXPORT_SYMBOL…) in column 4 or 5: '%s'",
				  cols[nr - 1]);
	}
	e->name = cols[1];
	e->module = kernel_module_of_path(t->arena, module);
	if (!*e->name || !*e->module)
		return text_error(t, "symvers", "the %s is missing",
				  *e->name ? "module" : "symbol");
	e->gpl = strstr(type, "_GPL") != NULL;
	e->file = t->path;
	return parse_crc(t, cols[0], &e->crc);
}

static void add_export(struct exports *x, struct export *e)
{
	const struct map_entry *found = map_find_str(&x->names, e->name);
	struct export_slot *slot;

	if (found) {
		slot = &x->slots[found->value];
		slot->last->next = e;
		slot->last = e;
		return;
	}
	x->slots = arena_grow(x->arena, x->slots, x->nr_slots, &x->cap_slots, sizeof(*x->slots));
	map_add_str(&x->names, e->name, (uint32_t)x->nr_slots);
	slot = &x->slots[x->nr_slots++];
	slot->first = slot->last = e;
}

int exports_read(struct exports *x, const char *path, struct diag *diag)
{
	struct diag_where where = { .object = path };
	struct text text;
	char *line;
	int err;

	err = text_open(&text, path, x->arena, diag);
	if (err)
		return err;
	if (text.elf || text.image)
		return diag_error(diag, &where, "symvers",
				  "this is %s, not a Module.symvers (plain or gzip)",
				  text.elf ? "an ELF file" : "a packed file or a boot image");
	while ((line = text_line(&text))) {
		struct export *e;

		if (!*line)
			continue;
		e = arena_alloc(x->arena, sizeof(*e));
		err = parse_line(&text, line, e);
		if (err)
			return err;
		add_export(x, e);
	}
	return 0;
}

const char *exports_nearest(struct arena *arena, const char *path)
{
	char *dir = infile_real_path(arena, path);
	const char *found = NULL;
	char *slash;

	while (dir && !found && (slash = strrchr(dir, '/'))) {
		*slash = '\0';
		found = arena_printf(arena, "%s/Module.symvers", dir);
		if (access(found, R_OK))
			found = NULL;
	}
	return found;
}

const struct export *exports_find(const struct exports *x, const char *name)
{
	const struct map_entry *e = map_find_str(&x->names, name);

	return e ? x->slots[e->value].first : NULL;
}

size_t exports_count(const struct exports *x)
{
	return x->nr_slots;
}
