// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch is the first to take the address of a function whose ENDBR the
 * kernel seals at boot, since nobody did: a call through the pointer would trap (F18).  To a copy
 * of it the pointer may lead.
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
#ifndef PATCHED
    ".long target - .\n"
#endif
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
