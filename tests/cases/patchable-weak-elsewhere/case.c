// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A weak function of which the kernel runs another file's definition: the livepatch would
 * replace that one.  And what the patch defines anew though another file has it already.
 */
#include "kernel.h"

__weak noinline int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

#ifdef MOVED
noinline int helper(int x)
{
	return exported(x) + 3;
}

__weak int weak_helper(int x)
{
	return exported(x) + 4;
}
#endif
