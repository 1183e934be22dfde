// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command that kbuild saved beside a file (.vfs.o.cmd), as a program for bash that makes the
 * file somewhere else, and from another copy of the source.
 *
 * The places are not written into it: paths have spaces and quotes. They are variables, quoted as
 * their place in the command needs it; "$@" are further arguments for the compiler:
 *
 *	gcc -Wp,-MMD,fs/.a.o.d -I/src/include -c -o fs/a.o /src/fs/a.c
 *	gcc -Wp,-MMD,"$KLP_DEPS" -I"$KLP_TREE"/include "$@" -c -o "$KLP_MADE" "$KLP_TREE"/fs/a.c
 *
 * rustc has its own words for that, and makes temporary files beside what it makes:
 *
 *	rustc --out-dir (that of $KLP_MADE) --emit=dep-info="$KLP_DEPS" --emit=obj="$KLP_MADE" ...
 */
#include <errno.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/kbuild.h>
#include <klp/text.h>

enum quotes { UNQUOTED, SINGLE, DOUBLE };

struct replay {
	const char *target;
	const char *temporary; /* what kbuild makes first and then renames: fs/.tmp_a.o */
	const char *source, *up; /* the source's folder; from the build's: ../source, or NULL */
	const char *from, *at;	 /* the saved command, and what is still to be read */
	char *out;
	enum quotes quotes;
	bool has_target;
};

static void put(struct replay *r, const char *text)
{
	r->out = stpcpy(r->out, text);
}

/* A variable, whatever is around it: 'a'"$X"'b', "a${X}b", a"$X"b. */
static void put_variable(struct replay *r, const char *name)
{
	static const char *const before[] = { "\"$", "'\"$", "${" };
	static const char *const after[] = { "\"", "\"'", "}" };

	put(r, before[r->quotes]);
	put(r, name);
	put(r, after[r->quotes]);
}

/* Does the command go on with text? Then it is read. */
static bool take(struct replay *r, const char *text)
{
	if (!starts_with(r->at, text))
		return false;
	r->at += strlen(text);
	return true;
}

/* Is what was read last the text? */
static bool is_behind(const struct replay *r, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(r->at - r->from) >= len && !strncmp(r->at - len, text, len);
}

/* Is word the next one, and all of it, or what rustc shall emit?  Then it is read. */
static bool take_word(struct replay *r, const char *word)
{
	size_t len = strlen(word);

	if (r->quotes != UNQUOTED || strncmp(r->at, word, len) ||
	    (r->at > r->from && r->at[-1] != ' ' && !is_behind(r, "--emit=obj=")) ||
	    !strchr(" ;", r->at[len]))
		return false;
	r->at += len;
	return true;
}

/* " fs/a.o " is the target; "fs/a.o" inside of a word is not. */
static bool take_target(struct replay *r)
{
	if (take_word(r, r->temporary)) {
		put_variable(r, "KLP_MADE");
		put(r, ".tmp");
		return true;
	}
	if (!take_word(r, r->target))
		return false;
	put_variable(r, "KLP_MADE");
	r->has_target = true;
	return true;
}

/* Where the compiler writes what it read: the file is made elsewhere, too. */
static bool take_deps(struct replay *r)
{
	static const char *const options[] = { "-Wp,-MMD,", "-Wp,-MD,", "-MF ",
					       "--emit=dep-info=" };

	if (r->quotes != UNQUOTED || r->at == r->from || r->at[-1] != ' ')
		return false;
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		if (!take(r, options[i]))
			continue;
		r->at += strcspn(r->at, " ");
		put(r, options[i]);
		put_variable(r, "KLP_DEPS");
		return true;
	}
	return false;
}

static bool take_folder(struct replay *r)
{
	if (r->quotes != UNQUOTED || !is_behind(r, " ") || !take(r, "--out-dir "))
		return false;
	r->at += strcspn(r->at, " ");
	put(r, "--out-dir ");
	put_variable(r, "{KLP_MADE%/*}");
	return true;
}

static bool take_source(struct replay *r)
{
	size_t len = strlen(r->source);
	bool begins = r->at == r->from || strchr(" =I,", r->at[-1]);

	if (!strncmp(r->at, r->source, len) && r->at[len] == '/')
		r->at += len;
	else if (begins && r->up && take(r, r->up))
		;
	else
		return false;
	put_variable(r, "KLP_TREE");
	return true;
}

static void copy_character(struct replay *r)
{
	char c = *r->at;

	if (c == '\'' && r->quotes != DOUBLE)
		r->quotes = r->quotes == SINGLE ? UNQUOTED : SINGLE;
	else if (c == '"' && r->quotes != SINGLE)
		r->quotes = r->quotes == DOUBLE ? UNQUOTED : DOUBLE;
	else if (c == '\\' && r->quotes != SINGLE && r->at[1])
		*r->out++ = *r->at++;
	*r->out++ = *r->at++;
}

/* Nothing grows more than tenfold: the shortest that is replaced has two characters. */
static const char *rewrite(struct replay *r, struct arena *arena)
{
	char *text = arena_alloc(arena, 20 * strlen(r->from) + 64);

	r->out = text;
	r->at = r->from;
	while (*r->at) {
		if (take_target(r) || take_deps(r) || take_folder(r) || take_source(r))
			continue;
		if (r->quotes == UNQUOTED && take(r, " -c -o "))
			put(r, " \"$@\" -c -o ");
		else
			copy_character(r);
	}
	*r->out = 0;
	return text;
}

/* ---- FILE.cmd ---- */

/* The saved command in the FILE.cmd at a path, and what it makes; false: it has none. */
static bool read_command(const char *path, const char **target, const char **command,
			 struct arena *arena, struct diag *diag)
{
	struct text text;
	char *line;

	if (text_open(&text, path, arena, diag))
		return false;
	while ((line = text_line(&text)) != NULL)
		if (kbuild_saved_command(line, target, command, arena))
			return true;
	return false;
}

const char *kbuild_command(const char *folder, const char *name, struct arena *arena)
{
	const char *slash = strrchr(name, '/'), *file = slash ? slash + 1 : name;
	const char *path =
		arena_printf(arena, "%s/%.*s.%s.cmd", folder, (int)(file - name), name, file);
	const char *target, *command;
	struct diag none;

	diag_init(&none, arena);
	return read_command(path, &target, &command, arena, &none) ? command : NULL;
}

/* tmp-target of scripts/Kbuild.include of the kernel */
static const char *temporary_of(const char *target, struct arena *arena)
{
	const char *slash = strrchr(target, '/');

	return slash ? arena_printf(arena, "%.*s/.tmp_%s", (int)(slash - target), target,
				    slash + 1)
		     : arena_printf(arena, "./.tmp_%s", target);
}

static int replay(const char *target, const char *command, const char *source, const char *up,
		  bool moves, const char **program, struct arena *arena, struct diag *diag)
{
	struct replay r = { .source = moves ? source : "\n",
			    .up = moves ? up : NULL,
			    .target = target,
			    .temporary = temporary_of(target, arena),
			    .from = command };
	struct diag_where where = { .object = target };

	if (strstr(command, " --emit=metadata=") || strstr(command, " --emit=link="))
		return diag_error(diag, &where, "crate",
				  "is a crate of Rust, of which there is code in all that use it: "
				  "change these in place of it");
	*program = rewrite(&r, arena);
	if (r.has_target)
		return 0;
	return diag_error(diag, &where, "command", "its command does not name %s", target);
}

int kbuild_replay(const char *path, const char *source, const char *up, bool moves,
		  const char **target, const char **program, struct arena *arena, struct diag *diag)
{
	struct diag_where where = { .object = path };
	size_t errors = diag->nr_errors;
	const char *command;

	if (read_command(path, target, &command, arena, diag))
		return replay(*target, command, source, up, moves, program, arena, diag);
	if (diag->nr_errors > errors)
		return -EINVAL;
	return diag_error(diag, &where, "command", "it has no command");
}

int kbuild_replay_index(const struct kbuild_index *index, const char *name, const char **program,
			struct arena *arena, struct diag *diag)
{
	const struct kbuild_target *t = kbuild_index_find(index, name);
	struct diag_where where = { .object = name };

	if (!t)
		return diag_error(diag, &where, "command", "the index does not have it");
	return replay(t->path, t->command, index->source, NULL, true, program, arena, diag);
}
