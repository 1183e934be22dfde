// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's object does for the patch, though its section is another one: what was
 * written is now constant, zeroes stand in .bss or in a section with contents, read-only
 * data has relocations or not, and only the compiler's sections differ.
 */
#include "kernel.h"

#ifdef PATCHED
#define WAS(section)
#define IS(section) __section(section)
#define CONST const
#else
#define WAS(section) __section(section)
#define IS(section)
#define CONST
#endif

IS(".data..ro_after_init") int becomes_sealed = 1;
CONST int becomes_const[3] = { 1, 2, 3 };
static int no_longer_written[3] = { 4, 5, 6 };
IS(".data..read_mostly") int zero_in_data;
WAS(".data..read_mostly") int zero_in_bss;
IS(".data..cacheline_aligned") int moved = 3;
IS(".data.rel.ro") const void *const relocated = &moved;
WAS(".data..ro_after_init") static int nobody_uses = 3;
WAS(".ref.data") int reference = 4;

int untouched(int x)
{
	use(&nobody_uses);
	return x + no_longer_written[x];
}

int changed(int x)
{
#ifndef PATCHED
	becomes_sealed = x;
	no_longer_written[x] = x;
#endif
	return becomes_sealed + becomes_const[x] + no_longer_written[x] + zero_in_data +
	       zero_in_bss + moved + (relocated == &x) + reference;
}
