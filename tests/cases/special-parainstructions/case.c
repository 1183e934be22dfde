// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sites of paravirt calls: the last entry of an object ends before its padding, in the
 * input as the assembler left it, and is still an entry.  One without its last field is none.
 */
#include "kernel.h"

#define SITE(type)                                       \
	"771: nop; nop; nop; nop; nop\n"                 \
	".pushsection .parainstructions, \"a\"\n"        \
	".balign 8\n"                                    \
	".quad 771b\n"                                   \
	".byte " str(type) "\n"

#define site(type) asm volatile(SITE(type) ".byte 5\n.popsection\n")

int untouched(int x)
{
	site(1);
	return exported(x);
}

#ifdef PATCHED
int added(int x)
{
	site(2);
	return exported(x) + 1;
}
#endif

int untouched_too(int x)
{
	site(3);
	return exported(x) + 2;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
#ifdef CUT_OFF
	asm volatile(SITE(4) ".popsection\n");
#else
	site(4);
#endif
	return exported(x) + 3;
}
