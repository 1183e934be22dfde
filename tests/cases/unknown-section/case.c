// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A table that nobody knows refers to a function that is copied: it is refused
 * by name, with the way out, and never dropped in silence.
 */
#include "kernel.h"

int untouched(int x)
{
	return exported(x);
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x) + 1;
}

asm(".pushsection mystery, \"a\"\n"
    ".balign 8\n"
#ifdef __loongarch64
    ".dword changed\n"
#else
    ".quad changed\n"
#endif
    ".popsection\n");
