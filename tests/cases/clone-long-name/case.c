// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A symbol's name of more than 511 characters cannot be told to the kernel.
 */
#include "kernel.h"

#define X5(x)	x x x x x
#define NAME	X5(X5(X5("abcde"))) /* 625 */

noinline static int helper(int x) asm(NAME);
noinline static int helper(int x)
{
	return exported(x);
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return helper(x);
}
