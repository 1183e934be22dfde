// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two source files of the same name with statics of the same name and size:
 * nothing tells which of the kernel's is meant, which is refused with a list of
 * what there is (L3).
 */
#include "kernel.h"

noinline static int helper(int x)
{
	return exported(x) + OFFSET;
}

int GLOBAL(int x)
{
#ifdef PATCHED
	x += OFFSET;
#endif
	return helper(x);
}
