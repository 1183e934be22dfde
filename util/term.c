// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Colours of terminals, and names made safe to print.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/term.h>
#include <klp/text.h>

int term_color_parse(const char *word, enum color_when *when)
{
	static const char *const words[] = { "auto", "always", "never" };

	for (int i = 0; i < 3; i++) {
		if (strcmp(word, words[i]))
			continue;
		*when = (enum color_when)i;
		return 0;
	}
	return -1;
}

bool term_color_wanted(enum color_when when, FILE *to)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when != COLOR_AUTO)
		return when == COLOR_ALWAYS;
	if (no && *no)		/* https://no-color.org */
		return false;
	return isatty(fileno(to)) && term && *term && strcmp(term, "dumb");
}

/* ECMA-48, SGR */
const char *term_paint(bool colors, enum paint p)
{
	static const char *const codes[] = {
		[PAINT_BOLD] = "\033[1m",    [PAINT_DIM] = "\033[2m",	 [PAINT_RED] = "\033[31m",
		[PAINT_GREEN] = "\033[32m",  [PAINT_YELLOW] = "\033[33m", [PAINT_CYAN] = "\033[36m",
	};

	return colors ? codes[p] : "";
}

const char *term_unpaint(bool colors)
{
	return colors ? "\033[0m" : "";
}

static bool is_safe(const char *s, size_t len)
{
	unsigned char c = (unsigned char)*s;

	if (len == 1)
		return c >= ' ' && c != 0x7f;
	/* C1 controls are two bytes in UTF-8, c2 80 to c2 9f. */
	return len && (c != 0xc2 || (unsigned char)s[1] >= 0xa0);
}

/* The character at *s, behind which *s is then; "?" with *len 1 where it is none that is printed. */
static const char *next_safe(const char **s, const char *end, size_t *len)
{
	const char *from = *s;

	*len = utf8_len((const unsigned char *)from, (size_t)(end - from));
	*s += *len ?: 1;
	if (is_safe(from, *len))
		return from;
	*len = 1;
	return "?";
}

const char *term_safe(struct arena *arena, const char *text)
{
	const char *s = text, *end = text + strlen(text);
	char *copy = NULL, *to = NULL;
	size_t len;

	while (s < end) {
		const char *at = s, *c = next_safe(&s, end, &len);

		if (c != at && !copy) {
			copy = arena_strndup(arena, text, (size_t)(end - text));
			to = copy + (at - text);
		}
		if (copy) {
			memcpy(to, c, len);
			to += len;
		}
	}
	if (copy)
		*to = '\0';
	return copy ?: text;
}

void term_put_name(FILE *to, const char *name)
{
	const char *s = name, *end = name + strlen(name);
	size_t len;

	while (s < end) {
		const char *c = next_safe(&s, end, &len);

		fwrite(c, 1, len, to);
	}
}
