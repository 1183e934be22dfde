// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions that share a section of their own, like those of .sched.text, jump to
 * each other by branches of two bytes: no relocation leads such a branch out of the
 * copy's section.
 */
#include "kernel.h"

#define shared __attribute__((section(".sched.text"))) noinline

shared static int slow(int x)
{
#if defined(PATCHED) && defined(BOTH)
	x++;
#endif
	return exported(x) + 1;
}

shared static int other(int x)
{
	return exported(x) + 2;
}

shared int untouched(int x)
{
	return x < 3 ? other(x) : slow(x);
}

shared int changed(int x)
{
#ifdef PATCHED
	x += 20;
#endif
#ifdef FAR
	asm volatile("test %0, %0\n"
		     "js other\n"
		     ".skip 200, 0x90\n" : : "r"(x));
#endif
	if (x > 25)
		return other(x);
	return slow(x);
}
