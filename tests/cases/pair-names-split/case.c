// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One place of the kernel would have to become two, or a name to move: functions can only
 * be redirected together, and objects stay where they are (F41).
 */
#include "kernel.h"

#ifdef PATCHED
#define BEFORE(x...)
#define AFTER(x...) x
#else
#define BEFORE(x...) x
#define AFTER(x...)
#endif

/* It comes out. */
noinline int aa(int x)
{
	return x * 77 + exported(x);
}
BEFORE(int out(int x) __attribute__((alias("aa")));)
AFTER(noinline int out(int x) { return x * 78 + exported(x); })

/* It moves. */
noinline int cc(int x)
{
	return x * 79 + exported(x);
}
BEFORE(int moves(int x) __attribute__((alias("aa")));)
AFTER(int moves(int x) __attribute__((alias("cc")));)

/* The same of objects, and one that two become. */
int alpha = 5, beta = 6;
BEFORE(extern int object __attribute__((alias("alpha")));)
AFTER(extern int object __attribute__((alias("beta")));)
BEFORE(int joins = 5;)
AFTER(extern int joins __attribute__((alias("alpha")));)
BEFORE(extern int leaves __attribute__((alias("beta")));)
AFTER(int leaves = 6;)

/* Locals: who uses them is in this object. */
static noinline int local(int x)
{
	return x * 80 + exported(x);
}
BEFORE(static int local_out(int x) __attribute__((alias("local")));)
AFTER(static noinline int local_out(int x) { return x * 81 + exported(x); })

int caller(int x)
{
	return local(x) + local_out(x + 1);
}
