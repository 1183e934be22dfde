// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A table's entry size: stated by the section where the assembler kept it, else
 * found among the known forms, else told by the user; one that does not fit is
 * an error (F30).
 */
#include "kernel.h"

#define site(x)                                                             \
	asm volatile("1: .pushsection __ex_table, \"aM\", @progbits, " str(ENTSIZE) "\n" \
		     ".balign 4\n"                                          \
		     ".long 1b - .\n"                                       \
		     ".long 1b - .\n"                                       \
		     ".long " str(x) ", 0, 0\n"                             \
		     ".popsection\n")

int untouched(int x)
{
	site(1);
	return exported(x);
}

int changed(int x)
{
	site(2);
#ifdef PATCHED
	x++;
#endif
	return exported(x) + 1;
}
