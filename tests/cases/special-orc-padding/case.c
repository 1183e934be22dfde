// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An unwind table speaks of the filling behind a function, too: it belongs to no
 * function all the same, and may be other bytes in the output.
 */
#include "kernel.h"

#define shared __attribute__((section(".sched.text"))) noinline

shared int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return x;
}

__attribute__((aligned(64))) shared int changed_too(int x)
{
#ifdef PATCHED
	x += 2;
#endif
	asm volatile(orc("changed_too - 4", "0x1111"));
	return x;
}
