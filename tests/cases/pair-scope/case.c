// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A static function became global, a global one static: their callers' calls
 * change relocation and symbol, but not the callee (L10).  Where one of the functions
 * changed as well (CHANGED), only that one is in the output, and it refers to the
 * other by what that is in the original.
 */
#include "kernel.h"

#ifdef PATCHED
#define was_static
#define was_global static
#else
#define was_static static
#define was_global
#endif

noinline was_static int first(int x)
{
	return exported(x);
}

noinline was_global int second(int x)
{
#if defined(PATCHED) && defined(CHANGED)
	printk("second\n");
#endif
	return first(x) + 1;
}

int caller(int x)
{
	return first(x) * second(x + 1);
}

int caller_too(int x)
{
	return second(x) - first(x + 1);
}
