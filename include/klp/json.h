/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing JSON (util/json.c): text in the arena, then a file.
 */
#ifndef KLP_JSON_H
#define KLP_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct diag;
struct diag_item;

struct json {
	struct arena *arena;
	char *text;		/* no NUL behind it */
	size_t size, cap;
	unsigned int depth;
	bool empty;		/* nothing stands yet in the innermost object or array */
};

/* key: NULL in arrays. */
void json_begin(struct json *j, const char *key, char bracket);	/* '{' or '[' */
void json_end(struct json *j, char bracket);			/* '}' or ']' */
void json_uint(struct json *j, const char *key, uint64_t v);
void json_int(struct json *j, const char *key, int64_t v);
void json_bool(struct json *j, const char *key, bool v);
/*
 * NULL becomes null.  A name may hold any byte: where s is not UTF-8, each byte
 * that does not fit is U+FFFD, and "<key>_bytes" has all of them in hexadecimal.
 */
void json_string(struct json *j, const char *key, const char *s);

/*
 * One diagnostic, an object in an array.  A finding of klp check has an "id" and its
 * "effect", anything else a "code"; severity: whether that is a member, too.
 */
void json_diag(struct json *j, const struct diag_item *item, bool severity);

/* A file that appears when it is complete. */
struct json_file {
	const char *path;	/* as the user gave it */
	char *target, *temp;	/* NULL: written through (a device, a pipe) */
	int fd;
	struct diag *diag;
};

/* Both: 0, or a negative code with one error in diag.  f lives as long as the arena. */
int json_file_open(struct json_file *f, const char *path, struct arena *arena, struct diag *diag);
int json_file_write(struct json_file *f, const struct json *j);

#endif
