// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A changed static function that ftrace cannot reach and that is only called
 * directly: its callers are replaced and carry it along.
 */
#include "kernel.h"

notrace noinline static int inner(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

notrace noinline static int middle(int x)
{
	return inner(x) * 3;
}

int caller(int x)
{
	return middle(x) + 1;
}

int caller_too(int x)
{
	return inner(x) + 2;
}

int untouched(int x)
{
	return exported(x) + 3;
}
