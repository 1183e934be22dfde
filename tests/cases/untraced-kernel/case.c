// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An object in which no function has an ftrace entry, as the kernel builds lib/: the
 * kernel's own table tells whether they can be redirected.
 */
#include "kernel.h"

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

int other(int x)
{
	return exported(x) + 1;
}

#ifdef KERNEL
asm(".pushsection __mcount_loc, \"a\"\n"
    ".globl __start_mcount_loc, __stop_mcount_loc\n"
    "__start_mcount_loc:\n" LONG_ADDR " " KERNEL "\n"
    "__stop_mcount_loc:\n"
    ".popsection\n");
#endif
