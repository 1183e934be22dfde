// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * .set gives a place within an object a name, and clang's assembler the size of the whole
 * object, which then reaches beyond the section.  Where the name moves, its user changed.  (A
 * global one that moves is refused: patchable-label-moved.)
 */
#include "kernel.h"

int table[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

asm(
#ifdef PATCHED
    ".set moves, table + 12\n"
#else
    ".set moves, table + 8\n"
#endif
    ".globl stays\n"
    ".set stays, table + 16\n");

extern int moves[], stays[];

int changed(int x)
{
	return moves[x & 1] + exported(x);
}

int untouched(int x)
{
	return stays[x & 1] - exported(x);
}

int uses_table(int x)
{
	return table[x & 3]++ + exported(x);
}
