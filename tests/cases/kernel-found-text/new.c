// SPDX-License-Identifier: GPL-2.0-or-later
/* A file of the patched sources alone; see case.c. */
#include "kernel.h"

noinline static int helper(int x)
{
	return exported(x) + 2;
}

int other(int x)
{
	return helper(x);
}
