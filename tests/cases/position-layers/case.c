// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two source files of the same name with a static of the same name and size (L3,
 * F1).  The kernel's file is built without sections of their own for functions.
 * Which is meant is told by a reference to it, by the file's other locals, by its
 * contents, or by the order of those that the object has; if nothing does, it is
 * refused with what both sides have.
 */
#include "kernel.h"

#ifdef EXTRA
__attribute__((used)) static int EXTRA(int x)
{
	return x * 3;
}
#endif

__attribute__((used)) noinline static int helper(int x)
{
#ifdef PATCH_HELPER
	x++;
#endif
	return exported(x) + OFFSET;
}

int GLOBAL(int x)
{
#ifdef PATCH_GLOBAL
	x += 5;
#endif
#ifdef CALLS
	return helper(x);
#else
	return exported(x);
#endif
}
