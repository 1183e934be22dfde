// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function of which the compiler takes the first test into its callers, and calls the rest
 * (GCC: helper.part.0): the rest alone is replaced, by the name that the kernel has for it, where
 * it alone changed; where the test did, the callers are.
 */
#include "kernel.h"

extern int a(int x), b(int x);

#if defined(PATCHED) && defined(REST)
#define FACTOR 7
#else
#define FACTOR 3
#endif
#if defined(PATCHED) && defined(TEST)
#define LIMIT 5
#else
#define LIMIT 4
#endif

static int helper(int *p, int x)
{
	int sum;

	if (x < LIMIT)
		return 0;
	sum = a(x) + b(x + 1) * FACTOR;
	for (int i = 0; i < x; i++)
		sum += a(sum) * b(i) + a(sum - i);
	return sum + *p;
}

int user(int *p, int x)
{
	return helper(p, x) + 1;
}

int user_too(int *p, int x)
{
	return helper(p, x + 1) + 2;
}

int untouched(int x)
{
	return exported(x);
}
