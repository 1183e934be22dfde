// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A copied function refers into a section that is no part of a livepatch: refused
 * by name.
 */
#include "kernel.h"

int changed(int x)
{
	ulong p;

#ifdef PATCHED
	x++;
#endif
	asm(".pushsection .discard.mystery, \"a\"\n"
	    "77: .quad 1\n"
	    ".popsection\n"
	    "lea 77b(%%rip), %0" : "=r"(p));
	return x + p;
}
