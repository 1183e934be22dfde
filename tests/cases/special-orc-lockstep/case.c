// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two unwind tables do not have the same number of entries: an error.
 */
#include "kernel.h"

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

asm(".pushsection .orc_unwind_ip, \"a\"\n"
    ".long changed - .\n"
    ".long changed - .\n"
    ".popsection\n"
    ".pushsection .orc_unwind, \"a\"\n"
    ".short 1, 2, 3\n"
    ".byte 4\n"
    ".popsection\n");
