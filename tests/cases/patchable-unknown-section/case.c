// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A table that nobody knows refers to a function that is copied, to a place in it, or to
 * code without a name that is copied with it: it is refused by name, with the way out, and
 * never dropped in silence.  A named pointer to a function is no matter.
 */
#include "kernel.h"

int untouched(int x)
{
	return exported(x);
}

int changed(int x)
{
	asm volatile("77: nop\n"
		     ".pushsection enigma, \"a\"\n"
		     ".globl the_enigma\n"
		     "the_enigma: " LONG_ADDR " 77b\n"
		     ".size the_enigma, 8\n"
		     ".popsection\n" : "+r"(x));
#ifdef PATCHED
	x += 2;
#else
	x += 3;
#endif
#ifdef __x86_64__
	asm volatile("jmp 78f\n"
		     ".pushsection .fixup, \"ax\"\n"
		     "78: jmp exported\n"
		     ".popsection\n"
		     ".pushsection riddle, \"a\"\n"
		     ".quad 78b\n"
		     ".popsection\n");
#endif
	return exported(x) + 1;
}

int (*const pointer)(int) __section("pointers") = changed;

asm(".pushsection mystery, \"a\"\n"
    ".balign 8\n"
    LONG_ADDR " changed\n"
    ".popsection\n");
