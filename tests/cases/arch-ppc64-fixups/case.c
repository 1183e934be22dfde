// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Feature fixups: distances count from the entry's begin; replacement code
 * stands apart, between a begin and an end; an empty one refers to nothing,
 * though a neighbour's stands there (F9, F10); in a replacement, something may be
 * replaced again.
 */
#include "kernel.h"

#define LWSYNC                               \
	"661:\n"                             \
	"lwsync\n"                           \
	".pushsection __lwsync_fixup, \"a\"\n" \
	".balign 4\n"                        \
	"662: .8byte 661b - 662b\n"          \
	".popsection\n"

int before(int x)
{
	asm volatile(ALTERNATIVE("nop\n", "isync\n", 1) LWSYNC);
	return x;
}

int empty(int x)
{
#ifdef PATCHED
	x++;
#endif
	asm volatile(ALTERNATIVE("nop\n", "", 2));
	return x;
}

int behind(int x)
{
	asm volatile(ALTERNATIVE("nop\n", "sync\n", 4));
	return x;
}

int full(int x)
{
#ifdef PATCHED
	x++;
#endif
	asm volatile(ALTERNATIVE("nop\nnop\n", "eieio\nnop\n", 8) LWSYNC);
	return x;
}

#define FIXUP(n)                                                                      \
	".8byte 1, 1, " #n "1b - " #n "0b, " #n "2b - " #n "0b, " #n "3b - " #n "0b, " \
	#n "4b - " #n "0b\n"

int nested(int x)
{
	asm volatile("61: nop\n"
		     "nop\n"
		     "62:\n"
		     ".pushsection __ftr_alt_97, \"ax\"\n"
		     "63: nop\n"
		     "71: sync\n"
		     "72:\n"
		     "64:\n"
		     ".popsection\n"
		     ".pushsection __ftr_alt_50, \"ax\"\n"
		     "73: isync\n"
		     "74:\n"
		     ".popsection\n"
		     ".pushsection __ftr_fixup, \"a\"\n"
		     ".balign 8\n"
		     "60: " FIXUP(6)
		     "70: " FIXUP(7)
		     ".popsection\n");
	return x;
}
