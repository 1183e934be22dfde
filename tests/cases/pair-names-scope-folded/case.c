// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A static function becomes a global alias of another one: who held its address runs the copy
 * of what it is an alias of (F41).
 */
#include "kernel.h"

static noinline int aa(int x)
{
	return x * 77 + exported(x);
}

#ifdef PATCHED
int bb(int x) __attribute__((alias("aa")));
#else
static noinline int bb(int x)
{
	return x * 78 + exported(x);
}
#endif

int (*table[2])(int x) = { aa, bb };

int caller(int x)
{
	return bb(x) + aa(x + 1) + 1;
}
