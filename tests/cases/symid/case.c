// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two source files of the same name with the same statics: klp symid writes what
 * tells them apart once they are linked.
 */
#include "kernel.h"

__attribute__((used)) noinline static int helper(int x)
{
#ifdef PATCH_HELPER
	x++;
#endif
	return exported(x) + 17;
}

int GLOBAL(int x)
{
#ifdef PATCH_GLOBAL
	x++;
#endif
	return exported(x);
}
