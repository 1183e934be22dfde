// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two source files in which everything has the same names, linked in another
 * order the second time: they are paired by file (F4).
 */
#include "kernel.h"

struct ops {
	int (*run)(int x);
};

noinline static int run(int x)
{
#ifdef PATCHED
	printk("a is patched\n");
#endif
	return exported(x) + VALUE;
}

static struct ops ops __used = { run };
