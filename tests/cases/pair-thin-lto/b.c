// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

extern int a_one(int x);

static int state;
static int b_only;

static noinline int helper(int x)
{
	state -= exported(x) * 5;
#ifdef PATCHED
	printk("b\n");
#endif
	return state;
}

int b_one(int x)
{
	if (x < 1)
		return b_only;
	b_only = helper(x);
#ifdef PATCHED
	b_only++;
#endif
	return helper(x - 1) ^ a_one(x - 2);
}
