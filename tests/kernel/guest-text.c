// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text that grows, and the patterns that it is held against.
 */
#include "guest-shell.h"

void text_add(struct text *t, const char *s, size_t len)
{
	if (t->len + len + 1 > t->size) {
		char *old = t->s;

		t->size = (t->len + len + 1) * 2;
		t->s = malloc(t->size);
		if (!t->s)
			give_up("out of memory", "");
		if (old)
			memcpy(t->s, old, t->len);
	}
	memcpy(t->s + t->len, s, len);
	t->len += len;
	t->s[t->len] = 0;
}

void text_puts(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

/* ---- patterns ---- */

/* Is c in the set that begins at *set, behind its "["?  *set is moved behind it. */
static bool in_set(const char **set, char c)
{
	const char *s = *set;
	bool not = *s == '!' || *s == '^', found = false;

	for (s += not; *s && *s != ']'; s++) {
		if (s[1] == '-' && s[2] && s[2] != ']') {
			found |= c >= *s && c <= s[2];
			s += 2;
		} else {
			found |= c == *s;
		}
	}
	*set = s + !!*s;
	return found != not;
}

bool pattern_matches(const char *p, const char *s)
{
	for (; *p; s++) {
		if (*p == '*') {
			for (; *s; s++)
				if (pattern_matches(p + 1, s))
					return true;
			return pattern_matches(p + 1, s);
		}
		if (!*s)
			return false;
		if (*p == '[') {
			p++;
			if (!in_set(&p, *s))
				return false;
			continue;
		}
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '?') {
			p++;
			continue;
		}
		if (*p++ != *s)
			return false;
	}
	return !*s;
}

static bool regex_here(const char *re, const char *s)
{
	const char *next = re;
	bool fits;

	if (!*re)
		return true;
	if (*re == '[') {
		next++;
		fits = in_set(&next, *s);
	} else {
		next++;
		fits = *re == '.' || *re == *s;
	}
	fits = fits && *s;
	if (*next != '+' && *next != '*')
		return fits && regex_here(next, s + 1);
	if (fits && (regex_here(re, s + 1) || regex_here(next + 1, s + 1)))
		return true;
	return *next == '*' && regex_here(next + 1, s);
}

bool regex_found(const char *regex, const char *s)
{
	do
		if (regex_here(regex, s))
			return true;
	while (*s++);
	return false;
}
