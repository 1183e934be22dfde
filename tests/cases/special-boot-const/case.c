// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A constant that the kernel writes into its own code at boot, but not into a
 * module's (F35): the copy loads the variable instead.
 */
#include "kernel.h"

extern void *table_pointer;

#define runtime_const_ptr(sym)                                              \
({                                                                          \
	typeof(sym) __ret;                                                  \
	asm("mov $0x0123456789abcdef, %0\n"                                 \
	    "1:\n"                                                          \
	    ".pushsection runtime_ptr_" #sym ", \"a\"\n"                    \
	    ".long 1b - 8 - .\n"                                            \
	    ".popsection" : "=r"(__ret));                                   \
	__ret;                                                              \
})

void *untouched(int x)
{
	return runtime_const_ptr(table_pointer) + x;
}

void *changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return runtime_const_ptr(table_pointer) + x;
}
