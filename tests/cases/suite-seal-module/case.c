// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module's object, over which objtool went before: it lists whose pads nobody needs, which the
 * loader then seals, and the source has said which are to stay (IBT_NOSEAL).  The list has an entry of
 * each copy that the original has one of, and no other.
 */
#include "kernel.h"

int sealed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

int open(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x) + 1;
}

int untouched(int x)
{
	return exported(x) + 2;
}

asm(".pushsection .ibt_endbr_seal, \"a\"\n"
    ".long sealed - .\n"
    ".long untouched - .\n"
    ".popsection\n"
    ".pushsection .discard.ibt_endbr_noseal\n"
    ".quad open\n"
    ".popsection\n");
