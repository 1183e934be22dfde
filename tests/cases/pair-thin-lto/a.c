// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two source files, link-time optimised one by one (ThinLTO): each takes the other's functions
 * in, so that their statics become global, with a hash of their file in the name.  The patch
 * changes both files and so both hashes.  Who refers to the helpers does not tell them apart.
 */
#include "kernel.h"

extern int b_one(int x);

static int state;
static int a_only;

static noinline int helper(int x)
{
	state += exported(x) * 3;
#ifdef PATCHED
	printk("a\n");
#endif
	return state;
}

int a_one(int x)
{
	if (x < 1)
		return a_only;
	a_only = helper(x);
#ifdef PATCHED
	a_only++;
#endif
	return helper(x - 1) + b_one(x - 2);
}
