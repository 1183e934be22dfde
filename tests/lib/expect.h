/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of expect share; expect.c says what it is for.
 */
#ifndef TESTS_EXPECT_H
#define TESTS_EXPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

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

/* Print why the expectation does not hold. */
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

/* ---- expect-text.c ---- */
/* p, which was allocated; the program ends if it is NULL. */
void *must(void *p);
/* The lines of a file, which live as long as the program; dir may be "". */
struct lines read_lines(const char *dir, const char *name);
/* A PATTERN of expect.c's. */
bool matches(const char *pattern, const char *s);
size_t count_matches(const struct lines *l, const char *pattern);
/* If s begins with the word, what follows it and its blanks; else NULL. */
char *after(char *s, const char *word);
void add_word(struct lines *set, const char *word, size_t len);
struct lines words(const char *s);
/* Fail if the two are not the same words, in any order. */
void same_words(struct expect *e, const char *what, struct lines want, struct lines got);

/* ---- expect-check.c: one directive each ---- */
void check_line(struct expect *e, const struct lines *l, const char *what, const char *pattern,
		bool wanted);
void check_count(struct expect *e, char *rest);
void check_refs(struct expect *e, const char *function, const struct lines *patterns);
void check_entries(struct expect *e, char *rest);
void check_traced(struct expect *e, char *rest);
void check_message(struct expect *e, const char *severity, const char *pattern);

/* ---- expect-always.c ---- */
/* What every run must have, whatever its directives say; after them. */
void judge_always(struct expect *e);
/* "klp: …: error: text" with that severity: the part behind "klp: "; or NULL. */
const char *message(const char *line, const char *severity);

#endif
