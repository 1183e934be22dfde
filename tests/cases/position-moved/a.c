// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The link moves .text.unlikely in front: the second file's helper has the lower
 * address, and so the first position (F1).
 */
#include "kernel.h"

noinline static int helper(int x)
{
	return exported(x) + 1;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return helper(x);
}
