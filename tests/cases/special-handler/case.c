// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function out of ftrace's reach that is called from an exception table only
 * (kernels up to 5.15): whoever holds its address would go on calling the original.
 */
#include "kernel.h"

__attribute__((used)) notrace noinline static int handler(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

#define handled()                                                           \
	asm volatile("1: nop\n"                                             \
		     "2:\n"                                                 \
		     ".pushsection __ex_table, \"a\"\n"                     \
		     ".balign 4\n"                                          \
		     ".long 1b - ., 2b - ., handler - .\n"                  \
		     ".popsection\n")

int untouched(int x)
{
	handled();
	return exported(x) + 2;
}

int untouched_too(int x)
{
	handled();
	return exported(x) + 3;
}
