// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * New functions, one static and one global, with new data: they are copied, the
 * data keeps its initial value, a new global stays global and a replaced one
 * becomes local.
 */
#include "kernel.h"

int old_global = 5;

#ifdef PATCHED
static int new_static_data = 0x11223344;
int new_global_data = 0x55667788;
static int new_zeroes[100];
static const int new_consts[3] = { 0x1234, 0x5678, 0x9abc };

noinline static int new_static(int x)
{
	new_zeroes[x]++;
	return exported(x) + new_static_data++;
}

noinline int new_global(int x)
{
	printk("new %d\n", new_consts[x]);
	return new_static(x) + new_global_data + old_global;
}
#endif

int changed(int x)
{
#ifdef PATCHED
	if (x)
		return new_global(x) * 3;
#endif
	return old_global += x;
}
