// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A shift count that the kernel writes into its own code at boot: there is
 * nothing to load instead, so that the function cannot be copied.
 */
#include "kernel.h"

int changed(unsigned int x)
{
#ifdef PATCHED
	x++;
#endif
	asm("shrl $12, %k0\n"
#ifndef PLAIN
	    "1:\n"
	    ".pushsection runtime_shift_d_hash_shift, \"a\"\n"
	    ".long 1b - 1 - .\n"
	    ".popsection"
#endif
	    : "+r"(x));
	return x;
}
