// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * static_cpu_has() of x86 before 5.13: one entry has a replacement, another has none, and a zero
 * where others have the distance to it.
 */
#include "kernel.h"

#define ENTRY(label, repl, feature, len) \
	".pushsection .altinstructions, \"a\"\n" \
	".long " label " - .\n.long " repl "\n.word " #feature "\n" \
	".byte 5, " #len ", 0\n" \
	".popsection\n"

static inline int has(int x)
{
	asm volatile("771: .byte 0x0f, 0x1f, 0x44, 0x00, 0x00\n"
		     ENTRY("771b", "772f - .", 21, 5)
		     ENTRY("771b", "0", 22, 0)
		     ".pushsection .altinstr_replacement, \"ax\"\n"
		     "772: .byte 0x0f, 0x1f, 0x44, 0x00, 0x08\n"
		     ".popsection\n");
	return x;
}

int changed(int x)
{
	if (has(x) > 3)
		x++;
#ifdef PATCHED
	x ^= exported(x);
#endif
	return x;
}

int untouched(int x)
{
	return has(x) + 1;
}
