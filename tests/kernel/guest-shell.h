/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The init of a test machine for which there is no busybox: guest-shell.c reads the
 * cases, guest-init.c runs them, guest-commands.c has the commands that they use.
 */
#ifndef GUEST_SHELL_H
#define GUEST_SHELL_H

#include <stdbool.h>

#define MAX_WORDS 32

/* ---- guest-text.c ---- */
/* Text that grows; ends with a NUL. Memory is never freed: a case is a process. */
struct text {
	char *s;
	size_t len, size;
};

void text_add(struct text *t, const char *s, size_t len);
void text_puts(struct text *t, const char *s);

/* pattern of case: * ? [] and \ */
bool pattern_matches(const char *pattern, const char *s);
/* regular expression of . [] + * and plain characters, anywhere in s */
bool regex_found(const char *regex, const char *s);

/* ---- guest-shell.c ---- */
/* What a command reads (NULL: nothing) and writes, errors among it. */
struct io {
	const struct text *in;
	struct text *out;
};

struct words {
	int n;
	char *w[MAX_WORDS + 1];
};

struct command {
	const char *name;
	int (*run)(struct words *args, struct io *io);
};

extern const struct command commands[];

/* What this shell cannot do fails the case, whatever the case makes of it. */
void give_up(const char *what, const char *which) __attribute__((noreturn));

int shell_run(const char *script, struct io *io);
/* Call a function of the script, or a command, from its words at first on. */
int shell_call(struct words *args, int first, struct io *io);
bool shell_defines(const char *name);
const char *shell_var(const char *name);
void shell_set(const char *name, const char *value);

#endif
