// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A writable table with entries of a size that nobody knows, each marked by
 * .discard.annotate_data as Linux 6.19 does: told apart by the marks. Marks that
 * do not follow each other are an error.
 */
#include "kernel.h"

#ifdef WRONG
#define MARK "910: .long 0\n911: .pushsection .discard.annotate_data, \"M\", @progbits, 8\n" \
	     ".long 911b - .\n.long 1\n.popsection\n"
#else
#define MARK "911: .pushsection .discard.annotate_data, \"M\", @progbits, 8\n" \
	     ".long 911b - .\n.long 1\n.popsection\n"
#endif

#define site(x)                                                             \
	asm volatile("1: .pushsection __bug_table, \"aw\"\n"                \
		     MARK                                                   \
		     ".long 1b - .\n"                                       \
		     ".long " str(x) ", 0, 0, 0, 0, 0\n"                    \
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
