// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of symbols in text: one "address [size] type name [module]" a line.
 *
 *  - System.map: nm -n of vmlinux, filtered by scripts/mksysmap;
 *  - the output of nm on vmlinux, in any order, with or without -S;
 *  - /proc/kallsyms: what the running kernel lists, modules included
 *    ("[bpf]", "[__builtin__ftrace]" and the like count as modules).
 *
 * All of them pass through the kernel's filters here, so that they give what the
 * linked vmlinux gives; what was filtered already stays as it is.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/text.h>

#include "internal.h"

#define BLANK " \t"

struct list_line {
	uint64_t addr, size;
	char type;
	char *name;
	char *module; /* NULL: vmlinux */
};

static char *next_word(char **p)
{
	char *word = *p + strspn(*p, BLANK);

	*p = word + strcspn(word, BLANK);
	if (**p)
		*(*p)++ = '\0';
	return word;
}

static bool parse_hex(const char *s, uint64_t *v)
{
	size_t len = strlen(s);

	if (len < 8 || len > 16 || s[strspn(s, "0123456789abcdefABCDEF")])
		return false;
	*v = strtoull(s, NULL, 16);
	return true;
}

/* "[module]" → "module"; NULL if it is something else. */
static char *strip_brackets(char *s)
{
	size_t len = strlen(s);

	if (len < 3 || s[0] != '[' || s[len - 1] != ']')
		return NULL;
	s[len - 1] = '\0';
	return s + 1;
}

static int line_error(const struct text *t)
{
	return text_error(t, "kallsyms",
			  "neither ELF nor a line of System.map, nm or /proc/kallsyms: "
			  "'address [size] type name [module]' expected");
}

/* nm leaves the address of undefined symbols blank: name is NULL for those. */
static int parse_line(const struct text *t, char *line, struct list_line *out)
{
	bool undefined = strchr(BLANK, line[0]) != NULL;
	char *p = line, *type, *rest;

	*out = (struct list_line){ 0 };
	if (!undefined && !parse_hex(next_word(&p), &out->addr))
		return line_error(t);
	type = next_word(&p);
	if (!undefined && parse_hex(type, &out->size))
		type = next_word(&p);
	if (strlen(type) != 1)
		return line_error(t);
	out->type = *type;
	out->name = next_word(&p);
	rest = next_word(&p);
	if (*rest) {
		out->module = strip_brackets(rest);
		if (!out->module || *next_word(&p))
			return line_error(t);
	}
	if (undefined && !strchr("UwvW", out->type))
		return line_error(t);
	if (undefined)
		out->name = NULL;
	return 0;
}

/* vmlinux: nm's letters that mksysmap and kallsyms drop.  (Absolute ones: drop_absolute().) */
static bool drop_vmlinux_line(const struct list_line *l)
{
	return strchr("aNnUuwv", l->type) || kernel_ignores_name(l->name);
}

/* A live module: elf_type() of kernel/module/kallsyms.c; of weak ones only the defined count. */
static bool drop_module_line(const struct list_line *l)
{
	char type = (char)tolower((unsigned char)l->type);

	return type == 'u' || (!l->addr && strchr("wv", type));
}

static struct kernel_file *module_file(struct kernel_file *k, const char *object)
{
	const struct map_entry *e = map_find_str(&k->modules, object);
	struct kernel_file *m;

	if (e)
		return k->module_files[e->value];
	m = kernel_file_new(k->path, object, k->arena, k->diag);
	m->live_only = true;
	k->module_files = arena_grow(k->arena, k->module_files, k->nr_modules, &k->cap_modules,
				     sizeof(struct kernel_file *));
	map_add_str(&k->modules, object, (uint32_t)k->nr_modules);
	k->module_files[k->nr_modules++] = m;
	return m;
}

/* Facts that follow from all lines together. */
struct list_state {
	bool any_address;     /* some line has an address that is not 0 */
	bool percpu_absolute; /* __per_cpu_start itself is 'A': a kernel's list */
	uint64_t percpu_start, percpu_end;
	bool *absolute; /* which entries of vmlinux are 'A' */
	size_t cap_absolute;
};

static void note_line(struct list_state *st, const struct list_line *l)
{
	st->any_address |= l->addr != 0;
	if (!strcmp(l->name, "__per_cpu_start")) {
		st->percpu_start = l->addr;
		st->percpu_absolute = l->type == 'A';
	} else if (!strcmp(l->name, "__per_cpu_end")) {
		st->percpu_end = l->addr;
	}
}

static void add_line(struct kernel_file *k, struct list_state *st, const struct list_line *l,
		     unsigned int line)
{
	struct kernel_file *file = l->module ? module_file(k, l->module) : k;
	struct kernel_entry *e = kernel_file_add(file);

	e->live = true;
	e->sym.name = l->name;
	e->sym.addr = l->addr;
	e->sym.size = l->size;
	e->sym.room = l->size;
	e->sym.func = strchr("tTwWi", l->type) != NULL;
	e->sym.global = isupper((unsigned char)l->type);
	e->sym.no_scope = l->type == 'A' && !l->module;
	e->sym.weak = strchr("WV", l->type) != NULL;
	e->sym.index = line;
	if (file == k) {
		st->absolute = arena_grow(k->arena, st->absolute, k->nr - 1, &st->cap_absolute,
					  sizeof(*st->absolute));
		st->absolute[k->nr - 1] = l->type == 'A';
	}
}

/*
 * is_ignored_symbol() of scripts/kallsyms.c drops absolute symbols; afterwards
 * make_percpus_absolute() makes those between __per_cpu_start and __per_cpu_end
 * 'A'.  So 'A' means dropped in System.map and nm, where __per_cpu_start stands
 * in a section, and per-CPU in /proc/kallsyms, where it is 'A' itself.
 */
static void drop_absolute(struct kernel_file *k, const struct list_state *st)
{
	size_t kept = 0;

	for (size_t i = 0; i < k->nr; i++) {
		const struct kernel_sym *s = &k->entries[i].sym;
		bool percpu = st->percpu_absolute && s->addr >= st->percpu_start &&
			      s->addr <= st->percpu_end;

		if (st->absolute[i] && !percpu && !kernel_keeps_absolute(s->name))
			continue;
		k->entries[kept++] = k->entries[i];
	}
	k->nr = kept;
}

static int read_lines(struct kernel_file *k, struct text *text, struct list_state *st)
{
	struct list_line l;
	char *line;
	int err;

	while ((line = text_line(text))) {
		if (!*line)
			continue;
		err = parse_line(text, line, &l);
		if (err)
			return err;
		if (!l.name || !*l.name)
			continue;
		note_line(st, &l);
		if (l.module ? !drop_module_line(&l) : !drop_vmlinux_line(&l))
			add_line(k, st, &l, text->line);
	}
	return 0;
}

int kernel_file_read_text(struct kernel_file *k, struct text *text)
{
	struct diag_where where = { .object = k->path };
	struct list_state st = { 0 };
	int err;

	err = read_lines(k, text, &st);
	if (err)
		return err;
	if (k->nr && !st.any_address)
		return diag_error(k->diag, &where, "hidden-addresses",
				  "all addresses are 0: the kernel hides them from this user; "
				  "read it as root (kernel.kptr_restrict)");
	drop_absolute(k, &st);
	if (!k->nr)
		return diag_error(k->diag, &where, "no-symbols", "it lists no symbol of vmlinux");
	kernel_file_count(k, true);
	for (size_t i = 0; i < k->nr_modules; i++)
		kernel_file_count(k->module_files[i], false);
	return 0;
}
