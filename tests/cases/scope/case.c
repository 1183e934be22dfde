// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A static function became global, a global one static: their callers' calls
 * change relocation and symbol, but not the callee (L10).
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
	return exported(x) + 1;
}

int caller(int x)
{
	return first(x) * second(x + 1);
}

int caller_too(int x)
{
	return second(x) - first(x + 1);
}
