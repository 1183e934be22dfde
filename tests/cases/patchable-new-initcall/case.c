// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch adds what the kernel reads at boot alone: it would not take effect (refused).
 */
#include "kernel.h"

__init static int set_up(void)
{
	return exported(1);
}

#ifdef PATCHED
static int (*initcall)(void) __section(".initcall6.init") __used = set_up;
#else
static int (*no_initcall)(void) __used = set_up;
#endif

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
