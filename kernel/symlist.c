// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The symbols of a kernel and its modules: collecting them.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/text.h>

#include "symlist.h"

#define KSYMTAB "__ksymtab_"

struct symlist *symlist_new(struct arena *arena, struct diag *diag)
{
	struct symlist *l = arena_alloc(arena, sizeof(*l));

	l->arena = arena;
	l->diag = diag;
	map_init(&l->names, arena);
	return l;
}

/* ---- objects ---- */

static bool address_of(const struct kernel_file *k, const char *name, uint64_t *addr)
{
	size_t nr;
	const struct kernel_sym *s = kernel_file_find(k, name, &nr);

	*addr = nr == 1 ? s->addr : 0;
	return nr == 1;
}

/* They say where that is (asm-generic/sections.h; arm64's too), and stay good as addresses. */
static bool is_border(const char *name)
{
	static const char *const borders[] = {
		"__init_begin",	    "__init_end",     "_sinittext",	  "_einittext",
		"__inittext_begin", "__inittext_end", "__initdata_begin", "__initdata_end",
	};

	for (size_t i = 0; i < sizeof(borders) / sizeof(*borders); i++)
		if (!strcmp(name, borders[i]))
			return true;
	return false;
}

/*
 * Init memory, which is freed after boot: __init_begin to __init_end of the
 * architectures' vmlinux.lds.S.  On some the per-CPU template stands inside;
 * addresses in it are what per-CPU variables are referred to by, and stay good.
 */
static void mark_freed(struct kernel_file *k)
{
	uint64_t begin, end, percpu = 0, percpu_end = 0;
	bool has_percpu;

	if (strcmp(k->object, "vmlinux") != 0 || !address_of(k, "__init_begin", &begin) ||
	    !address_of(k, "__init_end", &end))
		return;
	has_percpu = address_of(k, "__per_cpu_start", &percpu) &&
		     address_of(k, "__per_cpu_end", &percpu_end);
	for (size_t i = 0; i < k->nr; i++) {
		struct kernel_sym *s = &k->syms[i];

		s->freed = s->addr >= begin && s->addr < end && !is_border(s->name) &&
			   !(has_percpu && s->addr >= percpu && s->addr < percpu_end);
	}
}

int symlist_add_object(struct symlist *l, struct kernel_file *k)
{
	const struct map_entry *e = map_find_str(&l->names, k->object);
	struct diag_where where = { .object = k->path };

	if (e)
		return diag_error(l->diag, &where, "object-twice",
				  "it has the symbols of %s, and %s has such, too; which of the "
				  "two is in use? pass only that one",
				  k->object, l->objects[e->value]->path);
	mark_freed(k);
	l->objects = arena_grow(l->arena, l->objects, l->nr, &l->cap, sizeof(struct kernel_file *));
	map_add_str(&l->names, k->object, (uint32_t)l->nr);
	l->objects[l->nr++] = k;
	return 0;
}

/* ---- files and directories ---- */

static int cannot_read(struct symlist *l, const char *path)
{
	return diag_error(l->diag, &(struct diag_where){ .object = path }, "read",
			  "cannot read it: %s", strerror(errno));
}

static bool was_read(struct symlist *l, const struct stat *st)
{
	for (size_t i = 0; i < l->nr_files; i++)
		if (l->files[i].dev == st->st_dev && l->files[i].ino == st->st_ino)
			return true;
	l->files = arena_grow(l->arena, l->files, l->nr_files, &l->cap_files, sizeof(*l->files));
	l->files[l->nr_files++] = (struct file_id){ st->st_dev, st->st_ino };
	return false;
}

static int add_file(struct symlist *l, const char *path)
{
	struct kernel_file *k;
	struct text text;
	int err;

	err = text_open(&text, path, l->arena, l->diag);
	if (err)
		return err;
	if (symlist_is_list(&text))
		return symlist_read(l, &text);
	err = kernel_file_read(&k, &text, l->arena, l->diag);
	err = err ?: symlist_add_object(l, k);
	for (size_t i = 0; !err && i < k->nr_modules; i++)
		err = symlist_add_object(l, k->module_files[i]);
	return err;
}

static bool ends_with(const char *s, const char *suffix)
{
	size_t len = strlen(s), n = strlen(suffix);

	return len > n && !strcmp(s + len - n, suffix);
}

/* Below the directory itself, a vmlinux is that of a boot loader. */
static bool is_wanted(const char *name, bool top)
{
	return (top && !strcmp(name, "vmlinux")) || ends_with(name, ".ko") ||
	       ends_with(name, ".klp") || ends_with(name, ".klp.gz") || ends_with(name, ".list") ||
	       ends_with(name, ".list.gz");
}

/* Left out, it would make names look unique that are not. */
static int check_packed(struct symlist *l, const char *path)
{
	static const char *const suffixes[] = { ".gz", ".xz", ".zst" };
	struct diag_where where = { .object = path };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		const char *plain =
			ends_with(path, suffixes[i])
				? arena_strndup(l->arena, path, strlen(path) - strlen(suffixes[i]))
				: "";

		if (ends_with(plain, ".ko") && access(plain, F_OK))
			return diag_error(l->diag, &where, "compressed",
					  "a compressed module, whose symbols are needed, too: "
					  "unpack it first");
	}
	return 0;
}

static void close_dir(void *arg)
{
	DIR **dir = arg;

	if (*dir)
		closedir(*dir);
	*dir = NULL;
}

static int cmp_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, so that the same directory gives the same list. */
static int read_dir(struct symlist *l, const char *path, const char ***names, size_t *nr)
{
	DIR **dir = arena_alloc(l->arena, sizeof(DIR *));
	const struct dirent *entry;
	size_t cap = 0;

	arena_defer(l->arena, close_dir, dir);
	*dir = opendir(path);
	if (!*dir)
		return cannot_read(l, path);
	*names = NULL;
	*nr = 0;
	while ((errno = 0, entry = readdir(*dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		*names = arena_grow(l->arena, *names, *nr, &cap, sizeof(const char *));
		(*names)[(*nr)++] = arena_strdup(l->arena, entry->d_name);
	}
	if (errno)
		return cannot_read(l, path);
	close_dir(dir);
	if (*nr)
		qsort(*names, *nr, sizeof(const char *), cmp_names);
	return 0;
}

/* Links to directories are not followed: /lib/modules/VERSION/build leads to everything. */
static int add_dir(struct symlist *l, const char *path, bool top, size_t *found)
{
	const char **names = NULL;
	size_t nr = 0;
	int err = read_dir(l, path, &names, &nr);

	for (size_t i = 0; i < nr && !err; i++) {
		const char *file = arena_printf(l->arena, "%s/%s", path, names[i]);
		struct stat st;

		if (lstat(file, &st))
			err = cannot_read(l, file);
		else if (S_ISDIR(st.st_mode))
			err = add_dir(l, file, false, found);
		else if (is_wanted(names[i], top) && !stat(file, &st) && S_ISREG(st.st_mode) &&
			 ++*found && !was_read(l, &st))
			err = add_file(l, file);
		else
			err = check_packed(l, file);
	}
	return err;
}

int symlist_add(struct symlist *l, const char *path)
{
	struct diag_where where = { .object = path };
	size_t found = 0;
	struct stat st;
	int err;

	if (stat(path, &st))
		return cannot_read(l, path);
	if (!S_ISDIR(st.st_mode))
		return was_read(l, &st) ? 0 : add_file(l, path);
	err = add_dir(l, path, true, &found);
	if (!err && !found)
		return diag_error(l->diag, &where, "no-objects",
				  "in this directory is no vmlinux, and in and below it neither a "
				  "module (*.ko) nor a list of symbols (*.klp, *.list)");
	return err;
}

/* ---- questions ---- */

size_t symlist_count(const struct symlist *l)
{
	return l->nr;
}

const struct kernel_file *symlist_at(const struct symlist *l, size_t i)
{
	return l->objects[i];
}

const struct kernel_file *symlist_find(const struct symlist *l, const char *object)
{
	const struct map_entry *e = map_find_str(&l->names, object);

	return e ? l->objects[e->value] : NULL;
}

/* include/linux/export-internal.h: an entry of __ksymtab has a symbol of its own. */
const struct kernel_file *symlist_exporter(const struct symlist *l, const char *name)
{
	const char *entry = arena_printf(l->arena, KSYMTAB "%s", name);
	size_t nr;

	for (size_t i = 0; i < l->nr; i++)
		if (kernel_file_find(l->objects[i], entry, &nr))
			return l->objects[i];
	return NULL;
}

bool symlist_has_exports(const struct symlist *l)
{
	for (size_t i = 0; i < l->nr; i++)
		for (size_t k = 0; k < l->objects[i]->nr; k++)
			if (!strncmp(l->objects[i]->syms[k].name, KSYMTAB, strlen(KSYMTAB)))
				return true;
	return false;
}
