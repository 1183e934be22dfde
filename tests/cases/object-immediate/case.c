// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PC-relative fields with an immediate behind them: the addend counts from the
 * instruction's end, and the reference leads to the right byte all the same,
 * also where that is the first one of an object among others (F8).
 */
#include "kernel.h"

static char buffer[64] = { 1 };
static int first = 2, second = 3, third = 4;

int reader(int x)
{
	return buffer[x] + first + second + third;
}

void writer(int x)
{
	first = second = third = x;
	buffer[x] = x;
}

void changed(void)
{
#ifdef PATCHED
	asm volatile("movl $0x11223344, 5+%c0(%%rip)" : : "i"(buffer) : "memory");
#endif
	asm volatile("movb $0x11, 9+%c0(%%rip)\n"
		     "movw $0x1122, 11+%c0(%%rip)\n"
		     "cmpl $1, 17+%c0(%%rip)\n"
		     "movb %%al, 23+%c0(%%rip)\n"
		     "lea 31+%c0(%%rip), %%rax\n"
		     "movl $1, %c1(%%rip)\n"
		     "movw $2, %c2(%%rip)\n"
		     "movb $3, %c3(%%rip)\n"
		     : : "i"(buffer), "i"(&first), "i"(&second), "i"(&third) : "memory", "rax");
}
