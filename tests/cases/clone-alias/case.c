// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function with an alias is one function: replaced once, by its global name;
 * calls through either name go to the copy.  The unchanged one's aliases are the
 * kernel's own, each by the name that the source wrote (F22).
 */
#include "kernel.h"

noinline int real(int x)
{
#ifdef PATCHED
	printk("real\n");
#endif
	return exported(x);
}
int other_name(int x) __attribute__((alias("real")));

noinline int kept(int x)
{
	return exported(x) + 1;
}
int kept_other(int x) __attribute__((alias("kept")));

int caller(int x)
{
#ifdef PATCHED
	if (x)
		return real(x);
#endif
	return other_name(x + 1) + kept_other(x) + kept(x + 2);
}
