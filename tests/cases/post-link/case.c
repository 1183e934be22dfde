// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From klp diff through the linker and klp post-link to what the kernel loads:
 * livepatch symbols and relocation sections, and no tombstone left (F24).
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
