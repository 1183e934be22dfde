// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An alternative's replacement calls a function of the patched module, or is written over
 * such a call: the kernel does so when the livepatch is loaded, before that reference is
 * applied (F33), wherever the replacement stands.  A call beside it is fine, and so is all
 * of it in vmlinux's own object.
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

#if defined(__x86_64__)
#define CALL  "call helper\n"
#define OTHER ".byte 0x0f, 0x1f, 0x44, 0, 0\n"
#elif defined(__powerpc64__)
#define CALL  "bl helper\nnop\n"
#define OTHER "nop\nnop\n"
#else
#define CALL  "bl helper\n"
#define OTHER "nop\n"
#endif

int replacement(int x)
{
#ifdef PATCHED
	x++;
#endif
	asm volatile(CALL ALTERNATIVE(OTHER, CALL, 7) CALL : : : "memory");
	return x;
}

int replaced(int x)
{
#ifdef PATCHED
	x++;
#endif
	asm volatile(CALL ALTERNATIVE(CALL, OTHER, 7) CALL : : : "memory");
	return x;
}
