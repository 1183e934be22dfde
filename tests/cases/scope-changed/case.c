// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * As in "scope", and one of the functions changed as well: only that one is in
 * the output, and it refers to the others by what they are in the original.
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
#ifdef PATCHED
	printk("second\n");
#endif
	return first(x) + 1;
}

int caller(int x)
{
	return first(x) * second(x + 1);
}
