// SPDX-License-Identifier: GPL-2.0-or-later
/* The other source file; see a.c. */
#include "kernel.h"

static int counter = 5;

noinline static int helper(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x) - counter++;
}

int user_b(int x)
{
	return helper(x);
}
