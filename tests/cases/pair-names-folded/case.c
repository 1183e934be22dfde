// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function becomes an alias of another one: the kernel's is redirected to the copy, so
 * that who calls it by that name, or holds its address, runs what the patch says (F41).
 */
#include "kernel.h"

noinline int aa(int x)
{
	return x * 77 + exported(x);
}

#ifdef PATCHED
int bb(int x) __attribute__((alias("aa")));
#else
noinline int bb(int x)
{
	return x * 78 + exported(x);
}
#endif

int (*table[2])(int x) = { aa, bb };

int caller(int x)
{
	return bb(x) + aa(x + 1) + 1;
}
