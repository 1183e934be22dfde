// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two source files of one object have statics of the same names.  They are paired
 * by file (F4); which of them is meant is told by the linked kernel's order of
 * addresses, not by the object's (F1), and 0 says that a name is unique (F2).
 */
#include "kernel.h"

static int counter = 3;
static int only_a = 4;

noinline static int helper(int x)
{
	return exported(x) + counter++;
}

int user_a(int x)
{
	return helper(x) + only_a++;
}

int changed(int x)
{
#ifdef PATCHED
	return helper(x + 1) + only_a++;
#endif
	return helper(x);
}
