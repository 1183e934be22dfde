// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Unwind tables, as objtool writes them: addresses in .orc_unwind_ip, what holds
 * from there on in .orc_unwind at the same index.  An entry that says the same
 * as the one before it is left out, so that a function can live on its
 * neighbour's; the copy gets what is in force at its begin, and an end mark.
 */
#include "kernel.h"

int untouched(int x)
{
	asm volatile("1:\n" orc("1b", "0x1111"));
	return x;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	asm volatile("nop\n"
		     "1: nop\n" orc("1b", "0x2222")
		     "2: nop\n" orc("2b", "0x3333"));
	return x;
}

/* The begin of the section of changed(), as objtool has an entry for each section. */
asm(orc("changed", "0x4444"));

int untouched_too(int x)
{
	asm volatile("1:\n" orc("1b", "0x5555"));
	return x + 1;
}
