// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Running: addresses in two halves of data that stays in the kernel, further away (F26)
 * than they reach.  Blocks of which the tails were merged have one lower half for
 * several upper ones, of which one stands beside it.
 */
#include "kernel.h"

static __used struct {
	int a, b[3];
	char text[12];
} __aligned(16) state = { 1, { 2, 3, 4 }, "state" };
static int other[2] = { 5, 6 };

#if defined(__powerpc64__)
#define UPPER "addis %0, 2, state@toc@ha\n"
#define LOWER "addi %0, %0, state@toc@l\n"
#define BASE "b"
#define CLOBBERS "cr0"
#define IF_ZERO(x, label) "cmpwi " x ", 0\nbeq " label "\n"
#else
#define UPPER "pcalau12i %0, %%pc_hi20(state)\n"
#define LOWER "addi.d %0, %0, %%pc_lo12(state)\n"
#define BASE "r"
#define CLOBBERS "memory"
#define IF_ZERO(x, label) "beqz " x ", " label "\n"
#endif

int *joined(int x)
{
	int *p;

#ifdef PATCHED
	other[0] += x;
#endif
	asm volatile(IF_ZERO("%1", "1f")
		     UPPER
		     "nop\n"
		     "b 2f\n"
		     "1: " UPPER
		     "2: " LOWER : "=&" BASE(p) : "r"(x) : CLOBBERS);
	return p;
}

int members(int x)
{
#ifdef PATCHED
	x += other[1];
#endif
	if (x & 1)
		state.b[1] += x;
	else
		state.text[3] = 'A' + (x & 7);
	return state.a++ + state.b[2] + state.b[1] + state.text[3];
}
