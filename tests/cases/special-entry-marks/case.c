// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A writable table with entries of a size that nobody knows, each marked by
 * .discard.annotate_data as Linux 6.19 does: told apart by the marks. Marks that
 * do not follow each other are an error, and so is it where some are missing.
 */
#include "kernel.h"

#ifdef WRONG
#define MARK "910: .long 0\n911: .pushsection .discard.annotate_data, \"M\", @progbits, 8\n" \
	     ".long 911b - .\n.long 1\n.popsection\n"
#else
#define MARK "911: .pushsection .discard.annotate_data, \"M\", @progbits, 8\n" \
	     ".long 911b - .\n.long 1\n.popsection\n"
#endif

/* Where inline code ends, not an entry. */
#ifdef ENDS
#define END_MARK "912: .pushsection .discard.annotate_data, \"M\", @progbits, 8\n" \
		 ".long 912b - .\n.long 2\n.popsection\n"
#else
#define END_MARK ""
#endif

#ifdef ALIKE /* a form that is known */
#define FIELDS(x) ".long 1b - .\n.short " str(x) ", 0\n"
#else
#define FIELDS(x) ".long " str(x) ", 0, 0, 0, 0, 0\n"
#endif

#define site_with(mark, x)                                                  \
	asm volatile("1: .pushsection __bug_table, \"aw\"\n"                \
		     mark                                                   \
		     ".long 1b - .\n"                                       \
		     FIELDS(x)                                              \
		     END_MARK                                               \
		     ".popsection\n")
#define site(x) site_with(MARK, x)

int untouched(int x)
{
	site(1);
	return exported(x);
}

int changed(int x)
{
#ifdef ALIKE
	site_with("", 2);
	site(4);
#else
	site(2);
#endif
#ifdef PATCHED
	x++;
#endif
	return exported(x) + 1;
}

#if defined(MISSING) || defined(ALIKE)
int third(int x)
{
	site_with("", 3);
	return exported(x) + 2;
}
#endif
