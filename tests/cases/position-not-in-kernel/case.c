// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The linked kernel has no such symbol: it is another kernel.
 */
#include "kernel.h"

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
