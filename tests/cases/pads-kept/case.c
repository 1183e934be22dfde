// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch takes the address of a function in assembly that no indirect call may enter, and
 * that stays the kernel's: refused (F39).  Not if the original does so, too, as with an address
 * to return to.
 */
#include "kernel.h"

#define PLAIN(name)                                       \
	asm(".pushsection .text." #name ", \"ax\"\n"       \
	    ".globl " #name "\n.type " #name ", %function\n" \
	    #name ":\n" "ret\n"                           \
	    ".size " #name ", . - " #name "\n.popsection\n")

extern int plain(int x), before(int x);
PLAIN(plain);
PLAIN(before);

int pointed(int x)
{
	return exported(x);
}

int changed(int x)
{
	use(&before);
	use(&pointed);
#ifdef PATCHED
	use(&before);
	use(&plain);
#endif
	return plain(x);
}
