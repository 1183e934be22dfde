// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What commands are made of. A shell's command is cut into its words, as POSIX says in 2.2
 * "Quoting" and 2.3 "Token Recognition".  Nothing is expanded: $(nm x.o) becomes the words "$",
 * "(", "nm", "x.o", ")".
 */
#include <string.h>

#include <klp/arena.h>
#include <klp/kbuild.h>
#include <klp/text.h>

#define OPERATORS ";|&<>()\n"

/* The inside of double quotes, of which *at is the first character; returns the end of it in out.
 */
static char *double_quoted(const char **at, char *out)
{
	const char *p = *at;

	while (*p && *p != '"') {
		if (*p == '\\' && p[1] && strchr("$`\"\\\n", p[1]))
			p++;
		*out++ = *p++;
	}
	*at = *p ? p + 1 : p;
	return out;
}

static char *single_quoted(const char **at, char *out)
{
	size_t len = strcspn(*at, "'");

	memcpy(out, *at, len);
	*at += len;
	if (**at)
		(*at)++;
	return out + len;
}

static char *plain_word(const char **at, char *out)
{
	const char *p = *at;

	while (*p && !strchr(" \t" OPERATORS, *p)) {
		char c = *p++;

		if (c == '\'')
			out = single_quoted(&p, out);
		else if (c == '"')
			out = double_quoted(&p, out);
		else if (c != '\\')
			*out++ = c;
		else if (*p)
			*out++ = *p++;
	}
	*at = p;
	return out;
}

const char *kbuild_word(struct kbuild_words *words)
{
	const char *p;

	words->at += strspn(words->at, " \t");
	p = words->at;
	if (!*p)
		return NULL;
	words->is_operator = strchr(OPERATORS, *p) != NULL;
	if (words->is_operator) {
		words->at++;
		return arena_strndup(words->arena, p, 1);
	}
	/* No word is longer than what it is written as. */
	if (!words->scratch)
		words->scratch = arena_alloc(words->arena, strlen(p) + 1);
	*plain_word(&words->at, words->scratch) = 0;
	return arena_strdup(words->arena, words->scratch);
}

const char *kbuild_unescape(struct arena *arena, const char *s)
{
	char *text = arena_strdup(arena, s), *out = text;

	while (*s) {
		if (starts_with(s, "$(pound)")) {
			*out++ = '#';
			s += strlen("$(pound)");
			continue;
		}
		if ((*s == '$' && s[1] == '$') || (*s == '\\' && s[1] == '#'))
			s++;
		*out++ = *s++;
	}
	*out = 0;
	return text;
}

bool kbuild_saved_command(const char *line, const char **target, const char **command,
			  struct arena *arena)
{
	const char *is = strstr(line, " := ");

	line += starts_with(line, "saved") ? strlen("saved") : 0;
	if (!starts_with(line, "cmd_") || !is)
		return false;
	line += strlen("cmd_");
	if (line >= is || memchr(line, ' ', (size_t)(is - line)))
		return false;
	*target = arena_strndup(arena, line, (size_t)(is - line));
	*command = kbuild_unescape(arena, is + strlen(" := "));
	return true;
}

const char *kbuild_clean_path(struct arena *arena, const char *from, const char *path)
{
	char *out = arena_alloc(arena, strlen(from) + strlen(path) + 3), *end = out;

	if (*path != '/')
		end = stpcpy(end, from);
	while (*path) {
		size_t len = strcspn(path, "/");

		if (len == 2 && path[0] == '.' && path[1] == '.') {
			while (end > out && *--end != '/')
				;
		} else if (len && !(len == 1 && *path == '.')) {
			*end++ = '/';
			memcpy(end, path, len);
			end += len;
		}
		path += len + (path[len] == '/');
	}
	*end = 0;
	return out;
}
