// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * expect: what the directives say of the dump and the messages.
 */
#include <stdlib.h>
#include <string.h>

#include "expect.h"

void check_line(struct expect *e, const struct lines *l, const char *what, const char *pattern,
		bool wanted)
{
	for (size_t i = 0; i < l->nr; i++) {
		if (!matches(pattern, l->v[i]))
			continue;
		if (!wanted)
			failed(e, "%s has: %s", what, l->v[i]);
		return;
	}
	if (wanted)
		failed(e, "%s has no: %s", what, pattern);
}

void check_count(struct expect *e, char *rest)
{
	char *pattern;
	size_t want = strtoul(rest, &pattern, 10), got;

	pattern += strspn(pattern, " \t");
	got = count_matches(&e->dump, pattern);
	if (got != want)
		failed(e, "%zu instead of %zu lines: %s", got, want, pattern);
}

static bool is_function(const char *from, const char *function)
{
	size_t len = strlen(function);

	return !strncmp(from, function, len) && (!from[len] || from[len] == '+');
}

/* "ref f+0x5 PC32 -> target": target, if f is the function and the target is not in it. */
static const char *target_of(const char *line, const char *function)
{
	const char *to = strstr(line, " -> "), *from = line + 4;
	char name[1024];

	if (strncmp(line, "ref ", 4) || !to)
		return NULL;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(from, " "), from);
	return is_function(name, function) && !is_function(to + 4, function) ? to + 4 : NULL;
}

void check_refs(struct expect *e, const char *function, const struct lines *patterns)
{
	bool *hit = must(calloc(patterns->nr + 1, 1));

	for (size_t i = 0; i < e->dump.nr; i++) {
		const char *to = target_of(e->dump.v[i], function);
		bool found = !to;

		for (size_t k = 0; to && k < patterns->nr; k++)
			if (matches(patterns->v[k], to))
				found = hit[k] = true;
		if (!found)
			failed(e, "%s refers to %s, which is not expected", function, to);
	}
	for (size_t k = 0; k < patterns->nr; k++)
		if (!hit[k])
			failed(e, "%s does not refer to %s", function, patterns->v[k]);
	free(hit);
}

/* "entry TABLE of f: …" */
void check_entries(struct expect *e, char *rest)
{
	struct lines want = words(rest), got = { 0 };
	char prefix[1024];

	if (!want.nr) {
		failed(e, "which table?");
		return;
	}
	snprintf(prefix, sizeof(prefix), "entry %s of ", want.v[0]);
	for (size_t i = 0; i < e->dump.nr; i++) {
		const char *s = e->dump.v[i];

		if (!strncmp(s, prefix, strlen(prefix)))
			add_word(&got, s + strlen(prefix), strcspn(s + strlen(prefix), ":"));
	}
	snprintf(prefix, sizeof(prefix), "entries of %s", want.v[0]);
	want.v++;
	want.nr--;
	same_words(e, prefix, want, got);
}

void check_traced(struct expect *e, char *rest)
{
	struct lines got = { 0 };

	for (size_t i = 0; i < e->dump.nr; i++) {
		char *f = after(e->dump.v[i], "traced");
		bool seen = !f;

		for (size_t k = 0; f && k < got.nr; k++)
			seen |= !strcmp(got.v[k], f);
		if (!seen)
			add_word(&got, f, strlen(f));
	}
	same_words(e, "traced", words(rest), got);
}

void check_message(struct expect *e, const char *severity, const char *pattern)
{
	bool found = false;

	for (size_t i = 0; i < e->err.nr; i++) {
		const char *s = message(e->err.v[i], severity);

		if (s && matches(pattern, s))
			found = e->said[i] = true;
	}
	if (!found)
		failed(e, "no %s: %s", severity, pattern);
}
