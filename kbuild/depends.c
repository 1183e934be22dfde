// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What compilers read, by the rules for make that they write (-MD): is it the patched source?
 *
 * The patched source is a tree of links to the source, in which only some folders and the patched
 * files are real. A path may lead out of it: behind tree/include -> /src/include, the file
 * tree/include/../kernel/own.h is that of the source.
 *
 * Or compilers see the patched files in the place of those of the source (clang -ivfsoverlay), if
 * their paths, without "..", name them: not through links of the source's own.
 */
#define _GNU_SOURCE /* strchrnul() */
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/infile.h>
#include <klp/kbuild.h>
#include <klp/text.h>

struct depends {
	struct kbuild_reads *r;
	struct arena *arena;
	struct diag *diag;
	struct map by_path, by_name; /* of the files that are asked for; by what is behind the / */
	struct map seen;	     /* paths: 1 if it leads to a file of the source */
	struct map folders;
};

/* The next word of a rule, without what make would take off; NULL at the end. */
static char *next_word(char **at)
{
	char *p = *at, *word, *out;

	while (*p == ' ' || *p == '\n' || (*p == '\\' && p[1] == '\n'))
		p++;
	word = out = p;
	while (*p && *p != ' ' && *p != '\n' && (*p != '\\' || p[1] != '\n')) {
		if ((*p == '\\' && (p[1] == ' ' || p[1] == '#')) || (*p == '$' && p[1] == '$'))
			p++;
		*out++ = *p++;
	}
	*at = *p ? p + 1 : p;
	*out = 0;
	return out > word ? word : NULL;
}

static void add_folder(struct depends *d, const char *path)
{
	const char *clean = kbuild_clean_path(d->arena, d->r->from, path);
	const char *dir = text_below(d->r->tree, clean) ?: text_below(d->r->source, clean);

	if (!dir || map_find_str(&d->folders, dir))
		return;
	map_add_str(&d->folders, dir, 0);
	kbuild_add_path(&d->r->folders, dir, d->arena);
}

/* A path leads through these folders of the source, or of the tree. */
static void add_folders(struct depends *d, const char *path)
{
	const char *slash = strrchr(path, '/');

	for (const char *p = path; (p = strstr(p, "/../")) != NULL; p += 3)
		add_folder(d, arena_strndup(d->arena, path, (size_t)(p - path)));
	if (slash)
		add_folder(d, arena_strndup(d->arena, path, (size_t)(slash - path)));
}

/* The file that is asked for, if that is what is below the folder; else -1. */
static int asked_for(const struct depends *d, const char *folder, const char *path)
{
	const char *file = path ? text_below(folder, path) : NULL;
	const struct map_entry *e = file ? map_find_str(&d->by_path, file) : NULL;

	return e ? (int)e->value : -1;
}

/* Does it lead to a file that is asked for, as it is in the source?  If as patched: it is read. */
static bool leads_out(struct depends *d, const char *path)
{
	const struct kbuild_reads *r = d->r;
	const char *clean = kbuild_clean_path(d->arena, r->from, path);
	const char *from = *path == '/' ? "" : arena_printf(d->arena, "%s/", r->from);
	const char *real = infile_real_path(d->arena, arena_printf(d->arena, "%s%s", from, path));
	int source = asked_for(d, r->source, real);
	int patched = asked_for(d, r->in_place ? r->source : r->tree, clean);
	/* In place, what is asked for by its own path is as patched; what is new is not real. */
	bool out = r->in_place ? real && source != patched : source >= 0;

	if (!out && patched >= 0)
		d->r->is_read[patched] = true;
	return out;
}

static bool is_stray(struct depends *d, const char *path)
{
	const struct map_entry *e = map_find_str(&d->seen, path);
	const char *slash = strrchr(path, '/');
	bool out;

	if (e)
		return e->value;
	path = arena_strdup(d->arena, path);
	add_folders(d, path);
	out = map_find_str(&d->by_name, slash ? slash + 1 : path) && leads_out(d, path);
	map_add_str(&d->seen, path, out);
	return out;
}

static void read_rule(struct depends *d, const char *path, const char *name)
{
	struct text text;
	bool stray = false;
	char *at, *word;

	if (text_open(&text, path, d->arena, d->diag))
		return;
	at = strchr(text.data, ':'); /* behind the target */
	if (!at)
		return;
	at++;
	while ((word = next_word(&at)) != NULL)
		stray |= is_stray(d, word);
	if (stray)
		kbuild_add_path(&d->r->strays, name, d->arena);
}

/* Each NAME.d below the folder is of the object NAME. */
static int read_rules(struct depends *d, const char *folder)
{
	struct diag_where where = { .object = folder };
	char *paths[] = { arena_strdup(d->arena, folder), NULL };
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *e;

	if (!fts)
		return diag_error(d->diag, &where, "folder", "cannot be read: %m");
	while ((e = infile_next(d->arena, fts)) != NULL) {
		const char *name = e->fts_path + strlen(folder) + 1;
		size_t len = strlen(e->fts_path);

		if (e->fts_info == FTS_F && len > 2 && !strcmp(e->fts_path + len - 2, ".d"))
			read_rule(d, e->fts_path, arena_strndup(d->arena, name, strlen(name) - 2));
	}
	fts_close(fts);
	return 0;
}

int kbuild_reads(struct kbuild_reads *r, const char *folder, char **files, size_t nr,
		 struct arena *arena, struct diag *diag)
{
	struct depends d = { .r = r, .arena = arena, .diag = diag };

	map_init(&d.by_path, arena);
	map_init(&d.by_name, arena);
	map_init(&d.seen, arena);
	map_init(&d.folders, arena);
	r->is_read = arena_calloc(arena, nr + 1, sizeof(*r->is_read));
	for (size_t i = 0; i < nr; i++) {
		const char *slash = strrchr(files[i], '/');

		map_add_str(&d.by_path, files[i], (uint32_t)i);
		map_add_str(&d.by_name, slash ? slash + 1 : files[i], 0);
	}
	return read_rules(&d, folder);
}
