// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two builds of a file (-DPATCHED: the second) whose difference needs something
 * of everything that klp diff writes.
 */
#include "kernel.h"

extern struct static_key key;
static int counter = 3;
static int zeroes[16];
int shared[4] = { 1, 2, 3, 4 };

noinline static int helper(int x)
{
	static int calls;

	calls += x;
	return counter + calls;
}

#ifdef PATCHED
static int added = 5;

noinline int new_function(int x)
{
	printk("added %d\n", x);
	return added + helper(x) + exported_data;
}
#else
#define new_function exported
#endif

int changed(int x, ulong *address)
{
	ulong value = 0;

	if (get_user(value, address, 3))
		return -14;
	warn_at(7, 1);
	alternative(OLD_INSN, NEW_INSN, 1);
	if (static_branch(&key))
		printk("the key is on\n");
	switch (x) {
	case 0: return helper(11);
	case 1: return shared[2];
	case 2: return new_function(13) * 3;
	case 3: return zeroes[value & 15];
	case 4: return exported(5);
	case 5: return helper(x) + exported_data;
	}
	return new_function(x) + counter;
}

int unchanged(int x)
{
	warn_at(9, 2);
	printk("unchanged %d\n", x);
	return x < 0 ? helper(x) : changed(x, 0);
}

int (*const operations[])(int) = { unchanged, exported };
