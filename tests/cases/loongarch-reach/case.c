// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Direct access to data that stays in the kernel, of which no module is near
 * enough on LoongArch (F26): through the GOT, whatever instruction has the lower
 * half of the address.
 */
#include "kernel.h"

static __used struct { long a[4]; } state = { { 1, 2, 3, 4 } };
static __used long other = 5;
extern long outside;
long of_this_file = 6;

__used void set(long x)
{
	state.a[0] = x;
	other = x;
}

/* Two instructions that make the address and nothing else. */
long adjacent(long x)
{
	long *p;

	asm("pcalau12i %0, %%pc_hi20(state)\n"
	    "addi.d %0, %0, %%pc_lo12(state)\n" : "=r"(p));
#ifdef PATCHED
	x++;
#endif
	return p[1] + x;
}

/* The lower half in a load; another one shares the upper half. */
long folded(long x)
{
	long *p, a, b;

	asm("pcalau12i %0, %%pc_hi20(state)\n"
	    "ld.d %1, %0, %%pc_lo12(state)\n"
	    "ld.d %2, %0, %%pc_lo12(state)\n" : "=&r"(p), "=&r"(a), "=r"(b));
#ifdef PATCHED
	x++;
#endif
	return a + b + x;
}

/* What the upper half gives is used again: it must not be overwritten by the address. */
long other_register(long x)
{
	long *p, *q;

	asm("pcalau12i %0, %%pc_hi20(other)\n"
	    "addi.d %1, %0, %%pc_lo12(other)\n"
	    "addi.d %0, %0, %%pc_lo12(other)\n" : "=&r"(p), "=&r"(q));
#ifdef PATCHED
	x++;
#endif
	return *p + *q + x;
}

/* What 64 bits reach needs no help. */
long extreme(long x)
{
	long *p, *q;

	asm("pcalau12i %0, %%pc_hi20(state)\n"
	    "addi.d %1, $zero, %%pc_lo12(state)\n"
	    "lu32i.d %1, %%pc64_lo20(state)\n"
	    "lu52i.d %1, %1, %%pc64_hi12(state)\n" : "=&r"(p), "=&r"(q));
#ifdef PATCHED
	x++;
#endif
	return *(long *)((long)p + (long)q) + x;
}

/* Symbols that others define. */
long external(long x)
{
	long v;

	asm("pcalau12i %0, %%pc_hi20(outside)\n"
	    "ld.d %0, %0, %%pc_lo12(outside)\n" : "=&r"(v));
#ifdef PATCHED
	x++;
#endif
	return v + x + of_this_file;
}

#ifdef PATCHED
static __used long fresh[2] = { 7, 8 };

/* What is in the module itself is near. */
long nearby(long x)
{
	long *p;

	asm volatile("pcalau12i %0, %%pc_hi20(fresh)\n"
		     "addi.d %0, %0, %%pc_lo12(fresh)\n" : "=r"(p));
	return p[x] + fresh[0]++;
}
#endif
