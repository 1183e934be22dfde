// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Built without -ffunction-sections: calls among functions of the file have no
 * relocation.  They are decoded, and lead to the same functions from the copy (F34).
 */
#include "kernel.h"

noinline static int helper(int x)
{
	return exported(x) + 3;
}

noinline int replaced(int x)
{
#ifdef PATCHED
	x++;
#endif
	return helper(x) * 5;
}

int changed(int x)
{
#ifdef PATCHED
	if (x > 5)
		return 7;
#endif
	return helper(x) + replaced(x) + 1;
}

int untouched(int x)
{
	return helper(x) - replaced(x);
}
