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
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lines {
	char **v;
	size_t nr;
	bool exists;
};

struct expect {
	const char *path;
	struct lines dump, out, err;
	int status;
	char **tags;
	int nr_tags;
	int line;	/* in EXPECT */
	int failures;

	int want_status;
	bool unchanged;
	char *changed, *new, *carried;
	bool *said;	/* per line of err: some directive expects it */
};

static const char *const settings[] = { "targets", "not", "compilers", "cflags", "options", "sources",
					"entry-size", "unchecked", "untraced", "also", "ordered:",
					NULL };

#define failed(e, ...)                                                \
	do {                                                          \
		if ((e)->line)                                        \
			printf("%s:%d: ", (e)->path, (e)->line);      \
		else                                                  \
			printf("%s: ", (e)->path);                    \
		printf(__VA_ARGS__);                                  \
		printf("\n");                                         \
		(e)->failures++;                                      \
	} while (0)

/* ---- text ---- */

static void *must(void *p)
{
	if (!p) {
		perror("expect");
		exit(2);
	}
	return p;
}

/* A file's lines; it is small, and lives as long as the program. */
static struct lines read_lines(const char *dir, const char *name)
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

static bool matches(const char *pattern, const char *s)
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

static size_t count_matches(const struct lines *l, const char *pattern)
{
	size_t n = 0;

	for (size_t i = 0; i < l->nr; i++)
		n += matches(pattern, l->v[i]);
	return n;
}

/* If s begins with the word, what follows it and its blanks; else NULL. */
static char *after(char *s, const char *word)
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

static void add_word(struct lines *set, const char *word, size_t len)
{
	set->v = must(realloc(set->v, (set->nr + 1) * sizeof(*set->v)));
	set->v[set->nr++] = must(strndup(word, len));
}

static struct lines words(const char *s)
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

static void same_words(struct expect *e, const char *what, struct lines want, struct lines got)
{
	if (want.nr)
		qsort(want.v, want.nr, sizeof(*want.v), by_name);
	if (got.nr)
		qsort(got.v, got.nr, sizeof(*got.v), by_name);
	if (strcmp(joined(&want), joined(&got)))
		failed(e, "%s: %s; expected: %s", what, got.nr ? joined(&got) : "none",
		       want.nr ? joined(&want) : "none");
}

/* ---- directives ---- */

static void check_line(struct expect *e, const struct lines *l, const char *what,
		       const char *pattern, bool wanted)
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

static void check_count(struct expect *e, char *rest)
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

static void check_refs(struct expect *e, const char *function, const struct lines *patterns)
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
static void check_entries(struct expect *e, char *rest)
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

static void check_traced(struct expect *e, char *rest)
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

/* "klp: …: error: text" with that severity: the part behind "klp: ". */
static const char *message(const char *line, const char *severity)
{
	char mark[32];

	if (strncmp(line, "klp: ", 5))
		return NULL;
	snprintf(mark, sizeof(mark), " %s: ", severity);
	return strstr(line + 4, mark) ? line + 5 : NULL;
}

static void check_message(struct expect *e, const char *severity, const char *pattern)
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

/* ---- what every run must have ---- */

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

static void judge_always(struct expect *e)
{
	static const char *const severities[] = { "error", "warning", "note" };

	if (e->status != e->want_status)
		failed(e, "exit status %d instead of %d", e->status, e->want_status);
	for (size_t i = 0; i < e->dump.nr; i++)
		if (e->dump.v[i][0] == '!')
			failed(e, "the output is wrong: %s", e->dump.v[i] + 2);
	for (size_t i = 0; i < e->err.nr; i++)
		for (int k = 0; k < 3; k++)
			if (!e->said[i] && !is_unsure(e->err.v[i]) && message(e->err.v[i], severities[k]))
				failed(e, "unexpected: %s", e->err.v[i]);
	if (e->unchanged && !count_matches(&e->out, "*: nothing changed*; no output"))
		failed(e, "the summary does not say that nothing changed");
	if (e->dump.exists != (e->want_status == 0 && !e->unchanged))
		failed(e, "there is %s output", e->dump.exists ? "an" : "no");
	if (e->want_status == 0)
		judge_functions(e);
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
