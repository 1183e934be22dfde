// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Instructions that reach 1 MiB at most (hand-written code, -mcmodel=tiny), to
 * what stays in the kernel, and to what is copied.
 */
#include "kernel.h"

int state;

noinline int stays(int x)
{
	state += x;
	return state;
}

#ifdef PATCHED
static noinline int fresh(int x)
{
	use(x);
	return x + 1;
}
#endif

int near(int x)
{
	int *p;

#ifdef PATCHED
	x += fresh(x);
	asm volatile("adr %0, fresh" : "=r"(p));
	use(p);
#endif
#ifdef FAR
	asm volatile("adr %0, state\n"
		     "ldr %w1, state\n"
		     "cbz %w1, stays\n"
		     "tbz %w1, #3, stays\n" : "=r"(p), "+r"(x));
	use(p);
#endif
	return x;
}
