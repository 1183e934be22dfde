// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What compilers number, moved by a new function behind it: static locals,
 * __func__, local strings, jump tables, clones.  No other function changed (L9).
 */
#include "kernel.h"

noinline static int twice(int a, int *b)
{
	static int counter;

	return exported(a) + *b + ++counter;
}

int first(int x)
{
	static int counter;

	printk("%s: first\n", __func__);
	switch (x) {
	case 0: return exported(11);
	case 1: return exported(12) + 4;
	case 2: return exported(13) * 5;
	case 3: return exported(14) - 6;
	case 4: return exported(15) ^ 7;
	}
	return ++counter + twice(3, &x);
}

int second(int x)
{
	static int counter;

	printk("%s: second\n", __func__);
	return ++counter + twice(3, &x);
}

#ifdef PATCHED
int at_the_end(int x)
{
	static int counter;

	printk("%s: at the end\n", __func__);
	switch (x) {
	case 0: return exported(1);
	case 1: return exported(2) + 4;
	case 2: return exported(3) * 5;
	case 3: return exported(4) - 6;
	case 4: return exported(5) ^ 7;
	}
	return ++counter;
}
#endif
