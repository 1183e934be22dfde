// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * expect: what every run must have.
 */
#include <string.h>

#include "expect.h"

const char *message(const char *line, const char *severity)
{
	char mark[32];

	if (strncmp(line, "klp: ", 5))
		return NULL;
	snprintf(mark, sizeof(mark), " %s: ", severity);
	return strstr(line + 4, mark) ? line + 5 : NULL;
}

/* The functions that the summary lists as "  kind    name (file)". */
static struct lines listed(const struct expect *e, const char *kind)
{
	struct lines got = { 0 };

	for (size_t i = 0; i < e->out.nr; i++) {
		char *s = e->out.v[i], *rest;

		if (strncmp(s, "  ", 2) || !(rest = after(s + 2, kind)))
			continue;
		add_word(&got, rest, strcspn(rest, " "));
	}
	return got;
}

/* "patch f,0 -> f": the replacements are those of the summary. */
static struct lines replaced(const struct expect *e)
{
	struct lines got = { 0 };

	for (size_t i = 0; i < e->dump.nr; i++) {
		char *s = after(e->dump.v[i], "patch"), *to = s ? strstr(s, " -> ") : NULL;

		if (to)
			add_word(&got, to + 4, strlen(to + 4));
	}
	return got;
}

static void judge_functions(struct expect *e)
{
	same_words(e, "changed functions", words(e->changed ?: ""), listed(e, "changed"));
	same_words(e, "new functions", words(e->new ?: ""), listed(e, "new"));
	same_words(e, "carried functions", words(e->carried ?: ""), listed(e, "carried"));
	same_words(e, "replaced functions", words(e->changed ?: ""), replaced(e));
}

static bool is_unsure(const char *line)
{
	return strstr(line, ": warning: only --kernel FILE (vmlinux or ");
}

void judge_always(struct expect *e)
{
	static const char *const severities[] = { "error", "warning", "note" };

	if (e->status != e->want_status)
		failed(e, "exit status %d instead of %d", e->status, e->want_status);
	for (size_t i = 0; i < e->dump.nr; i++)
		if (e->dump.v[i][0] == '!')
			failed(e, "the output is wrong: %s", e->dump.v[i] + 2);
	for (size_t i = 0; i < e->err.nr; i++)
		for (int k = 0; k < 3; k++)
			if (!e->said[i] && !is_unsure(e->err.v[i]) &&
			    message(e->err.v[i], severities[k]))
				failed(e, "unexpected: %s", e->err.v[i]);
	if (e->unchanged && !count_matches(&e->out, "*: nothing changed*; no output"))
		failed(e, "the summary does not say that nothing changed");
	if (e->dump.exists != (e->want_status == 0 && !e->unchanged))
		failed(e, "there is %s output", e->dump.exists ? "an" : "no");
	if (e->want_status == 0)
		judge_functions(e);
}
