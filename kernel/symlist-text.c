// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of symbols: reading and writing the text (klp/symlist.h shows it).
 *
 * An order is all that a list has, so the number of a line stands in the place
 * of an address: what follows from addresses (init memory, for one) then follows
 * from a list as well.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/post-link.h>
#include <klp/str.h>
#include <klp/text.h>

#include "symlist.h"

#define FORMAT "klp-convert-symbol-data."
#define GONE   " init" /* behind the name of what vanishes with a module's init sections */

/* ---- reading ---- */

bool symlist_is_list(const struct text *text)
{
	return starts_with(text->data, FORMAT);
}

static int finish_object(struct symlist *l, struct kernel_file *k)
{
	if (!k)
		return 0;
	kernel_file_count(k, false);
	return symlist_add_object(l, k);
}

static int begin_object(struct symlist *l, const struct text *text, const char *name,
			struct kernel_file **k)
{
	const char *bad = klp_object_check(name, strlen(name));

	if (strpbrk(name, "* \t\r"))
		bad = "the object name has a blank, or a '*'";
	if (bad)
		return text_error(text, "symbol-list", "'*%s' cannot be the begin of an object: %s",
				  name, bad);
	*k = kernel_file_new(text->path, name, l->arena, l->diag);
	return 0;
}

static int read_symbol(const struct text *text, char *line, struct kernel_file *k)
{
	char *blank = strchr(line, ' ');
	struct kernel_entry *e;
	bool gone = blank && !strcmp(blank, GONE);

	if (!k)
		return text_error(text, "symbol-list",
				  "a symbol before the first object ('*' and its name)");
	if (gone)
		*blank = '\0';
	if (!*line || strpbrk(line, " \t\r"))
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

int symlist_read(struct symlist *l, struct text *text)
{
	struct diag_where where = { .object = text->path };
	struct kernel_file *k = NULL;
	char *line;
	int err = check_begin(text);

	while (!err && (line = text_line(text))) {
		if (*line != '*') {
			err = read_symbol(text, line, k);
			continue;
		}
		err = finish_object(l, k);
		err = err ?: begin_object(l, text, line + 1, &k);
	}
	if (!err && !k)
		return diag_error(l->diag, &where, "symbol-list", "it lists no object");
	return err ?: finish_object(l, k);
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
	if (!strncmp(s->name, ".L", 2))
		return 0;
	if (*s->name == '*' || strpbrk(s->name, " \t\r\n"))
		return diag_error(out->l->diag, &where, "symbol-list",
				  "a list of symbols cannot hold such a name");
	add_text(out, s->name);
	add_text(out, s->live_nth ? "\n" : GONE "\n");
	return 0;
}

static int add_object(struct output *out, const struct kernel_file *k)
{
	const struct kernel_sym **order = ordered(out, k);
	struct diag_where where = { .object = k->path };
	int err = 0;

	if (k->live_only)
		return diag_error(out->l->diag, &where, "symbol-list",
				  "it knows of module %s only what is left now that it is live, "
				  "and positions count while it is loaded, too; pass the .ko",
				  k->object);
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
		err = add_object(&out, l->objects[i]);
	if (err)
		return err;
	if (path)
		return text_write(path, out.data, out.size, l->arena, l->diag);
	fwrite(out.data, 1, out.size, stdout);	/* whether it could is asked at the end of the run */
	return 0;
}
