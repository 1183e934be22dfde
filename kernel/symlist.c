// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of the symbols of a kernel and its modules (klp symbols): collect them from files, write
 * them, read them, and look a symbol up.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/infile.h>
#include <klp/kernel.h>
#include <klp/klp-name.h>
#include <klp/term.h>
#include <klp/text.h>

#include "internal.h"

struct symlist {
	struct arena *arena;
	struct diag *diag;
	struct kernel_file **objects;
	size_t nr, cap;
	struct map names; /* of objects */

	struct file_id {
		dev_t dev;
		ino_t ino;
	} * files; /* that were read */
	size_t nr_files, cap_files;
};

#define FORMAT "klp-convert-symbol-data."
#define GONE   " init" /* behind the name of what vanishes with a module's init sections */

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
		"__per_cpu_start",  "__per_cpu_end",
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

/* Add one object; an error if it is there already. */
static int add_object(struct symlist *l, struct kernel_file *k)
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

/* ---- reading ---- */

/* True if the text calls itself such a list. */
static bool is_list(const struct text *text)
{
	return starts_with(text->data, FORMAT);
}

static int finish_object(struct symlist *l, struct kernel_file *k)
{
	if (!k)
		return 0;
	kernel_file_count(k, false);
	return add_object(l, k);
}

/* A line of the list is one word, which people may look at. */
static bool is_word(struct arena *arena, const char *name)
{
	return *name && !strchr(name, ' ') && term_safe(arena, name) == name;
}

static int begin_object(struct symlist *l, const struct text *text, const char *name,
			struct kernel_file **k)
{
	const char *bad = klp_name_check_object(name, strlen(name));

	if (strpbrk(name, "* \t\r"))
		bad = "the object name has a blank, or a '*'";
	else if (!is_word(l->arena, name))
		bad = "the object name is no text";
	if (bad)
		return text_error(text, "symbol-list", "'*%s' cannot be the begin of an object: %s",
				  name, bad);
	*k = kernel_file_new(text->path, name, l->arena, l->diag);
	return 0;
}

static int read_symbol(struct symlist *l, const struct text *text, char *line,
		       struct kernel_file *k)
{
	char *blank = strchr(line, ' ');
	struct kernel_entry *e;
	bool gone = blank && !strcmp(blank, GONE);

	if (!k)
		return text_error(text, "symbol-list",
				  "a symbol before the first object ('*' and its name)");
	if (gone)
		*blank = '\0';
	if (!is_word(l->arena, line))
		return text_error(text, "symbol-list", "'%s' is not the name of a symbol", line);
	e = kernel_file_add(k);
	e->sym.name = line;
	e->sym.addr = e->sym.index = text->line;
	e->live = !gone;
	return 0;
}

static int check_begin(struct text *text)
{
	const char *line;

	if (text->data[text->size - 1] != '\n') {
		while (text_line(text))
			;
		return text_error(text, "symbol-list", "the line has no end: the list was cut off");
	}
	line = text_line(text);
	if (!strcmp(line, SYMLIST_MAGIC))
		return 0;
	return text_error(text, "symbol-list",
			  "a list of symbols in another format ('%s') than " SYMLIST_MAGIC, line);
}

/* Read the list: its objects, each by add_object(). */
static int read_list(struct symlist *l, struct text *text)
{
	struct diag_where where = { .object = text->path };
	struct kernel_file *k = NULL;
	char *line;
	int err = check_begin(text);

	while (!err && (line = text_line(text))) {
		if (*line != '*') {
			err = read_symbol(l, text, line, k);
			continue;
		}
		err = finish_object(l, k);
		err = err ?: begin_object(l, text, line + 1, &k);
	}
	if (!err && !k)
		return diag_error(l->diag, &where, "symbol-list", "it lists no object");
	return err ?: finish_object(l, k);
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
	if (is_list(&text))
		return read_list(l, &text);
	err = kernel_file_read(&k, &text, l->arena, l->diag);
	err = err ?: add_object(l, k);
	for (size_t i = 0; !err && i < k->nr_modules; i++)
		err = add_object(l, k->module_files[i]);
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

/* A module that is packed as distributions pack them, and was not unpacked beside that. */
static bool is_packed_module(struct symlist *l, const char *path)
{
	static const char *const suffixes[] = { ".gz", ".xz", ".zst" };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		const char *plain =
			ends_with(path, suffixes[i])
				? arena_strndup(l->arena, path, strlen(path) - strlen(suffixes[i]))
				: "";

		if (ends_with(plain, ".ko"))
			return access(plain, F_OK) != 0;
	}
	return false;
}

/* Links to directories are not followed: /lib/modules/VERSION/build leads to everything. */
static int add_dir(struct symlist *l, const char *path, bool top, size_t *found)
{
	const char **names;
	size_t nr;
	int err = infile_names(l->arena, path, &names, &nr) ? cannot_read(l, path) : 0;

	for (size_t i = 0; i < nr && !err; i++) {
		const char *file = arena_printf(l->arena, "%s/%s", path, names[i]);
		struct stat st;

		if (lstat(file, &st))
			err = cannot_read(l, file);
		else if (S_ISDIR(st.st_mode))
			err = add_dir(l, file, false, found);
		else if ((is_wanted(names[i], top) || is_packed_module(l, file)) &&
			 !stat(file, &st) && S_ISREG(st.st_mode) && ++*found && !was_read(l, &st))
			err = add_file(l, file);
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

	arena_work(l->arena, l->nr);
	for (size_t i = 0; i < l->nr; i++)
		if (kernel_file_find(l->objects[i], entry, &nr))
			return l->objects[i];
	return NULL;
}

bool symlist_has_exports(const struct symlist *l)
{
	for (size_t i = 0; i < l->nr; i++)
		for (size_t k = 0; k < l->objects[i]->nr; k++)
			if (starts_with(l->objects[i]->syms[k].name, KSYMTAB))
				return true;
	return false;
}

/* ---- writing ---- */

struct output {
	const struct symlist *l;
	char *data;
	size_t size, cap;
};

static void add_text(struct output *out, const char *s)
{
	size_t len = strlen(s);

	while (out->cap - out->size < len) {
		const char *old = out->data;

		out->cap *= 2;
		out->data = arena_alloc(out->l->arena, out->cap);
		memcpy(out->data, old, out->size);
	}
	memcpy(out->data + out->size, s, len);
	out->size += len;
}

/* The begins and ends of what mark_freed() asks for. */
static bool is_mark(const char *name)
{
	return !strcmp(name, "__init_begin") || !strcmp(name, "__init_end") ||
	       !strcmp(name, "__per_cpu_start") || !strcmp(name, "__per_cpu_end");
}

/*
 * By address.  A mark comes before others of its address, so that the list's
 * order says of them what the address does; else in the order of positions.
 */
static int cmp_address(const void *pa, const void *pb)
{
	const struct kernel_sym *a = *(const struct kernel_sym *const *)pa;
	const struct kernel_sym *b = *(const struct kernel_sym *const *)pb;

	if (a->addr != b->addr)
		return a->addr < b->addr ? -1 : 1;
	if (is_mark(a->name) != is_mark(b->name))
		return is_mark(a->name) ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* The object's symbols in the order of positions. */
static const struct kernel_sym **ordered(const struct output *out, const struct kernel_file *k)
{
	const struct kernel_sym **order = arena_calloc(out->l->arena, k->nr, sizeof(*order));

	if (k->nr)
		memcpy(order, k->in_order, k->nr * sizeof(*order));
	if (k->nr && !strcmp(k->object, "vmlinux"))
		qsort(order, k->nr, sizeof(*order), cmp_address);
	return order;
}

static int add_symbol(struct output *out, const struct kernel_file *k, const struct kernel_sym *s)
{
	struct diag_where where = { .object = k->path, .symbol = s->name };

	/* Nothing may refer to it later: as if it were not there. */
	if (!s->live_of)
		return 0;
	/* Nor can it to the assembler's labels (LoongArch's are left in modules). */
	if (starts_with(s->name, ".L"))
		return 0;
	if (*s->name == '*' || !is_word(out->l->arena, s->name))
		return diag_error(out->l->diag, &where, "symbol-list",
				  "a list of symbols cannot hold such a name");
	add_text(out, s->name);
	add_text(out, s->live_nth ? "\n" : GONE "\n");
	return 0;
}

static int write_object(struct output *out, const struct kernel_file *k)
{
	const struct kernel_sym **order = ordered(out, k);
	struct diag_where where = { .object = k->path };
	int err = 0;

	if (k->live_only)
		return diag_error(out->l->diag, &where, "symbol-list",
				  "it knows of module %s only what is left now that it is live, "
				  "and positions count while it is loaded, too; pass the .ko",
				  k->object);
	if (!is_word(out->l->arena, k->object))
		return diag_error(out->l->diag, &where, "symbol-list",
				  "a list of symbols cannot hold the module's name, %s", k->object);
	add_text(out, arena_printf(out->l->arena, "*%s\n", k->object));
	for (size_t i = 0; i < k->nr && !err; i++)
		err = add_symbol(out, k, order[i]);
	return err;
}

int symlist_write(const struct symlist *l, const char *path)
{
	struct output out = { .l = l, .cap = 65536 };
	int err = 0;

	out.data = arena_alloc(l->arena, out.cap);
	add_text(&out, SYMLIST_MAGIC "\n");
	for (size_t i = 0; i < l->nr && !err; i++)
		err = write_object(&out, l->objects[i]);
	if (err)
		return err;
	if (path)
		return text_write(path, out.data, out.size, l->arena, l->diag);
	fwrite(out.data, 1, out.size, stdout); /* whether it could is asked at the end of the run */
	return 0;
}
