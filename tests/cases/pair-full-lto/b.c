// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

static int state;

static noinline int get(int x)
{
	state -= exported(x) * 5;
#ifdef PATCHED
	printk("b\n");
#endif
	return state;
}

static noinline int helper(int x)
{
	static int count;

	return exported(x + count++);
}

int b_one(int x)
{
	return get(x) * 2;
}

int b_two(int x)
{
	return helper(x);
}
