// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch is the first to take the address of a function whose ENDBR the
 * kernel seals at boot, since nobody did: a warning (F18).
 */
#include "kernel.h"

noinline int target(int x)
{
	return exported(x);
}

noinline int called(int x)
{
	return exported(x) + 1;
}

/* As objtool writes it for functions whose address nobody takes. */
asm(".pushsection .ibt_endbr_seal, \"a\"\n"
    ".long target - .\n"
    ".long called - .\n"
    ".popsection\n");

int changed(int x)
{
#ifdef PATCHED
	int (*pointer)(int x) = target;

	use(pointer);
	return called(x);
#endif
	return target(x) + called(x);
}
