// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data among code, marked by mapping symbols: words that would be a branch out of
 * the function, an adrp and an adr are copied as they are, and the copy's mapping
 * symbols say so.
 */
#include "kernel.h"

int untouched(int x)
{
	return exported(x) ^ 1;
}

int changed(int x)
{
	unsigned long word;

	asm volatile("	ldr %0, 2f\n"
		     "	b 3f\n"
		     "	.balign 8\n"
		     "2:	.word 0x14100000, 0x90000000, 0x10ffffe0, 0x97f00000\n"
		     "3:\n" : "=r"(word));
#ifdef PATCHED
	x++;
#endif
	return exported(x) + (int)word;
}
