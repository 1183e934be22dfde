// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A label inside of an object or a function that stays as it is: other files mean another place
 * by it, if it moves (F41).  One that only this file knows does not matter.
 */
#include "kernel.h"

#ifdef PATCHED
#define HERE		    "8"
#define OFFSET(here, there) there
#else
#define HERE		    "4"
#define OFFSET(here, there) here
#endif

int array[4] = { 1, 2, 3, 4 };

asm(".globl in_array\n"
    ".set in_array, array + " HERE "\n"
    ".set local_in_array, array + " HERE "\n"
    ".globl stays_in_array\n"
    ".set stays_in_array, array + 12\n");

#ifdef CODE
noinline int fn(int x)
{
	asm volatile(OFFSET(".globl in_fn\nin_fn:\n", "")
			     OLD_INSN OFFSET("", ".globl in_fn\nin_fn:\n") OLD_INSN);
	return exported(x);
}
#endif

int user(int x)
{
	return exported(array[x]);
}
