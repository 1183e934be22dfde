// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Alternatives whose replacement a function writes: the entry has no length, and
 * its second word leads to the function.  It stays, unlike that of an empty
 * replacement (F10).
 */
#include "kernel.h"

extern void alt_cb_patch_nops(void);

#define ENTRY(capability, second)               \
	"661: nop\n"                            \
	"662:\n"                                \
	RO_TABLE(".altinstructions", 12)        \
	".long 661b - .\n"                      \
	".long " second " - .\n"                \
	".short " str(capability) "\n"          \
	".byte 662b - 661b\n"                   \
	".byte 0\n"                             \
	".popsection\n"

int own_callback(int x)
{
	return x + 1;
}

int neighbour(int x)
{
	asm volatile(ENTRY(0x8005, "alt_cb_patch_nops"));
	return exported(x);
}

int changed(int x)
{
	asm volatile(ENTRY(0x8006, "alt_cb_patch_nops"));
	asm volatile(ENTRY(0x8007, "own_callback"));
	asm volatile(ENTRY(7, "662b"));
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

int other_callback(int x)
{
#ifdef PATCHED
	asm volatile(ENTRY(0x8006, "exported_data"));
#else
	asm volatile(ENTRY(0x8006, "alt_cb_patch_nops"));
#endif
	return exported(x);
}
