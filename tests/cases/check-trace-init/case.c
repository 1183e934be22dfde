// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An object whose list of what ftrace reaches speaks of init code only: what runs later calls
 * the tracer all the same, and gets its entries when the kernel is linked (objtool --mcount).
 */
#include "kernel.h"

int __section(".init.text") noinline setup(int x)
{
	return exported(x);
}

asm(".pushsection __mcount_loc, \"a\"\n"
    ".balign 8\n"
    LONG_ADDR " setup\n"
    ".popsection\n");

int changed(int x)
{
#ifdef PATCHED
	x += 3;
#endif
	return exported(x);
}
