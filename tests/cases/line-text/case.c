// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The line is part of a text that a warning prints, as include/linux/fortify-string.h has it for
 * every memcpy() into a field: "field \"perm_addr\" at net/core/dev.c:10273".  It is no change
 * (L1) if file and number are those of the warning's own entry of __bug_table, in both builds, and
 * if the text goes nowhere else; any other text, number, file or use is one.
 */
#include "kernel.h"

#if !defined(LINES)
#define BEFORE 201
#define AFTER  203
#elif LINES == 1 /* more digits */
#define BEFORE 9998
#define AFTER  10001
#else
#define BEFORE 40001
#define AFTER  40003
#endif
#ifdef PATCHED
#define LINE AFTER
#else
#define LINE BEFORE
#endif

int __warn_printk(const char *fmt, ...);
void __might_sleep(const char *file, const char *line);
int keeps(const char *text);
extern const char *kept;

#define FIELD(name, file, line) "field \"" name "\" at " file ":" str(line)
#define SPANS			"memcpy: detected field-spanning write (size %zu) of single %s (size %zu)\n"
#define WARN(line, args...)          \
	({                           \
		__warn_printk(args); \
		warn_at(line, 0x909); \
	})
#define WARN_FIELD(line, field, size) WARN(line, SPANS, (size_t)(size), field, (size_t)32)

int spans(int x)
{
	if (x > 3)
		WARN_FIELD(LINE, FIELD("dev->perm_addr", __FILE__, LINE), x);
	return exported(x);
}

int spans_twice(int x)
{
	if (x > 3)
		WARN_FIELD(LINE, FIELD("a", __FILE__, LINE), x);
	if (exported(x) > 4)
		WARN_FIELD(300, FIELD("b", __FILE__, 300), x);
	return exported(x);
}

int text_alone(int x)
{
	if (x > 3)
		WARN(LINE, "%s\n", __FILE__ ":" str(LINE));
	return exported(x);
}

/* … on the stack; beside the number itself */
int many_arguments(int x)
{
	if (x > 3)
		WARN(LINE, "%d %d %d %d %d %d %d %d %s %d\n", x, x, 3, 4, 5, 6, 7, 8,
		     FIELD("c", __FILE__, LINE), LINE);
	return exported(x);
}

int untouched(int x)
{
	if (x > 3)
		WARN_FIELD(100, FIELD("d", __FILE__, 100), x);
	return exported(x);
}

#ifdef CHANGED
/* Another name of the field, too */
int other_text(int x)
{
#ifdef PATCHED
	if (x > 3)
		WARN_FIELD(LINE, FIELD("e", __FILE__, LINE), x);
#else
	if (x > 3)
		WARN_FIELD(LINE, FIELD("f", __FILE__, LINE), x);
#endif
	return exported(x);
}

/* The path is not the entry's; it only ends so. */
int other_file(int x)
{
	if (x > 3)
		WARN_FIELD(LINE, FIELD("g", "cafe.c", LINE), x);
	return exported(x);
}

int longer_file(int x)
{
	if (x > 3)
		WARN_FIELD(LINE, FIELD("h", "show" __FILE__, LINE), x);
	return exported(x);
}

/* The number is not the line; it is in one build; it is that of another entry. */
int other_number(int x)
{
	if (x > 3)
		WARN_FIELD(300, FIELD("i", __FILE__, LINE), x);
	return exported(x);
}

int once_line(int x)
{
	if (x > 3)
		WARN_FIELD(BEFORE, FIELD("j", __FILE__, LINE), x);
	return exported(x);
}

int now_line(int x)
{
	if (x > 3)
		WARN_FIELD(AFTER, FIELD("j", __FILE__, LINE), x);
	return exported(x);
}

int line_of_other(int x)
{
	if (x > 3)
		WARN_FIELD(310, FIELD("k", __FILE__, LINE), x);
	if (exported(x) > 4)
		WARN_FIELD(LINE, FIELD("k", __FILE__, 310), x);
	return exported(x);
}

/* Something stands behind it, or before the number. */
int more_behind(int x)
{
	if (x > 3)
		WARN_FIELD(LINE, FIELD("l", __FILE__, LINE) " again", x);
	return exported(x);
}

int leading_zero(int x)
{
#ifdef PATCHED
	if (x > 3)
		WARN_FIELD(LINE, "at " __FILE__ ":0" str(LINE), x);
#else
	if (x > 3)
		WARN_FIELD(LINE, "at " __FILE__ ":" str(LINE), x);
#endif
	return exported(x);
}

/* No warning; others get it, too */
int hands_on(int x)
{
	if (x > 3)
		keeps(FIELD("m", __FILE__, LINE));
	warn_at(LINE, 0x909);
	return exported(x);
}

int hands_on_also(int x)
{
	const char *field = FIELD("n", __FILE__, LINE);

	use(field);
	if (keeps(field) > x)
		WARN_FIELD(LINE, field, x);
	return exported(x);
}

int stores(int x)
{
	const char *field = FIELD("o", __FILE__, LINE);

	if (x > 3)
		WARN_FIELD(LINE, field, x);
	kept = field;
	return exported(x);
}

const char *returns(int x)
{
	const char *field = FIELD("p", __FILE__, LINE);

	if (x > 3)
		WARN_FIELD(LINE, field, x);
	return field;
}

/* … is in a register, and nothing tells what for */
int unreported(int x)
{
	use(FIELD("w", __FILE__, LINE));
	warn_at(LINE, 0x909);
	return exported(x);
}

/* A part of it, as far as x says */
int part(int x)
{
	if (x > 3)
		WARN_FIELD(LINE, FIELD("x", __FILE__, LINE) + x, x);
	return exported(x);
}

/* The text is read. */
int reads(int x)
{
	const char *field = FIELD("q", __FILE__, LINE);

	if (x > 3)
		WARN_FIELD(LINE, field, x);
	return field[x];
}

/* … and what is read is reported. */
int reads_number(int x)
{
	if (x > 3)
		WARN(LINE, "%llx\n", *(const volatile u64 *)(__FILE__ ":" str(LINE)));
	return exported(x);
}

/* It goes to where a number would be the line, which then is none. */
int as_line(int x)
{
	if (x > 3) {
		__might_sleep("case.c", FIELD("v", __FILE__, LINE));
		warn_at(LINE, 0x909);
	}
	return exported(x);
}

int no_trap(int x)
{
	if (x > 3)
		__warn_printk(SPANS, (size_t)x, FIELD("r", __FILE__, LINE), (size_t)32);
	return exported(x);
}

/* Behind the call, but not where control goes on from it */
int other_way(int x)
{
	if (x > 3 && __warn_printk(SPANS, (size_t)x, FIELD("s", __FILE__, LINE), (size_t)32))
		warn_at(LINE, 0x909);
	return exported(x);
}

/* The format itself */
int format(int x)
{
	if (x > 3)
		WARN(LINE, "%s" __FILE__ ":" str(LINE), "a");
	return exported(x);
}

const char *holds = FIELD("t", __FILE__, 300);

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	if (x > 3)
		WARN_FIELD(LINE, FIELD("u", __FILE__, LINE), x);
	return exported(x);
}
#endif
