// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An output with something of every kind that klp check --orig --patched looks at.
 */
#include "kernel.h"

struct pair {
	int a, b;
};

static int counter;
static int twice;
#ifndef SHARED
#define SHARED 1
#endif
struct pair shared = { SHARED, 2 };
struct static_key key;

noinline int whole(int x)
{
	return x ^ shared.a;
}

static noinline int helper(int x)
{
	return x * 0x77 + twice;
}

#ifdef PATCHED
static int fresh_data = 3;

static noinline int fresh(int x)
{
	barrier();
	return exported(x) + fresh_data++;
}

int fresh_global(int x)
{
	return fresh(x) - 1;
}
#endif

noinline int second(int x)
{
#ifdef PATCHED
	x = fresh(x);
#endif
	return helper(x);
}

int (*table)(int);

int changed(int x)
{
	barrier();
	counter += x;
	printk("the string %d\n", x);
#ifdef PATCHED
	printk("another one\n");
	x += fresh_global(x);
#endif
	if (x > 3)
		warn_at(77, 0x901);
	table = second;
	if (static_branch(&key))
		x += whole(x);
	alternative(OLD_INSN, NEW_INSN, 7);
	return second(x) + exported_data + shared.b;
}

int also_changed(int x)
{
#ifdef PATCHED
	x += 2;
#endif
	return x + helper(x);
}
