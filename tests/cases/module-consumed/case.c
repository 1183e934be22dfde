// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A replacement instruction of an alternative calls a function of the patched
 * module: the kernel reads it when the livepatch is loaded, before that
 * reference is applied (F33).  The same in vmlinux's own object is fine.
 */
#include "kernel.h"

noinline static int helper(int x)
{
	return exported(x);
}

int user(int x)
{
	return helper(x);
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	asm volatile(ALTERNATIVE(".byte 0x0f, 0x1f, 0x44, 0, 0\n", "call %c0\n", 7)
		     : : "i"(helper) : "memory");
	return x;
}
