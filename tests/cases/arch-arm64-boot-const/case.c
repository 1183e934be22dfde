// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A constant that the kernel writes into its code at boot, and never into a
 * module's (F35): the copy loads the variable.
 */
#include "kernel.h"

unsigned long table_of_names;

#define boot_ptr(sym)                                       \
({                                                          \
	unsigned long ret_;                                 \
	asm("1:	movz %0, #0xcdef\n"                         \
	    "	movk %0, #0x89ab, lsl #16\n"                \
	    "	movk %0, #0x4567, lsl #32\n"                \
	    "	movk %0, #0x0123, lsl #48\n"                \
	    ".pushsection runtime_ptr_" #sym ", \"a\"\n"    \
	    ".long 1b - .\n"                                \
	    ".popsection\n" : "=r"(ret_));                  \
	ret_;                                               \
})

unsigned long untouched(int x)
{
	return boot_ptr(table_of_names) + (unsigned long)exported(x);
}

unsigned long changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return boot_ptr(table_of_names) - (unsigned long)exported(x);
}
