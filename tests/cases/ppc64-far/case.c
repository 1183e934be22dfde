// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data that stays in the kernel, reached straight from r2, whose distance no
 * module has: through .toc, whatever instruction has the lower half.
 */
#include "kernel.h"

static __used struct { long a[4]; } state = { { 1, 2, 3, 4 } };
static __used long other = 5;

__used void set(long x)
{
	state.a[0] = x;
	other = x;
}

/* Two instructions that make the address and nothing else. */
long adjacent(long x)
{
	long *p;

	asm("addis %0,2,state@toc@ha\n"
	    "addi %0,%0,state@toc@l\n" : "=b"(p));
#ifdef PATCHED
	x++;
#endif
	return p[1] + x;
}

/* The lower half in loads, which share the upper one. */
long folded(long x)
{
	long *p, a, b;

	asm("addis %0,2,state@toc@ha\n"
	    "ld %1,state@toc@l(%0)\n"
	    "ld %2,state+8@toc@l(%0)\n" : "=&b"(p), "=&r"(a), "=r"(b));
#ifdef PATCHED
	x++;
#endif
	return a + b + x;
}

/* What the upper half gives is used again: it must not be overwritten by the address. */
long other_register(long x)
{
	long *p, *q;

	asm("addis %0,2,other@toc@ha\n"
	    "addi %1,%0,other@toc@l\n"
	    "addi %0,%0,other@toc@l\n" : "=&b"(p), "=&b"(q));
#ifdef PATCHED
	x++;
#endif
	return *p + *q + x;
}

#ifdef PATCHED
static __used long fresh[2] = { 7, 8 };

/* What is in the module itself is near. */
long nearby(long x)
{
	long *p;

	asm volatile("addis %0,2,fresh@toc@ha\n"
		     "addi %0,%0,fresh@toc@l\n" : "=b"(p));
	return p[x] + fresh[0]++;
}
#endif
