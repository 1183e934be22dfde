// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The index of a kernel's build: what is made, by which command, and what it is linked into.
 *
 * "make -n" prints every recipe without running it. Those of kbuild end with saving the command
 * (scripts/Kbuild.include and scripts/basic/fixdep.c of the kernel), in one of two forms:
 *
 *	...; scripts/basic/fixdep fs/nfsd/.vfs.o.d fs/nfsd/vfs.o 'gcc ... vfs.c' >
 *fs/nfsd/.vfs.o.cmd
 *	...; printf '%s\n' 'savedcmd_fs/nfsd/built-in.a := rm -f ...; ar ...' >
 *fs/nfsd/.built-in.a.cmd
 *
 * So the index has exactly what a build would have left in its .cmd files.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/kbuild.h>
#include <klp/outfile.h>
#include <klp/text.h>

#define FIRST_LINE "klp kbuild index 1"

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), len_end = strlen(end);

	return len >= len_end && !strcmp(s + len - len_end, end);
}

struct kbuild_target *kbuild_index_find(const struct kbuild_index *index, const char *name)
{
	const struct map_entry *e = map_find_str(&index->by_name, name);

	return e ? &index->targets[e->value] : NULL;
}

/* As names are in the index: builds of modules outside of the kernel have whole paths. */
const char *kbuild_index_name(const struct kbuild_index *index, const char *name)
{
	const char *rest = index->below && *index->below ? text_below(index->below, name) : NULL;

	if (starts_with(name, "./"))
		return name + 2;
	return rest ?: name;
}

static void add_word(struct kbuild_index *index, const char ***list, size_t *nr, size_t *cap,
		     const char *word)
{
	if (*nr == *cap)
		*list = arena_grow(index->arena, *list, *nr, cap, sizeof(**list));
	(*list)[(*nr)++] = word;
}

/*
 * Members of archives and modules: either whole paths, or what is put behind a folder by
 * printf "fs/nfsd/%s " or by awk's print("fs/nfsd/"$0).
 */
static bool has_prefix_in_text(const char *command, const char *dir)
{
	size_t len = strlen(dir);

	for (const char *p = command; (p = strstr(p, dir)) != NULL; p += len)
		if (p > command && p[-1] == '"' && (p[len] == '%' || p[len] == '"'))
			return true;
	return false;
}

static const char *folder_of(struct arena *arena, const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? arena_strndup(arena, name, (size_t)(slash - name) + 1) : "";
}

static void add_member(struct kbuild_index *index, struct kbuild_target *t, const char *dir,
		       const char *word)
{
	if (starts_with(word, "./"))
		word += 2;
	if (!ends_with(word, ".o") && !ends_with(word, ".a"))
		return;
	if (*dir)
		word = arena_printf(index->arena, "%s%s", dir, word);
	word = kbuild_index_name(index, word);
	if (strcmp(word, t->name))
		add_word(index, &t->members, &t->nr_members, &t->cap_members, word);
}

static void add_source(struct kbuild_index *index, struct kbuild_target *t, const char *word)
{
	size_t len = strlen(index->source);
	const char *dot;

	if (strncmp(word, index->source, len) || word[len] != '/')
		return;
	word += len + 1;
	dot = strrchr(word, '.');
	if (dot && !strchr(dot, '/'))
		add_word(index, &t->sources, &t->nr_sources, &t->cap_sources, word);
}

bool kbuild_is_list(const char *name)
{
	return ends_with(name, ".a") || ends_with(name, ".mod");
}

/* name: as the command has it. */
static void read_command(struct kbuild_index *index, struct kbuild_target *t, const char *name)
{
	struct kbuild_words words = { .at = t->command, .arena = index->arena };
	bool is_list = kbuild_is_list(name);
	const char *dir = "", *word;

	if (is_list) {
		dir = folder_of(index->arena, name);
		if (*dir && !has_prefix_in_text(t->command, dir))
			dir = "";
	}
	while ((word = kbuild_word(&words)) != NULL) {
		if (words.is_operator)
			continue;
		if (is_list)
			add_member(index, t, dir, word);
		else
			add_source(index, t, word);
	}
}

static struct kbuild_target *add_target(struct kbuild_index *index, const char *path,
					const char *command)
{
	const char *name = kbuild_index_name(index, path);
	struct kbuild_target *t;

	if (kbuild_index_find(index, name))
		return NULL;
	if (index->nr == index->cap)
		index->targets = arena_grow(index->arena, index->targets, index->nr, &index->cap,
					    sizeof(*index->targets));
	map_add_str(&index->by_name, name, (uint32_t)index->nr);
	t = &index->targets[index->nr++];
	*t = (struct kbuild_target){ .name = name, .path = path, .command = command };
	read_command(index, t, path);
	return t;
}

void kbuild_index_add(struct kbuild_index *index, const char *name, const char *command)
{
	add_target(index, name, command);
}

static void read_recipe(struct kbuild_index *index, const char *line)
{
	struct kbuild_words words = { .at = line, .arena = index->arena };
	const char *word, *name, *command;

	if (!strstr(line, "cmd_") && !strstr(line, "basic/fixdep "))
		return;
	while ((word = kbuild_word(&words)) != NULL) {
		if (words.is_operator)
			continue;
		if (ends_with(word, "scripts/basic/fixdep")) {
			kbuild_word(&words);
			name = kbuild_word(&words);
			command = name ? kbuild_word(&words) : NULL;
			if (command)
				add_target(index, name, kbuild_unescape(index->arena, command));
		} else if (kbuild_saved_command(word, &name, &command, index->arena)) {
			add_target(index, name, command);
		}
	}
}

/* ---- what is linked into what ---- */

static void link_into(struct kbuild_index *index, const char *name, const char *into)
{
	struct kbuild_target *t = kbuild_index_find(index, name);

	if (!t || (t->into && !strcmp(t->into, into)))
		return;
	t->is_shared = t->into != NULL;
	t->into = t->into ? arena_printf(index->arena, "%s, %s", t->into, into) : into;
	/* An archive of archives is as deep as folders are. */
	if (ends_with(name, ".a"))
		for (size_t i = 0; i < t->nr_members; i++)
			link_into(index, t->members[i], into);
}

/*
 * Linux 6.1 and newer make vmlinux.a of all that vmlinux has. Older ones (Makefile of 5.10) link
 * the built-in.a of all folders, the lib.a of lib/ and of the architecture, and what is first in
 * the image (head-y): that is in no archive.
 */
static bool is_linked(const struct kbuild_target *t)
{
	const char *name = t->name, *dir;

	if (ends_with(name, "/built-in.a") || !strcmp(name, "lib/lib.a"))
		return true;
	if (!starts_with(name, "arch/"))
		return false;
	dir = strchr(name + strlen("arch/"), '/');
	if (!dir)
		return false;
	if (!strcmp(dir, "/lib/lib.a"))
		return true;
	return !t->into && ends_with(name, ".o") && starts_with(dir, "/kernel/") &&
	       !strchr(dir + strlen("/kernel/"), '/');
}

static bool is_root(const struct kbuild_index *index, const struct kbuild_target *t, bool has_list,
		    bool is_archive)
{
	if (has_list)
		return is_archive && !strcmp(t->name, "vmlinux.a");
	return is_archive == ends_with(t->name, ".a") && !index->below && is_linked(t);
}

void kbuild_index_link(struct kbuild_index *index)
{
	bool has_list = kbuild_index_find(index, "vmlinux.a") != NULL;

	for (size_t i = 0; i < index->nr; i++) {
		const char *name = index->targets[i].name;

		if (is_root(index, &index->targets[i], has_list, true)) {
			link_into(index, name, "vmlinux");
		} else if (ends_with(name, ".mod")) {
			size_t len = strlen(name) - strlen(".mod");
			const char *ko = arena_strndup(index->arena, name, len);

			for (size_t k = 0; k < index->targets[i].nr_members; k++)
				link_into(index, index->targets[i].members[k], ko);
		}
	}
	for (size_t i = 0; i < index->nr; i++)
		if (is_root(index, &index->targets[i], has_list, false))
			link_into(index, index->targets[i].name, "vmlinux");
}

void kbuild_index_init(struct kbuild_index *index, struct arena *arena, struct diag *diag)
{
	*index = (struct kbuild_index){ .arena = arena, .diag = diag };
	map_init(&index->by_name, arena);
}

static int read_dry_run(struct kbuild_index *index, const char *path, bool *is_whole)
{
	struct text text;
	char *line;
	int err = text_open(&text, path, index->arena, index->diag);

	if (err)
		return err;
	while ((line = text_line(&text)) != NULL) {
		*is_whole |= strstr(line, "link-vmlinux.sh") != NULL;
		read_recipe(index, line);
	}
	return 0;
}

int kbuild_index_dry_run(struct kbuild_index *index, const char *path, const char *source,
			 struct arena *arena, struct diag *diag)
{
	struct diag_where where = { .object = path };
	bool is_whole = false;
	int err;

	kbuild_index_init(index, arena, diag);
	index->source = source;
	err = read_dry_run(index, path, &is_whole);
	if (err)
		return err;
	if (!is_whole && !kbuild_index_find(index, "vmlinux.a"))
		return diag_error(diag, &where, "dry-run",
				  "it ends before vmlinux is linked: it has to be what make -n "
				  "vmlinux modules prints in a prepared folder");
	kbuild_index_link(index);
	return 0;
}

int kbuild_index_part(struct kbuild_index *index, const char *path, const char *source,
		      const char *below, struct arena *arena, struct diag *diag)
{
	bool is_whole = false;
	int err;

	kbuild_index_init(index, arena, diag);
	index->source = source;
	index->below = below;
	err = read_dry_run(index, path, &is_whole);
	if (!err)
		kbuild_index_link(index);
	return err;
}

/* ---- as a file: lines of the name, what it is linked into, and the command ---- */

int kbuild_index_write(struct kbuild_index *index, const char *path)
{
	struct outfile out;
	int err = outfile_open(&out, path, false, index->arena, index->diag);
	const char *line;

	if (err)
		return err;
	line = arena_printf(index->arena, FIRST_LINE "\t%s%s%s\n", index->source,
			    index->below ? "\t" : "", index->below ?: "");
	err = outfile_write(&out, line, strlen(line));
	for (size_t i = 0; !err && i < index->nr; i++) {
		struct kbuild_target *t = &index->targets[i];

		line = arena_printf(index->arena, "%s\t%s\t%d\t%s\n", t->path, t->into ?: "",
				    t->is_shared, t->command);
		err = outfile_write(&out, line, strlen(line));
	}
	if (err) {
		outfile_abandon(&out);
		return err;
	}
	return outfile_commit(&out);
}

/* The field at *at, which a tab ends; *at is behind it then. */
static char *field(char **at)
{
	char *from = *at, *tab = from ? strchr(from, '\t') : NULL;

	*at = tab ? tab + 1 : NULL;
	if (tab)
		*tab = 0;
	return from;
}

static int read_line(struct kbuild_index *index, const struct text *text, char *line)
{
	char *name = field(&line), *into = field(&line), *shared = field(&line);
	struct kbuild_target *t;

	if (!line || !*name)
		return text_error(text, "index", "not a line of an index");
	t = add_target(index, name, line);
	if (!t)
		return text_error(text, "index", "%s is there twice", name);
	t->into = *into ? into : NULL;
	t->is_shared = *shared == '1';
	return 0;
}

int kbuild_index_read(struct kbuild_index *index, const char *path, struct arena *arena,
		      struct diag *diag)
{
	struct text text;
	char *line;
	int err;

	kbuild_index_init(index, arena, diag);
	err = text_open(&text, path, arena, diag);
	if (err)
		return err;
	line = text_line(&text);
	if (!line || !starts_with(line, FIRST_LINE "\t"))
		return text_error(&text, "index", "not an index of a kernel's build");
	line += strlen(FIRST_LINE "\t");
	index->source = line;
	index->below = strchr(line, '\t') ? strchr(line, '\t') + 1 : NULL;
	line[strcspn(line, "\t")] = 0;
	while (!err && (line = text_line(&text)) != NULL)
		err = read_line(index, &text, line);
	return err;
}
