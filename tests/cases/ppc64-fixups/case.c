// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Feature fixups: distances count from the entry's begin; replacement code
 * stands apart, between a begin and an end; an empty one refers to nothing,
 * though a neighbour's stands there (F9, F10).
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
