// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * As pads-sealed, where the linked kernel alone tells what is sealed: its objects do not have
 * objtool's table yet.  Of other files' functions, too.
 */
#include "kernel.h"

#ifdef KERNEL
int elsewhere(int x)
{
	return exported(x) + 2;
}

int open(int x)
{
	return exported(x) + 3;
}

extern int target(int x);
asm(".pushsection .ibt_endbr_seal, \"a\"\n"
    ".long target - .\n"
    ".long elsewhere - .\n"
    ".popsection\n");
#else
extern int elsewhere(int x), open(int x);

noinline int target(int x)
{
	return exported(x);
}

int changed(int x)
{
#ifdef PATCHED
	use(&target);
	use(&elsewhere);
	use(&open);
#endif
	return target(x) + elsewhere(x) + open(x);
}
#endif
