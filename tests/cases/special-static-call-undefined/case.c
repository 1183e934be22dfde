// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Static calls whose trampoline is the kernel's.  Where the key is exported, too, it stays among
 * the symbols, where objtool looks for it (F11).
 */
#include "kernel.h"

extern void __SCT__both(int), __SCT__trampoline_only(int), __SCT__none(int);
extern char __SCK__both, __SCK__trampoline_only, __SCK__none, __SCK__unused;

#define ADDRESSABLE(sym) \
	__used static void *addressable_##sym __section(".discard.addressable") = &(sym)

ADDRESSABLE(__SCK__both);
ADDRESSABLE(__SCK__trampoline_only);
ADDRESSABLE(__SCK__none);
ADDRESSABLE(__SCK__unused);

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	__SCT__both(x);
	__SCT__trampoline_only(x);
	__SCT__none(x);
	barrier();
	return x;
}
