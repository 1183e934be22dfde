// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A static function has the name of an export: its own definition is meant (F3).
 */
#include "kernel.h"

noinline static int shadow(int x) asm("exported");
noinline static int shadow(int x)
{
	printk("not the export\n");
	return x + 1;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return shadow(x);
}
