// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * expect EXPECT DIR STATUS TAG...: judge one run of klp diff.  DIR holds what it
 * left: out (its standard output), err, and dump (of OUT.o, by dump.c; absent
 * if there is no OUT.o).  STATUS is its exit status.  The tags are the target
 * and the compiler ("x86_64 gcc").  EXPECT is a case's expectation:
 *
 *	# a comment
 *	exit 1			the exit status; 0 if not given
 *	unchanged		nothing changed, and no OUT.o
 *	changed f g		exactly these functions; likewise "new" and "carried"
 *	traced f g		exactly these functions can be reached by ftrace
 *	+ PATTERN		a line of the dump matches
 *	- PATTERN		no line of the dump does
 *	count N PATTERN		N lines do
 *	refs f			exactly what f refers to: one pattern in each line that
 *		PATTERN		follows with an indent; each must match something
 *	entries TABLE f f g	whose the table's entries are, exactly
 *	error PATTERN		a message; there are no others.  Likewise warning, note,
 *				but for the warning that nothing confirms positions,
 *				which a run without --kernel may have
 *	stdout PATTERN		a line of the summary matches; "no stdout": none does
 *	stderr PATTERN		likewise
 *
 * In a PATTERN, * stands for any characters and ? for any one.  "[TAG...]" in
 * front of a line limits it to runs with all of these tags; !TAG: without.
 * Lines that tests/run understands (targets, options, …) are skipped here.
 */
#include <stdlib.h>
#include <string.h>

#include "expect.h"

static const char *const settings[] = { "targets", "not", "compilers", "cflags", "options", "sources",
					"entry-size", "unchecked", "untraced", "also", "ordered:",
					NULL };

static bool is_setting(char *s)
{
	for (size_t i = 0; settings[i]; i++)
		if (after(s, settings[i]))
			return true;
	return false;
}

static void judge_line(struct expect *e, char *s)
{
	static const char *const severities[] = { "error", "warning", "note" };
	char *rest;

	if ((rest = after(s, "exit")))
		e->want_status = atoi(rest);
	else if (after(s, "unchanged"))
		e->unchanged = true;
	else if ((rest = after(s, "changed")))
		e->changed = rest;
	else if ((rest = after(s, "new")))
		e->new = rest;
	else if ((rest = after(s, "carried")))
		e->carried = rest;
	else if ((rest = after(s, "traced")))
		check_traced(e, rest);
	else if ((rest = after(s, "+")))
		check_line(e, &e->dump, "the output", rest, true);
	else if ((rest = after(s, "-")))
		check_line(e, &e->dump, "the output", rest, false);
	else if ((rest = after(s, "count")))
		check_count(e, rest);
	else if ((rest = after(s, "entries")))
		check_entries(e, rest);
	else if ((rest = after(s, "stdout")))
		check_line(e, &e->out, "stdout", rest, true);
	else if ((rest = after(s, "stderr")))
		check_line(e, &e->err, "stderr", rest, true);
	else if ((rest = after(s, "no stdout")))
		check_line(e, &e->out, "stdout", rest, false);
	else if ((rest = after(s, "no stderr")))
		check_line(e, &e->err, "stderr", rest, false);
	else if (!is_setting(s)) {
		for (int i = 0; i < 3; i++)
			if ((rest = after(s, severities[i]))) {
				check_message(e, severities[i], rest);
				return;
			}
		failed(e, "not understood: %s", s);
	}
}

/* "[TAG !TAG] rest": rest, or NULL if the tags do not fit. */
static char *for_tags(struct expect *e, char *s)
{
	char *end = *s == '[' ? strchr(s, ']') : NULL;
	struct lines want;

	if (!end)
		return s;
	*end = '\0';
	want = words(s + 1);
	*end = ']';
	for (size_t i = 0; i < want.nr; i++) {
		bool no = want.v[i][0] == '!', have = false;

		for (int k = 0; k < e->nr_tags; k++)
			have |= !strcmp(e->tags[k], want.v[i] + no);
		if (have == no)
			return NULL;
	}
	return end + 1 + strspn(end + 1, " \t");
}

static void judge(struct expect *e, const struct lines *expect)
{
	for (size_t i = 0; i < expect->nr; i++) {
		char *s = expect->v[i], *end = s + strlen(s), *function;
		struct lines patterns = { 0 };

		while (end > s && strchr(" \t", end[-1]))
			*--end = '\0';
		e->line = (int)i + 1;
		if (!*s || *s == '#')
			continue;
		s = for_tags(e, s);
		function = s ? after(s, "refs") : NULL;
		if (s && !function)
			judge_line(e, s);
		for (; i + 1 < expect->nr && strchr(" \t", *expect->v[i + 1]) && *expect->v[i + 1];
		     i++) {
			char *pattern = expect->v[i + 1];

			pattern = for_tags(e, pattern + strspn(pattern, " \t"));
			if (pattern)
				add_word(&patterns, pattern, strlen(pattern));
		}
		if (function)
			check_refs(e, function, &patterns);
		else if (patterns.nr && s)
			failed(e, "an indented line belongs to nothing");
	}
	e->line = 0;
}

int main(int argc, char **argv)
{
	struct expect e = { 0 };
	struct lines expect;

	if (argc < 4) {
		fprintf(stderr, "usage: expect EXPECT DIR STATUS TAG...\n");
		return 2;
	}
	e.path = argv[1];
	expect = read_lines("", argv[1]);
	e.dump = read_lines(argv[2], "dump");
	e.out = read_lines(argv[2], "out");
	e.err = read_lines(argv[2], "err");
	e.said = must(calloc(e.err.nr + 1, 1));
	e.status = atoi(argv[3]);
	e.tags = argv + 4;
	e.nr_tags = argc - 4;
	if (!expect.exists)
		failed(&e, "cannot be read");
	judge(&e, &expect);
	judge_always(&e);
	return e.failures ? 1 : 0;
}
