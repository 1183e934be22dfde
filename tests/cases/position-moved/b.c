// SPDX-License-Identifier: GPL-2.0-or-later
/* The other source file; see a.c. */
#include "kernel.h"

__attribute__((section(".text.unlikely"))) noinline static int helper(int x)
{
	return exported(x) + 2;
}

int other(int x)
{
#ifdef PATCHED
	x++;
#endif
	return helper(x);
}
