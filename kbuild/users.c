// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which objects may be made of a source file: those whose compiler reads it, on some path of
 * #include lines, whatever the #if around them say. So no object is missed, and few are named
 * that do not read it; a compiler's own list (-MD) tells about these, once they are compiled.
 *
 * Compilers look for <linux/list.h> in the folders of -I in their order, and for "list.h" first
 * beside the file that has the line. Objects with the same folders are looked at together.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <klp/arena.h>
#include <klp/infile.h>
#include <klp/kbuild.h>
#include <klp/text.h>

#define NONE UINT32_MAX

struct include {
	const char *name;
	bool is_quoted;
};

/* A file that a compiler may read. */
struct file {
	const char *path;
	bool is_scanned;
	struct include *includes;
	size_t nr, cap;
	uint32_t seen_in; /* the last list of folders with which it was looked at, plus 1 */
	bool reaches;	  /* there: it is, or includes, one that is asked for */
	bool is_wanted;	  /* it is asked for */
};

/* Targets with the same -I options, in the same order. */
struct folders {
	const char *key;
	const char **dirs;
	size_t nr, cap;
	uint32_t *targets;
	size_t nr_targets, cap_targets;
};

struct graph {
	struct kbuild_index *index;
	struct arena *arena;
	const char *build;
	struct file *files;
	size_t nr, cap;
	struct map by_path; /* of files; NONE: there is no such file */
	struct folders *folders;
	size_t nr_folders, cap_folders;
	struct map by_key;
	struct map resolved; /* "name" of the present folders: the file, or NONE */
	uint32_t *edges;     /* pairs: a file, and one that includes it */
	size_t nr_edges, cap_edges;
	uint32_t *queue;
	size_t nr_queue, cap_queue;
};

/* ---- paths ---- */

/* The file at a path, or NONE. */
static uint32_t file_at(struct graph *g, const char *path)
{
	const char *clean = kbuild_clean_path(g->arena, g->build, path);
	const struct map_entry *e = map_find_str(&g->by_path, clean);
	uint32_t file = NONE;
	struct stat st;

	if (e)
		return e->value;
	if (!stat(clean, &st) && S_ISREG(st.st_mode)) {
		if (g->nr == g->cap)
			g->files =
				arena_grow(g->arena, g->files, g->nr, &g->cap, sizeof(*g->files));
		file = (uint32_t)g->nr++;
		g->files[file] = (struct file){ .path = clean };
	}
	map_add_str(&g->by_path, clean, file);
	return file;
}

/* ---- the #include lines of a file ---- */

static void scan_line(struct graph *g, struct file *f, const char *p)
{
	char end;
	size_t len;

	p += strspn(p, " \t");
	if (*p == '#')
		p += 1 + strspn(p + 1, " \t");
	else if (*p == '.') /* the assembler's .include and .incbin */
		p++;
	else
		return;
	if (!starts_with(p, "include") && !starts_with(p, "incbin"))
		return;
	p += strcspn(p, "\"<\n");
	if (!*p || *p == '\n')
		return;
	end = *p == '<' ? '>' : '"';
	len = strcspn(p + 1, end == '>' ? ">\n" : "\"\n");
	if (p[1 + len] != end)
		return;
	if (f->nr == f->cap)
		f->includes =
			arena_grow(g->arena, f->includes, f->nr, &f->cap, sizeof(*f->includes));
	f->includes[f->nr++] = (struct include){ arena_strndup(g->arena, p + 1, len), end == '"' };
}

static void scan_file(struct graph *g, uint32_t nr)
{
	struct file *f = &g->files[nr];
	char line[1024];
	FILE *in;

	if (f->is_scanned)
		return;
	f->is_scanned = true;
	in = infile_open(g->arena, f->path);
	if (!in)
		return;
	while (fgets(line, sizeof(line), in))
		scan_line(g, f, line);
	fclose(in);
}

/* ---- one list of folders ---- */

static uint32_t resolve(struct graph *g, const struct folders *folders, uint32_t from,
			const struct include *inc)
{
	const struct map_entry *e;
	uint32_t file = NONE;

	if (inc->is_quoted) {
		const char *path = g->files[from].path, *slash = strrchr(path, '/');

		file = file_at(
			g, arena_printf(g->arena, "%.*s/%s", (int)(slash - path), path, inc->name));
		if (file != NONE)
			return file;
	}
	e = map_find_str(&g->resolved, inc->name);
	if (e)
		return e->value;
	for (size_t i = 0; file == NONE && i < folders->nr; i++)
		file = file_at(g, arena_printf(g->arena, "%s/%s", folders->dirs[i], inc->name));
	map_add_str(&g->resolved, inc->name, file);
	return file;
}

static void push(struct graph *g, uint32_t file)
{
	if (g->nr_queue == g->cap_queue)
		g->queue = arena_grow(g->arena, g->queue, g->nr_queue, &g->cap_queue,
				      sizeof(*g->queue));
	g->queue[g->nr_queue++] = file;
}

/* A file to look at in this round, once. */
static void enter(struct graph *g, uint32_t file, uint32_t round)
{
	struct file *f = &g->files[file];

	if (f->seen_in == round)
		return;
	f->seen_in = round;
	f->reaches = f->is_wanted;
	push(g, file);
}

static void add_edge(struct graph *g, uint32_t included, uint32_t by)
{
	if (g->nr_edges + 2 > g->cap_edges)
		g->edges = arena_grow(g->arena, g->edges, g->nr_edges, &g->cap_edges,
				      2 * sizeof(*g->edges));
	g->edges[2 * g->nr_edges] = included;
	g->edges[2 * g->nr_edges + 1] = by;
	g->nr_edges++;
}

/* Files that the commands name, and all that they include. */
static void spread(struct graph *g, const struct folders *folders, uint32_t round)
{
	for (size_t i = 0; i < g->nr_queue; i++) {
		uint32_t from = g->queue[i];

		scan_file(g, from);
		for (size_t k = 0; k < g->files[from].nr; k++) {
			struct include inc = g->files[from].includes[k];
			uint32_t to = resolve(g, folders, from, &inc);

			if (to == NONE)
				continue;
			enter(g, to, round);
			add_edge(g, to, from);
		}
	}
}

/* From the files that are asked for, back to those that include them. */
static void spread_back(struct graph *g)
{
	uint32_t *first = arena_calloc(g->arena, g->nr, sizeof(*first));
	uint32_t *next = arena_calloc(g->arena, g->nr_edges + 1, sizeof(*next));
	size_t nr = 0;

	for (size_t i = 0; i < g->nr_edges; i++) {
		next[i] = first[g->edges[2 * i]];
		first[g->edges[2 * i]] = (uint32_t)i + 1;
	}
	for (size_t i = 0; i < g->nr_queue; i++)
		if (g->files[g->queue[i]].reaches)
			g->queue[nr++] = g->queue[i];
	g->nr_queue = nr;
	for (size_t i = 0; i < g->nr_queue; i++) {
		for (uint32_t k = first[g->queue[i]]; k; k = next[k - 1]) {
			uint32_t by = g->edges[2 * (k - 1) + 1];

			if (g->files[by].reaches)
				continue;
			g->files[by].reaches = true;
			push(g, by);
		}
	}
	arena_give_back(g->arena, first, g->nr, sizeof(*first));
	arena_give_back(g->arena, next, g->nr_edges + 1, sizeof(*next));
}

/* ---- what commands say ---- */

static const char *option_value(struct kbuild_words *words, const char *word, const char *option)
{
	size_t len = strlen(option);

	if (strncmp(word, option, len))
		return NULL;
	return word[len] ? word + len : kbuild_word(words);
}

static void add_dir(struct graph *g, struct folders *folders, const char *dir)
{
	if (folders->nr == folders->cap)
		folders->dirs = arena_grow(g->arena, folders->dirs, folders->nr, &folders->cap,
					   sizeof(*folders->dirs));
	folders->dirs[folders->nr++] = dir;
	folders->key = arena_printf(g->arena, "%s%s\n", folders->key, dir);
}

static struct folders read_folders(struct graph *g, const struct kbuild_target *t)
{
	struct kbuild_words words = { .at = t->command, .arena = g->arena };
	struct folders folders = { .key = "" };
	const char *word, *dir;

	while ((word = kbuild_word(&words)) != NULL) {
		dir = option_value(&words, word, "-I");
		if (!dir)
			dir = option_value(&words, word, "-iquote");
		if (!dir)
			dir = option_value(&words, word, "-isystem");
		if (dir)
			add_dir(g, &folders, dir);
	}
	return folders;
}

/* With whom a target shares its folders. */
static void add_to_folders(struct graph *g, uint32_t target)
{
	struct folders folders = read_folders(g, &g->index->targets[target]), *f;
	const struct map_entry *e = map_find_str(&g->by_key, folders.key);

	if (!e) {
		if (g->nr_folders == g->cap_folders)
			g->folders = arena_grow(g->arena, g->folders, g->nr_folders,
						&g->cap_folders, sizeof(*g->folders));
		map_add_str(&g->by_key, folders.key, (uint32_t)g->nr_folders);
		g->folders[g->nr_folders++] = folders;
		e = map_find_str(&g->by_key, folders.key);
	}
	f = &g->folders[e->value];
	if (f->nr_targets == f->cap_targets)
		f->targets = arena_grow(g->arena, f->targets, f->nr_targets, &f->cap_targets,
					sizeof(*f->targets));
	f->targets[f->nr_targets++] = target;
}

/* The file of the source that a target's command reads, or NONE. */
static uint32_t source_file(struct graph *g, const struct kbuild_target *t, size_t i)
{
	return file_at(g, arena_printf(g->arena, "%s/%s", g->index->source, t->sources[i]));
}

static void look_at_folders(struct graph *g, const struct folders *folders, uint32_t round)
{
	struct kbuild_index *index = g->index;

	map_init(&g->resolved, g->arena);
	g->nr_queue = 0;
	g->nr_edges = 0;
	for (size_t i = 0; i < folders->nr_targets; i++) {
		struct kbuild_target *t = &index->targets[folders->targets[i]];

		for (size_t k = 0; k < t->nr_sources; k++) {
			uint32_t file = source_file(g, t, k);

			if (file != NONE)
				enter(g, file, round);
		}
	}
	spread(g, folders, round);
	spread_back(g);
	for (size_t i = 0; i < folders->nr_targets; i++) {
		struct kbuild_target *t = &index->targets[folders->targets[i]];

		for (size_t k = 0; k < t->nr_sources; k++) {
			uint32_t file = source_file(g, t, k);

			if (file != NONE && g->files[file].reaches)
				t->is_seen = true;
		}
	}
}

int kbuild_index_users(struct kbuild_index *index, const char *build, char **files, size_t nr)
{
	struct graph g = { .index = index, .arena = index->arena, .build = build };

	map_init(&g.by_path, g.arena);
	map_init(&g.by_key, g.arena);
	for (size_t i = 0; i < nr; i++) {
		uint32_t file =
			file_at(&g, arena_printf(g.arena, "%s/%s", index->source, files[i]));

		if (file != NONE)
			g.files[file].is_wanted = true;
	}
	for (size_t i = 0; i < index->nr; i++)
		if (index->targets[i].nr_sources)
			add_to_folders(&g, (uint32_t)i);
	for (size_t i = 0; i < g.nr_folders; i++)
		look_at_folders(&g, &g.folders[i], (uint32_t)i + 1);
	return 0;
}
