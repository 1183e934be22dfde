// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two source files of which link-time optimisation makes one.  What has the same name gets a
 * number, and the patch, which adds more of these, moves the numbers.
 */
#include "kernel.h"

static int state;

#ifdef PATCHED
static noinline int helper(int x)
{
	printk("new helper\n");
	return exported(x);
}
#endif

static noinline int get(int x)
{
	state += exported(x) * 3;
	return state;
}

int a_one(int x)
{
	return get(x) + 1;
}

#ifdef PATCHED
int a_new(int x)
{
	static int count;

	return helper(x) + get(x) + count++;
}
#endif
