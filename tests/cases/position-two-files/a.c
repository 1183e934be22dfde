// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two source files in one object: functions, data and strings of one name in both
 * are paired by file, and only what changed in one is in the output (F4).
 */
#include "kernel.h"

static int state = 1;

noinline static int helper(int x)
{
#ifdef PATCHED
	printk("helper of a\n");
#endif
	return exported(x) + state++;
}

int user_a(int x)
{
	return helper(x);
}
