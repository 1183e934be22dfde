// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The end of an array is where its neighbour in the section begins; in the original that is
 * another one.
 */
#include "kernel.h"

asm(".section .data..read_mostly, \"aw\"\n"
    ".type array, @object\n"
    ".size array, 48\n"
    "array: .fill 12, 4, 1\n"
#ifndef PATCHED
    ".type between, @object\n"
    ".size between, 16\n"
    "between: .fill 2, 8, 2\n"
#endif
    ".type behind, @object\n"
    ".size behind, 16\n"
    "behind: .fill 2, 8, 3\n"
    ".previous\n");

noinline int changed(int x)
{
	int *p, *end;

	asm("mov $array, %0\nmov $array + 48, %1" : "=r"(p), "=r"(end));
	for (; p < end; p++)
		x += *p;
#ifdef PATCHED
	x *= 3;
#endif
	return x;
}
