// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function with a static local is inlined in one object and not in the other: the static is
 * that of its caller then, and still the same one.
 */
#include "kernel.h"

#ifdef PATCHED
#define INLINE noinline
#else
#define INLINE inline __attribute__((always_inline))
#endif

int other(int x)
{
	static int count;

	return x ^ count--;
}

static INLINE int helper(int x)
{
	static int count;

	count += x;
	return exported(count);
}

int caller(int x)
{
	return helper(x) + 1;
}

#ifdef PATCHED
int another(int x)
{
	static int count;

	return x + count++ * 3;
}
#endif
