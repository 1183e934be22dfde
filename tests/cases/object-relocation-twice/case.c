// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two relocations for one field: the loader would apply both, and the later one wins.  What adds
 * and subtracts there (LoongArch's differences), and marks for the linker, are no second one.
 */
#include "kernel.h"

asm(".pushsection .data.both, \"aw\"\nboth:\n.globl both\n" LONG_ADDR
    " exported_data\n.long 0\n.long 0\n.popsection\n");
extern u64 both[];

int other(int x)
{
	return exported(x) * 3;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	use(both);
	return exported(x) + 1;
}
