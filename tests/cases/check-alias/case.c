// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check by itself: a name of the kernel that would lead to something else than the
 * patch says (F41).  LIKE is the original as klp diff is told, where names are as in the
 * patched object.
 */
#include "kernel.h"

#if defined(PATCHED) || defined(LIKE)
#define BEFORE(x...)
#define AFTER(x...) x
#else
#define BEFORE(x...) x
#define AFTER(x...)
#endif

noinline int aa(int x)
{
#ifndef LIKE
	x++;
#endif
	return x * 77 + exported(x);
}
BEFORE(noinline int joins(int x) { return x * 76 + exported(x); })
AFTER(int joins(int x) __attribute__((alias("aa")));)

noinline int cc(int x)
{
#ifdef PATCHED
	x++;
#endif
	return x * 79 + exported(x);
}
BEFORE(int leaves(int x) __attribute__((alias("cc")));)
AFTER(noinline int leaves(int x) { return x * 78 + exported(x); })

int alpha = 5, beta = 6;
BEFORE(extern int object __attribute__((alias("alpha")));)
AFTER(extern int object __attribute__((alias("beta")));)

/* It becomes global with that. */
BEFORE(static int scope = 5;)
AFTER(extern int scope __attribute__((alias("alpha")));)
int reader(int x)
{
	scope += x;
	return scope;
}
int writer(int x)
{
	return scope ^= x;
}
