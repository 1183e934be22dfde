// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a kernel's build left of itself: beside each file that it made a .NAME.cmd with the command
 * and all that the file was made of (scripts/basic/fixdep.c of the kernel):
 *
 *	savedcmd_fs/open.o := gcc ... -o fs/open.o /src/fs/open.c
 *	source_fs/open.o := /src/fs/open.c
 *	deps_fs/open.o := \
 *	    $(wildcard include/config/SMP) \
 *	  /src/include/linux/string.h \
 *
 * Linux 6.3 and older begin the first with cmd_.  These files may have a gigabyte: of those that
 * were not made of what is asked for, nothing is kept.
 */
#define _GNU_SOURCE /* strchrnul() */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/infile.h>
#include <klp/kbuild.h>
#include <klp/text.h>

struct saved {
	struct kbuild_made_of *m;
	char **files; /* that are asked for */
	struct arena *arena;
	struct diag *diag;
	struct map by_path, by_name; /* of the files that are asked for; by what is behind the / */
	struct map seen;	     /* paths that files of the answer were made of */
	struct map real;	     /* folders of the answer */
	struct timespec built;
	char *text; /* of the present FILE.cmd */
	size_t cap;
};

static const char *behind_slash(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void kbuild_add_path(struct kbuild_paths *list, const char *path, struct arena *arena)
{
	if (list->nr == list->cap)
		list->paths =
			arena_grow(arena, list->paths, list->nr, &list->cap, sizeof(*list->paths));
	list->paths[list->nr++] = path;
}

/* ---- one FILE.cmd ---- */

/* The whole file, NUL behind it; NULL if it cannot be read: it is no file that kbuild wrote. */
static char *read_all(struct saved *s, const char *path)
{
	FILE *in = infile_open(s->arena, path);
	size_t nr = 0;

	while (in) {
		size_t room = s->cap > nr + 1 ? s->cap - nr - 1 : 0;

		if (!room) {
			s->text = arena_grow(s->arena, s->text, s->cap, &s->cap, 1);
			continue;
		}
		room = fread(s->text + nr, 1, room, in);
		if (!room)
			break;
		nr += room;
	}
	if (!in)
		return NULL;
	fclose(in);
	s->text[nr] = 0;
	return s->text;
}

/* Where the commands of a module's build run: Linux 6.13 goes to its folder, then. */
static const char *command_folder(const struct saved *s, const char *target)
{
	return s->m->is_external && *target != '/' ? s->m->source : s->m->build;
}

/*
 * A path leads through kernel/sub/../own.h to a file that is asked for: a copy of the source needs
 * the folder kernel/sub itself, as what is behind a link to it has another "..".
 */
static void need_folders(struct saved *s, const char *from, const char *path)
{
	for (const char *p = path; (p = strstr(p, "/../")) != NULL; p += 3) {
		const char *way = arena_strndup(s->arena, path, (size_t)(p - path));
		const char *dir = text_below(s->m->source, kbuild_clean_path(s->arena, from, way));

		if (!dir || map_find_str(&s->real, dir))
			continue;
		map_add_str(&s->real, dir, 0);
		kbuild_add_path(&s->m->folders, dir, s->arena);
	}
}

/* The file that is asked for, if that is what the path leads to; else -1. */
static int asked_for(struct saved *s, const char *from, const char *path)
{
	const char *file = text_below(s->m->source, kbuild_clean_path(s->arena, from, path));
	const struct map_entry *e = file ? map_find_str(&s->by_path, file) : NULL;

	return e ? (int)e->value : -1;
}

/*
 * The next path in a FILE.cmd that its target was made of, cut out of the text; NULL at the end.
 */
static char *next_input(char **at)
{
	char *line, *end;

	while (*(line = *at)) {
		end = strchrnul(line, '\n');
		*at = *end ? end + 1 : end;
		*end = 0;
		if (starts_with(line, "source_")) {
			line = strstr(line, " := ");
			if (line)
				return line + strlen(" := ");
		} else if (starts_with(line, "  ") && line[2] != ' ' && line[2] != '$') {
			line += 2;
			line[strcspn(line, " \\")] = 0;
			return line;
		}
	}
	return NULL;
}

/* What is newer than what was built of it is not what was built. */
static void check_age(struct saved *s, const char *from, const char *path)
{
	const char *file;
	struct stat st;

	if (map_find_str(&s->seen, path))
		return;
	path = arena_strdup(s->arena, path);
	map_add_str(&s->seen, path, 0);
	path = kbuild_clean_path(s->arena, from, path);
	file = text_below(s->m->source, path);
	if (!file || stat(path, &st) || st.st_mtim.tv_sec < s->built.tv_sec ||
	    (st.st_mtim.tv_sec == s->built.tv_sec && st.st_mtim.tv_nsec <= s->built.tv_nsec))
		return;
	kbuild_add_path(&s->m->newer, path, s->arena);
}

/* Was the target made of one of the files that are asked for? */
static bool is_made_of_them(struct saved *s, const char *from, char *text)
{
	bool found = false;
	char *path;

	while ((path = next_input(&text)) != NULL) {
		int file;

		if (!map_find_str(&s->by_name, behind_slash(path)))
			continue;
		file = asked_for(s, from, path);
		if (file < 0)
			continue;
		s->m->is_read[file] = true;
		need_folders(s, from, path);
		found = true;
	}
	return found;
}

static void add_made(struct saved *s, const char *cmd, const char *name)
{
	struct kbuild_made_of *m = s->m;

	if (m->nr_made == m->cap_made)
		m->made = arena_grow(s->arena, m->made, m->nr_made, &m->cap_made, sizeof(*m->made));
	m->made[m->nr_made++] = (struct kbuild_made){ arena_strdup(s->arena, cmd),
						      kbuild_index_name(m->index, name) };
	kbuild_index_add(m->index, name, "");
}

static bool is_object(const char *name)
{
	size_t len = strlen(name);

	return len > 2 && !strcmp(name + len - 2, ".o");
}

static void add_generated(struct saved *s, const char *name, const char *file)
{
	kbuild_add_path(&s->m->generated, kbuild_index_name(s->m->index, name), s->arena);
	kbuild_add_path(&s->m->generated, file, s->arena);
}

/*
 * Tables, scripts and their kin are read by programs of the kernel's build, which write nothing
 * down of what they read: "sh /src/scripts/syscalltbl.sh /src/kernel/calls.tbl calls.h".  What is
 * installed for programs of users' (usr/include) is no part of the kernel.
 */
static void find_generated(struct saved *s, const char *from, const char *name, const char *command)
{
	struct kbuild_words words = { .at = command, .arena = s->arena };
	const char *word;

	if (is_object(name) || starts_with(name, "usr/include/"))
		return;
	while ((word = kbuild_word(&words)) != NULL) {
		if (words.is_operator || !map_find_str(&s->by_name, behind_slash(word)))
			continue;
		if (asked_for(s, from, word) >= 0)
			add_generated(s, name, s->files[asked_for(s, from, word)]);
	}
}

/* The same of a prepared folder, in which most of it is not made. */
static void find_generated_in_index(struct saved *s)
{
	const struct kbuild_index *index = s->m->index;
	struct map made;

	map_init(&made, s->arena);
	for (size_t i = 0; i < s->m->nr_made; i++)
		map_add_str(&made, s->m->made[i].name, 0);
	for (size_t i = 0; i < index->nr; i++) {
		const struct kbuild_target *t = &index->targets[i];

		if (is_object(t->name) || map_find_str(&made, t->name))
			continue;
		for (size_t k = 0; k < t->nr_sources; k++)
			if (map_find_str(&s->by_path, t->sources[k]))
				add_generated(s, t->name, t->sources[k]);
	}
}

static void read_cmd(struct saved *s, const char *cmd)
{
	char *text = read_all(s, cmd), *line, *end = text;
	const char *name, *command, *from;

	for (line = text; line && *line; line = end + !!*end) {
		end = strchrnul(line, '\n');
		if (starts_with(line, "cmd_") || starts_with(line, "savedcmd_"))
			break;
	}
	if (!line || !*line)
		return;
	line = arena_strndup(s->arena, line, (size_t)(end - line));
	if (!kbuild_saved_command(line, &name, &command, s->arena))
		return;
	if (kbuild_is_list(name))
		kbuild_index_add(s->m->index, name, command);
	from = command_folder(s, name);
	if (!is_made_of_them(s, from, end)) {
		find_generated(s, from, name, command);
		return;
	}
	add_made(s, cmd, name);
	text = read_all(s, cmd);
	while (text && (line = next_input(&text)) != NULL)
		check_age(s, from, line);
}

/* ---- all of them ---- */

static bool is_cmd(const FTSENT *e)
{
	size_t len = e->fts_namelen;

	return *e->fts_name == '.' && len > strlen("..cmd") &&
	       !strcmp(e->fts_name + len - strlen(".cmd"), ".cmd") && e->fts_info != FTS_D;
}

static int by_cmd(const void *a, const void *b)
{
	return strcmp(((const struct kbuild_made *)a)->cmd, ((const struct kbuild_made *)b)->cmd);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int read_folder(struct saved *s, const char *path)
{
	struct diag_where where = { .object = path };
	char *paths[] = { arena_strdup(s->arena, path), NULL };
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, by_name);
	FTSENT *e;

	if (!fts)
		return diag_error(s->diag, &where, "folder", "cannot be read: %m");
	while ((e = infile_next(s->arena, fts)) != NULL)
		if (is_cmd(e))
			read_cmd(s, e->fts_path);
	fts_close(fts);
	return 0;
}

int kbuild_made_of(struct kbuild_made_of *m, char **files, size_t nr, struct arena *arena,
		   struct diag *diag)
{
	struct saved s = { .m = m, .files = files, .arena = arena, .diag = diag };
	const char *built = m->is_external ? m->source : m->build;
	struct stat st;
	int err;

	map_init(&s.by_path, arena);
	map_init(&s.by_name, arena);
	map_init(&s.seen, arena);
	map_init(&s.real, arena);
	for (size_t i = 0; i < nr; i++) {
		map_add_str(&s.by_path, files[i], (uint32_t)i);
		map_add_str(&s.by_name, behind_slash(files[i]), 0);
	}
	m->is_read = arena_calloc(arena, nr + 1, sizeof(*m->is_read));
	if (!stat(arena_printf(arena, "%s/Module.symvers", built), &st))
		s.built = st.st_mtim;
	err = read_folder(&s, built);
	if (err)
		return err;
	if (m->index->source)
		find_generated_in_index(&s);
	kbuild_index_link(m->index);
	if (m->nr_made)
		qsort(m->made, m->nr_made, sizeof(*m->made), by_cmd);
	return 0;
}
