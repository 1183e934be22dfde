/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing JSON: text in the arena.
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

#endif
