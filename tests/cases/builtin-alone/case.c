// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two objects are all that klp diff needs (L8): no environment, no folder of a source, no git, and
 * it writes nothing but what it was told.  The entries of tables are those of kernels before 6.19:
 * nothing in the objects says where one begins, and no variable how long it is (L7).
 */
#include "kernel.h"

int changed(int x)
{
	if (x > 3)
		warn_at(300, 0x901);
#ifdef PATCHED
	if (x > 5)
		warn_at(301, 0x901);
#endif
	alternative("nop\n", "nop\n", 5);
	asm volatile("1: nop\n2:\n" EXTABLE("1b", "2b", 1));
	return exported(x);
}

int untouched(int x)
{
	if (x > 4)
		warn_at(302, 0x901);
	alternative("nop\n", "nop\n", 6);
	return exported(x);
}
