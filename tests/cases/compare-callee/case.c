// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Another callee, another datum, another offset in one: each a change, although
 * only relocations differ; and a callee that was renamed is another one.
 */
#include "kernel.h"

noinline static int one(int x)
{
	return exported(x) + 1;
}

noinline static int two(int x)
{
	return exported(x) + 2;
}

int data_a[4], data_b[4];

#ifdef PATCHED
#define callee two
#define datum  data_b[1]
#define offset data_a[2]
#else
#define callee one
#define datum  data_a[1]
#define offset data_a[1]
#endif

int calls(int x)
{
	return callee(x) * 5;
}

int reads(void)
{
	return datum;
}

int reads_behind(void)
{
	return offset;
}

int untouched(int x)
{
	return one(x) - two(x);
}
