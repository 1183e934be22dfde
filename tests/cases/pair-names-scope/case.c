// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A name comes to another place, and becomes static or global in the same go: it is still the
 * kernel's name of the old place (F41).
 */
#include "kernel.h"

#ifdef PATCHED
#define BEFORE(x...)
#define AFTER(x...) x
#else
#define BEFORE(x...) x
#define AFTER(x...)
#endif

noinline int aa(int x)
{
	return x * 77 + exported(x);
}
/* A global one comes out as a static one. */
BEFORE(int out(int x) __attribute__((alias("aa")));)
AFTER(static noinline int out(int x) { return x * 78 + exported(x); })

/* Objects: two become one, and the other way round. */
int alpha = 5;
static int beta = 6;
BEFORE(static int joins = 5;)
AFTER(extern int joins __attribute__((alias("alpha")));)
BEFORE(extern int leaves __attribute__((alias("beta"), visibility("hidden")));)
AFTER(static int leaves = 6;)

int reader(int x)
{
	alpha += x;
	return joins * alpha;
}

int writer(int x)
{
	joins += x;
	beta -= x;
	return joins * beta;
}

int other_writer(int x)
{
	leaves ^= x;
	return leaves * 3;
}

int caller(int x)
{
	return aa(x) + out(x + 1);
}
