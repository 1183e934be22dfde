// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The number that a warning prints is the line that its own entry of __bug_table states, as in
 * ASSERT_RTNL() and all WARN_ONCE(…, __FILE__, __LINE__): no change (L1).
 */
#include "kernel.h"

#ifndef BASE
#define BASE 200
#endif
#ifdef PATCHED
#define LINE (BASE + 3)
#else
#define LINE (BASE + 1)
#endif

int __warn_printk(const char *fmt, ...);

#define WARN(line, args...)            \
({                                     \
	__warn_printk(args);           \
	warn_at(line, 0x901);          \
})

int asserts(int x)
{
	if (x > 3)
		WARN(LINE, "assertion failed at %s (%d)\n", "case.c", LINE);
	return x;
}

int line_alone(int x)
{
	if (x > 3)
		WARN(LINE, "at %d\n", LINE);
	return exported(x);
}

/* Among others, of which one is a number, too. */
int line_last(int x)
{
	if (x > 3)
		WARN(LINE, "%d %d is wrong at %s (%d)\n", x, 77, "case.c", LINE);
	return exported(x);
}

int two_warnings(int x)
{
	if (x > 3)
		WARN(LINE, "at %s (%d)\n", "case.c", LINE);
	if (x < exported(x))
		WARN(300, "at %s (%d)\n", "case.c", 300);
	return exported(x);
}

/* J_ASSERT() of jbd2.h: no warning, but a message and BUG(). */
int dies(int x)
{
	if (x > 3) {
		printk("failure in %s() at %s:%d: %s\n", "dies", "case.c", LINE, "x");
		warn_at(LINE, 0);
		__builtin_unreachable();
	}
	return exported(x);
}

int same(int x)
{
	if (x > 3)
		WARN(100, "at %s (%d)\n", "case.c", 100);
	return exported(x);
}

#ifdef CHANGED
int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	if (x > 3)
		WARN(LINE, "at %s (%d)\n", "case.c", LINE);
	return exported(x);
}
#endif
