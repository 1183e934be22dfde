// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Write JSON (RFC 8259).
 */
#include <stdio.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/json.h>
#include <klp/text.h>

#define START ((size_t)1 << 14)

/* ---- text ---- */

static void put(struct json *j, const char *s, size_t len)
{
	if (j->cap - j->size < len) {
		size_t cap = j->cap ?: START;
		char *text;

		while (cap - j->size < len)
			cap *= 2;
		text = arena_calloc(j->arena, cap, 1);
		if (j->size)
			memcpy(text, j->text, j->size);
		if (j->cap)
			arena_give_back(j->arena, j->text, j->cap, 1);
		j->text = text;
		j->cap = cap;
	}
	memcpy(j->text + j->size, s, len);
	j->size += len;
}

static void puts_in(struct json *j, const char *s)
{
	put(j, s, strlen(s));
}

static void escape(struct json *j, unsigned char c)
{
	char buf[8];

	snprintf(buf, sizeof(buf), "\\u%04x", c);
	puts_in(j, buf);
}

/* Returns whether all of it was UTF-8. */
static bool put_string(struct json *j, const char *s)
{
	bool valid = true;

	puts_in(j, "\"");
	while (*s) {
		size_t len = utf8_len((const unsigned char *)s, strlen(s));
		unsigned char c = (unsigned char)*s;

		if (!len) {
			puts_in(j, "\\ufffd");
			valid = false;
		} else if (c == '"' || c == '\\') {
			put(j, "\\", 1);
			put(j, s, 1);
		} else if (c < ' ' || c == 0x7f) {
			escape(j, c);
		} else if (c == 0xc2 && (unsigned char)s[1] < 0xa0) { /* C1 controls */
			escape(j, (unsigned char)s[1]);
		} else {
			put(j, s, len);
		}
		s += len ?: 1;
	}
	puts_in(j, "\"");
	return valid;
}

static void begin_value(struct json *j, const char *key)
{
	if (!j->empty && j->depth)
		puts_in(j, ",");
	if (j->depth) {
		puts_in(j, "\n");
		for (unsigned int i = 0; i < j->depth; i++)
			puts_in(j, " ");
	}
	j->empty = false;
	if (!key)
		return;
	put_string(j, key);
	puts_in(j, ": ");
}

void json_begin(struct json *j, const char *key, char bracket)
{
	begin_value(j, key);
	put(j, &bracket, 1);
	j->depth++;
	j->empty = true;
}

void json_end(struct json *j, char bracket)
{
	bool empty = j->empty;

	j->depth--;
	j->empty = true;
	if (!empty && j->depth)
		begin_value(j, NULL);
	else if (!empty)
		puts_in(j, "\n");
	put(j, &bracket, 1);
	j->empty = false;
	if (!j->depth)
		puts_in(j, "\n");
}

void json_uint(struct json *j, const char *key, uint64_t v)
{
	char buf[24];

	begin_value(j, key);
	snprintf(buf, sizeof(buf), "%llu", (unsigned long long)v);
	puts_in(j, buf);
}

void json_int(struct json *j, const char *key, int64_t v)
{
	char buf[24];

	begin_value(j, key);
	snprintf(buf, sizeof(buf), "%lld", (long long)v);
	puts_in(j, buf);
}

void json_bool(struct json *j, const char *key, bool v)
{
	begin_value(j, key);
	puts_in(j, v ? "true" : "false");
}

static void put_bytes(struct json *j, const char *key, const char *s)
{
	char buf[4];

	begin_value(j, arena_printf(j->arena, "%s_bytes", key));
	puts_in(j, "\"");
	for (; *s; s++) {
		snprintf(buf, sizeof(buf), "%02x", (unsigned char)*s);
		puts_in(j, buf);
	}
	puts_in(j, "\"");
}

void json_string(struct json *j, const char *key, const char *s)
{
	begin_value(j, key);
	if (!s)
		puts_in(j, "null");
	else if (!put_string(j, s) && key)
		put_bytes(j, key, s);
}

/* ---- diagnostics ---- */

void json_diag(struct json *j, const struct diag_item *item, bool severity)
{
	json_begin(j, NULL, '{');
	if (severity)
		json_string(j, "severity", diag_severity_name(item->severity));
	json_string(j, item->effect ? "id" : "code", item->code);
	json_string(j, "file", item->where.object);
	json_string(j, "section", item->where.section);
	json_string(j, "symbol", item->where.symbol);
	if (item->where.has_offset)
		json_uint(j, "offset", item->where.offset);
	json_string(j, "text", item->text);
	if (item->effect)
		json_string(j, "effect", item->effect);
	json_end(j, '}');
}
