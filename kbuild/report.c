// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The report of a run of klp-build for programs (doc/klp-build.schema.json), from lines of words
 * with tabs between them, as the script notes what it does:
 *
 *	outcome	written
 *	object	fs/readdir.o	vmlinux	written
 *	function	changed	iterate_dir
 *	reason	changed-data
 *	message	warning	...
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/json.h>
#include <klp/kbuild.h>
#include <klp/text.h>

#define MAX_WORDS 4

struct line {
	const char *words[MAX_WORDS]; /* those that are not there: NULL */
};

struct notes {
	struct line *lines;
	size_t nr, cap;
	struct arena *arena;
};

static void add_line(struct notes *n, char *text)
{
	struct line line = { { NULL } };

	for (int i = 0; i < MAX_WORDS && text; i++) {
		char *tab = i < MAX_WORDS - 1 ? strchr(text, '\t') : NULL;

		if (tab)
			*tab = 0;
		line.words[i] = text;
		text = tab ? tab + 1 : NULL;
	}
	if (n->nr == n->cap)
		n->lines = arena_grow(n->arena, n->lines, n->nr, &n->cap, sizeof(*n->lines));
	n->lines[n->nr++] = line;
}

static bool is(const struct line *line, const char *what)
{
	return !strcmp(line->words[0], what);
}

/* The last one: a run that fails after all has another outcome than it began with. */
static const char *value(const struct notes *n, const char *what)
{
	const char *last = NULL;

	for (size_t i = 0; i < n->nr; i++)
		if (is(&n->lines[i], what))
			last = n->lines[i].words[1];
	return last;
}

/* An array of objects, of the lines of one kind, whose words have these keys. */
static void put_all(const struct notes *n, struct json *j, const char *key, const char *what,
		    const char *const *keys)
{
	json_begin(j, key, '[');
	for (size_t i = 0; i < n->nr; i++) {
		if (!is(&n->lines[i], what))
			continue;
		json_begin(j, NULL, '{');
		for (int k = 0; keys[k]; k++)
			json_string(j, keys[k], n->lines[i].words[1 + k]);
		json_end(j, '}');
	}
	json_end(j, ']');
}

/* What was noted of an object stands behind it: what is said against it, or its functions. */
static void put_functions(const struct notes *n, struct json *j, size_t at)
{
	json_begin(j, "functions", '[');
	for (; at < n->nr && is(&n->lines[at], "function"); at++) {
		json_begin(j, NULL, '{');
		json_string(j, "name", n->lines[at].words[2]);
		json_string(j, "change", n->lines[at].words[1]);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void put_reasons(const struct notes *n, struct json *j, size_t at)
{
	json_begin(j, "reasons", '[');
	for (; at < n->nr && is(&n->lines[at], "reason"); at++)
		json_string(j, NULL, n->lines[at].words[1]);
	json_end(j, ']');
}

static void put_objects(const struct notes *n, struct json *j)
{
	json_begin(j, "objects", '[');
	for (size_t i = 0; i < n->nr; i++) {
		const struct line *line = &n->lines[i];

		if (!is(line, "object"))
			continue;
		json_begin(j, NULL, '{');
		json_string(j, "name", line->words[1]);
		json_string(j, "into", line->words[2]);
		json_string(j, "outcome", line->words[3]);
		put_functions(n, j, i + 1);
		put_reasons(n, j, i + 1);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void put_report(const struct notes *n, struct json *j, const char *version)
{
	static const char *const file_keys[] = { "path", "outcome", NULL };
	static const char *const message_keys[] = { "severity", "text", NULL };
	static const char *const patch_keys[] = { "path", NULL };
	const char *seconds = value(n, "seconds");

	json_begin(j, NULL, '{');
	json_string(j, "format", "klp-build");
	json_uint(j, "version", 1);
	json_string(j, "klp", version);
	json_string(j, "outcome", value(n, "outcome"));
	json_string(j, "release", value(n, "release"));
	json_string(j, "build", value(n, "build"));
	json_string(j, "source", value(n, "source"));
	json_string(j, "output", value(n, "output"));
	json_uint(j, "seconds", seconds ? strtoull(seconds, NULL, 10) : 0);
	put_all(n, j, "patches", "patch", patch_keys);
	put_all(n, j, "files", "file", file_keys);
	put_objects(n, j);
	put_all(n, j, "messages", "message", message_keys);
	json_end(j, '}');
}

int kbuild_report(const char *lines, const char *path, const char *version, struct arena *arena,
		  struct diag *diag)
{
	struct notes n = { .arena = arena };
	struct json j = { .arena = arena, .empty = true };
	struct text text;
	char *line;
	int err = text_open(&text, lines, arena, diag);

	if (err)
		return err;
	while ((line = text_line(&text)) != NULL)
		add_line(&n, line);
	put_report(&n, &j, version);
	if (strcmp(path, "-"))
		return text_write(path, j.text, j.size, arena, diag);
	fwrite(j.text, 1, j.size, stdout);
	return 0;
}
