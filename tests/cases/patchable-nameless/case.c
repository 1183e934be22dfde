// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes in data without symbols, which no function refers to: refused with the
 * way out; and a copied function that uses writable data without a symbol, whose
 * state the copy would not share.
 */
#include "kernel.h"

#ifdef PATCHED
#define VALUE "2"
#else
#define VALUE "1"
#endif

asm(".pushsection forgotten, \"a\"\n"
    ".long " VALUE "\n"
    ".popsection\n");

int changed(int x)
{
	ulong p;

#ifdef PATCHED
	x++;
#endif
	asm(".pushsection .data.nameless, \"aw\"\n"
	    "77: .quad 1, 2\n"
	    ".popsection\n"
	    "lea 77b(%%rip), %0" : "=r"(p));
	return x + p;
}
