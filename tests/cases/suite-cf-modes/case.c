// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the compiler writes for control-flow protection: with pads, a function that is no longer
 * static gets one, and one that becomes static loses it, which are changes of these functions;
 * without, only their callers have other symbols, which is none.  The modes of -fcf-protection are
 * two, and the compiler's note of them is no part of a livepatch.
 */
#include "kernel.h"

#ifdef PATCHED
#define was_static
#define was_global static
#else
#define was_static static
#define was_global
#endif

noinline was_static int raised(int x)
{
	return exported(x) + 1;
}

noinline was_global int lowered(int x)
{
	return exported(x) + 2;
}

noinline int stable(int x)
{
	return exported(x) + 3;
}

int caller(int x)
{
#ifdef PATCHED
	x++;
#endif
	return raised(x) * lowered(x + 1) * stable(x + 2);
}
