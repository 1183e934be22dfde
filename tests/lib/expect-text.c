// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * expect: lines, patterns and sets of words.
 */
#include <stdlib.h>
#include <string.h>

#include "expect.h"

void *must(void *p)
{
	if (!p) {
		perror("expect");
		exit(2);
	}
	return p;
}

struct lines read_lines(const char *dir, const char *name)
{
	struct lines l = { 0 };
	char path[4096], buf[65536];
	FILE *f;

	snprintf(path, sizeof(path), "%s%s%s", dir, *dir ? "/" : "", name);
	f = fopen(path, "r");
	if (!f)
		return l;
	l.exists = true;
	while (fgets(buf, sizeof(buf), f)) {
		buf[strcspn(buf, "\n")] = '\0';
		l.v = must(realloc(l.v, (l.nr + 1) * sizeof(*l.v)));
		l.v[l.nr++] = must(strdup(buf));
	}
	fclose(f);
	return l;
}

bool matches(const char *pattern, const char *s)
{
	for (; *pattern; pattern++, s++) {
		if (*pattern == '*') {
			while (!matches(pattern + 1, s))
				if (!*s++)
					return false;
			return true;
		}
		if (!*s || (*pattern != '?' && *pattern != *s))
			return false;
	}
	return !*s;
}

size_t count_matches(const struct lines *l, const char *pattern)
{
	size_t n = 0;

	for (size_t i = 0; i < l->nr; i++)
		n += matches(pattern, l->v[i]);
	return n;
}

char *after(char *s, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(s, word, len) || (s[len] && s[len] != ' ' && s[len] != '\t'))
		return NULL;
	return s + len + strspn(s + len, " \t");
}

/* ---- sets of words ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void add_word(struct lines *set, const char *word, size_t len)
{
	set->v = must(realloc(set->v, (set->nr + 1) * sizeof(*set->v)));
	set->v[set->nr++] = must(strndup(word, len));
}

struct lines words(const char *s)
{
	struct lines set = { 0 };

	for (s += strspn(s, " \t"); *s; s += strspn(s, " \t")) {
		size_t len = strcspn(s, " \t");

		add_word(&set, s, len);
		s += len;
	}
	return set;
}

static char *joined(const struct lines *set)
{
	size_t len = 1;
	char *s;

	for (size_t i = 0; i < set->nr; i++)
		len += strlen(set->v[i]) + 1;
	s = must(calloc(1, len));
	for (size_t i = 0; i < set->nr; i++) {
		strcat(s, i ? " " : "");
		strcat(s, set->v[i]);
	}
	return s;
}

void same_words(struct expect *e, const char *what, struct lines want, struct lines got)
{
	if (want.nr)
		qsort(want.v, want.nr, sizeof(*want.v), by_name);
	if (got.nr)
		qsort(got.v, got.nr, sizeof(*got.v), by_name);
	if (strcmp(joined(&want), joined(&got)))
		failed(e, "%s: %s; expected: %s", what, got.nr ? joined(&got) : "none",
		       want.nr ? joined(&want) : "none");
}
