// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A changed string is a change of the functions that use it, and of no other
 * one, although the place of every string behind it moves (F20).
 */
#include "kernel.h"

#ifdef PATCHED
#define GREETING "good evening, everybody: %d\n"
#else
#define GREETING "hello: %d\n"
#endif

int greet(int x)
{
	printk(GREETING, x);
	return x + 1;
}

int greet_again(int x)
{
	printk("again\n");
	printk(GREETING, x);
	return x + 2;
}

int part(int x)
{
	printk("goodbye: %d\n", x);
	return x + 3;
}
