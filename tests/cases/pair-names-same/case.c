// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is the same at one place and at two: functions that compilers fold and unfold, and
 * constants.  Nothing of it changed.
 */
#include "kernel.h"

#ifdef PATCHED
#define BEFORE(x...)
#define AFTER(x...) x
#else
#define BEFORE(x...) x
#define AFTER(x...)
#endif

noinline int aa(int x)
{
	return x * 77 + exported(x);
}
BEFORE(noinline int folded(int x) { return x * 77 + exported(x); })
AFTER(int folded(int x) __attribute__((alias("aa")));)
BEFORE(int unfolded(int x) __attribute__((alias("aa")));)
AFTER(noinline int unfolded(int x) { return x * 77 + exported(x); })

/* … which is the same if that is. */
noinline int calls(int x)
{
	return folded(x) * 3 + unfolded(x);
}
BEFORE(noinline int calls_folded(int x) { return folded(x) * 3 + unfolded(x); })
AFTER(int calls_folded(int x) __attribute__((alias("calls")));)

const int constant[4] = { 1, 2, 3, 4 };
BEFORE(extern const int again[4] __attribute__((alias("constant")));)
AFTER(const int again[4] = { 1, 2, 3, 4 };)

int (*table[])(int x) = { aa, folded, unfolded, calls_folded };

int caller(int x)
{
	return folded(x) + unfolded(x) + calls_folded(x) + again[x];
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return folded(x) + unfolded(x) + again[x] + (table[x] == 0);
}
