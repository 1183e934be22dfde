// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Code behind a function, in place of one of its instructions, has the unwind entry that
 * was in force at that instruction.
 */
#include "kernel.h"

static __used long state = 1;

asm(orc("changed", "0x1111"));

long changed(long x)
{
	long *p, a;

	asm volatile("nop\n"
		     "1: pcalau12i %0, %%pc_hi20(state)\n" orc("1b", "0x2222")
		     "ld.d %1, %0, %%pc_lo12(state)\n"
		     "2: nop\n" orc("2b", "0x3333") : "=&r"(p), "=&r"(a));
#ifdef PATCHED
	x++;
#endif
	return a + x;
}
