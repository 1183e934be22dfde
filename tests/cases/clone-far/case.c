// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Direct access to data that stays in the kernel, which no module reaches so (F26): on
 * LoongArch it is too far away and goes through the GOT, on ppc64 it has no distance
 * from the module's r2 and goes through .toc; whatever instruction has the lower half
 * of the address.
 */
#include "kernel.h"

#if defined(__powerpc64__)
#define UPPER(to, sym)	      "addis " to ",2," sym "@toc@ha\n"
#define LOWER(to, from, sym)  "addi " to "," from "," sym "@toc@l\n"
#define LOAD(to, from, sym)   "ld " to "," sym "@toc@l(" from ")\n"
#define SECOND "state+8"
#define BASE "=&b"
#else
#define UPPER(to, sym)	      "pcalau12i " to ", %%pc_hi20(" sym ")\n"
#define LOWER(to, from, sym)  "addi.d " to ", " from ", %%pc_lo12(" sym ")\n"
#define LOAD(to, from, sym)   "ld.d " to ", " from ", %%pc_lo12(" sym ")\n"
#define SECOND "state"
#define BASE "=&r"
#endif

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

	asm(UPPER("%0", "state") LOWER("%0", "%0", "state") : BASE(p));
#ifdef PATCHED
	x++;
#endif
	return p[1] + x;
}

/* The lower half in loads, which share the upper one. */
long folded(long x)
{
	long *p, a, b;

	asm(UPPER("%0", "state") LOAD("%1", "%0", "state") LOAD("%2", "%0", SECOND)
	    : BASE(p), "=&r"(a), "=r"(b));
#ifdef PATCHED
	x++;
#endif
	return a + b + x;
}

/* What the upper half gives is used again: it must not be overwritten by the address. */
long other_register(long x)
{
	long *p, *q;

	asm(UPPER("%0", "other") LOWER("%1", "%0", "other") LOWER("%0", "%0", "other")
	    : BASE(p), BASE(q));
#ifdef PATCHED
	x++;
#endif
	return *p + *q + x;
}

#if defined(__loongarch64)
extern long outside;
long of_this_file = 6;

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

	asm(UPPER("%0", "outside") LOAD("%0", "%0", "outside") : "=&r"(v));
#ifdef PATCHED
	x++;
#endif
	return v + x + of_this_file;
}
#endif

#ifdef PATCHED
static __used long fresh[2] = { 7, 8 };

/* What is in the module itself is near. */
long nearby(long x)
{
	long *p;

	asm volatile(UPPER("%0", "fresh") LOWER("%0", "%0", "fresh") : BASE(p));
	return p[x] + fresh[0]++;
}
#endif
