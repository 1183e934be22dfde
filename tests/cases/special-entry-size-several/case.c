// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A table of references alone, which may be entries of 8 or of 12 bytes (x86 from
 * 4.6 to 5.15): the handlers' names tell, and where they do not, that is an error
 * that lists what fits, until the user says which.
 */
#include "kernel.h"

#define three(a, b, c)                                   \
	asm volatile("1: nop\n2:\n"                      \
		     ".pushsection __ex_table, \"a\"\n"  \
		     ".balign 4\n"                       \
		     ".long " a " - .\n"                 \
		     ".long " b " - .\n"                 \
		     ".long " c " - .\n"                 \
		     ".popsection\n")

#ifdef NAMED
#define HANDLER "ex_handler_fault"
#else
#define HANDLER "somewhere"
#endif

int untouched(int x)
{
	three("1b", "2b", HANDLER);
	return exported(x);
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
#ifdef NAMED
	three("1b", "2b", HANDLER);
#else
	three("1b", "1b", HANDLER);
#endif
	return exported(x) + 1;
}

int untouched_too(int x)
{
	three("1b", "2b", HANDLER);
	return exported(x) + 2;
}

int last(int x)
{
	three("1b", "2b", HANDLER);
	return exported(x) + 3;
}
