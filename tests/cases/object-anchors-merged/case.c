// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Clang merges variables into one object without a name, and reaches them all from
 * the address of one: refused where the patch has moved one, -fdata-sections or
 * not.
 */
#include "kernel.h"

static int a = 1;
#ifdef PATCHED
static int fresh = 7;
#endif
static int b = 2;
static int c = 3;

int writer(int x)
{
	a += x;
	b -= x;
	c ^= x;
	return a;
}

int changed(int x)
{
#ifdef PATCHED
	x += fresh++;
#endif
	return a++ + b-- + c + x;
}
