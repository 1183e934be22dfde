// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * f's static goes away and g is inlined into f: each refers to one "count" before and after, but
 * whose the one that is left was, they do not agree.
 */
#include "kernel.h"

#ifndef PATCHED
noinline int f(int x)
{
	static int count;

	count += 2;
	return count * x;
}
#endif

static inline __attribute__((always_inline)) int add(int x)
{
	static int count;

	count += x;
	return count;
}

noinline int g(int x)
{
#ifdef PATCHED
	return add(x) + 1;
#else
	return add(x);
#endif
}

#ifdef PATCHED
noinline int f(int x)
{
	return add(x + 3) * 2;
}
#endif
