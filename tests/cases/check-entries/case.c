// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What klp diff writes, as an object and as the module that is linked from it.
 */
#include "kernel.h"

static int state;

noinline static int helper(int x)
{
	return exported(x) + state++;
}

int changed(int x)
{
#ifdef PATCHED
	printk("x\n");
#endif
	return helper(x) + state;
}

int other(int x)
{
#ifdef PATCHED
	x++;
#endif
	return helper(x) - 1;
}
