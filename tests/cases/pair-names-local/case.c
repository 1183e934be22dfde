// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Local functions that were one and are two, or are one now: who uses them is in this
 * object, so that nothing of it is lost (F41).
 */
#include "kernel.h"

#ifdef PATCHED
#define BEFORE(x...)
#define AFTER(x...) x
#else
#define BEFORE(x...) x
#define AFTER(x...)
#endif

static noinline int one(int x)
{
	return x * 80 + exported(x);
}
BEFORE(static int leaves(int x) __attribute__((alias("one")));)
AFTER(static noinline int leaves(int x) { return x * 81 + exported(x); })

static noinline int two(int x)
{
	return x * 82 + exported(x);
}
BEFORE(static noinline int joins(int x) { return x * 83 + exported(x); })
AFTER(static int joins(int x) __attribute__((alias("two")));)

int uses_one(int x)
{
	return one(x) + leaves(x + 1);
}

int uses_two(int x)
{
	return two(x) + joins(x + 1) + 1;
}
