// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A table whose entries have none of the known forms is an error that lists
 * them, never a guess.
 */
#include "kernel.h"

int function(int x)
{
	asm volatile("1: .pushsection __ex_table, \"a\"\n"
		     ".balign 4\n"
		     ".long 1b - .\n"
		     ".long 1b - .\n"
		     ".long 0, 0, 0\n"
		     ".popsection\n");
	return exported(x);
}
