// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which constants of a patched header have another value: #define LIMIT 8, which was 4.
 *
 * Compilers put the numbers into code, and no debugging information of a usual build has macros.
 * Of a header that klp-build patches, everything in the kernel that reads it is compiled anew; but
 * what the kernel has stored, modules of elsewhere and programs have the old number.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/hash.h>
#include <klp/infile.h>
#include <klp/kbuild.h>
#include <klp/text.h>

#define MAX_LINE 4096

struct macro {
	const char *name, *value;
	bool is_several; /* behind #if, for example: which one counts is not known */
};

struct macros {
	struct arena *arena;
	struct macro *v;
	size_t nr, cap;
	struct map by_name;
};

/* Of text: without comments, with one blank where there were some; in_comment goes on in the next. */
static void squeeze(char *text, bool *in_comment)
{
	char *to = text;

	for (const char *p = text; *p; p++) {
		if (*in_comment) {
			*in_comment = p[0] != '*' || p[1] != '/';
			p += !*in_comment;
		} else if (p[0] == '/' && p[1] == '*') {
			*in_comment = true;
			p++;
		} else if (p[0] == '/' && p[1] == '/') {
			break;
		} else if (!isspace((unsigned char)*p)) {
			*to++ = *p;
		} else if (to > text && to[-1] != ' ') {
			*to++ = ' ';
		}
	}
	while (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
}

/* Numbers, names in capitals and operators: neither code nor text. */
static bool is_constant(const char *value)
{
	bool any = false;

	for (const char *p = value; *p; p++) {
		if (isdigit((unsigned char)*p)) {
			any = true;
			p += strspn(p, "0123456789abcdefABCDEFxXuUlL") - 1;
		} else if (isupper((unsigned char)*p) || *p == '_') {
			const char *from = p;

			while (isupper((unsigned char)*p) || isdigit((unsigned char)*p) || *p == '_')
				p++;
			if (islower((unsigned char)*p))
				return false;
			any |= isupper((unsigned char)*from);
			p--;
		} else if (!strchr(" ()+-*/%<>&|^~!,", *p)) {
			return false;
		}
	}
	return any;
}

static void add_macro(struct macros *m, char *line)
{
	size_t len = strcspn(line, " (");
	const char *value = line[len] == ' ' ? line + len + 1 : "";
	const char *name = arena_strndup(m->arena, line, len);
	const struct map_entry *e = map_find_str(&m->by_name, name);

	if (e) {
		m->v[e->value].is_several = true;
		return;
	}
	m->v = arena_grow(m->arena, m->v, m->nr, &m->cap, sizeof(*m->v));
	m->v[m->nr] = (struct macro){ name, arena_printf(m->arena, "%s", value), false };
	map_add_str(&m->by_name, name, (uint32_t)m->nr++);
}

/* A line, with those that it goes on in; false: there is none. */
static bool next_line(FILE *in, char *line)
{
	size_t len = 0;

	while (fgets(line + len, (int)(MAX_LINE - len), in)) {
		len += strlen(line + len);
		if (len < 2 || len + 2 > MAX_LINE || strcmp(line + len - 2, "\\\n") != 0)
			return true;
		len -= 2;
	}
	return len;
}

static void read_macros(struct macros *m, const char *path)
{
	FILE *in = infile_open(m->arena, path);
	bool in_comment = false;
	char line[MAX_LINE];

	while (in && next_line(in, line)) {
		char *p = line;

		squeeze(line, &in_comment);
		if (*p++ != '#')
			continue;
		p += *p == ' ';
		if (starts_with(p, "define "))
			add_macro(m, p + strlen("define "));
	}
	if (in)
		fclose(in);
}

void kbuild_changed_macros(const char *source, const char *tree, const char *file,
			   struct kbuild_macros *found, struct arena *arena)
{
	struct macros old = { .arena = arena }, new = { .arena = arena };

	map_init(&old.by_name, arena);
	map_init(&new.by_name, arena);
	read_macros(&old, arena_printf(arena, "%s/%s", source, file));
	read_macros(&new, arena_printf(arena, "%s/%s", tree, file));
	for (size_t i = 0; i < new.nr; i++) {
		const struct macro *b = &new.v[i];
		const struct map_entry *e = map_find_str(&old.by_name, b->name);
		const struct macro *a = e ? &old.v[e->value] : NULL;

		if (!a || a->is_several || b->is_several || !strcmp(a->value, b->value) ||
		    !is_constant(a->value) || !is_constant(b->value))
			continue;
		found->v = arena_grow(arena, found->v, found->nr, &found->cap, sizeof(*found->v));
		found->v[found->nr++] = (struct kbuild_macro){ file, b->name, a->value, b->value };
	}
}
