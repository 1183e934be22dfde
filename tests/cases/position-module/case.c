// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module's list of symbols while it loads has those of its init sections, the one
 * of the live module does not: a position that is not the same in both is refused.
 */
#include "kernel.h"

noinline static int helper(int x)
{
	return exported(x) + 1;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return helper(x);
}
