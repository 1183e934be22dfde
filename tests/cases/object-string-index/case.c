// SPDX-License-Identifier: GPL-2.0-or-later
/* A label of a merged string means that string, whatever is added to it. */
#include "kernel.h"

asm(".section .rodata.str1.1, \"aMS\", @progbits, 1\n"
    ".Lbefore: .string \"the string before\"\n"
    ".Ldigits: .string \"0123456789\"\n"
    ".previous\n");

noinline int changed(long x)
{
	int r;

#ifdef PATCHED
	x++;
#endif
	asm("movsbl .Ldigits - 3(%1), %0" : "=r"(r) : "r"(x));
	return r;
}
