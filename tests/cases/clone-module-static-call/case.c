// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A static call whose key the patched module has: refused, with what to write
 * instead; that of a tracepoint is left out, and said so (F11).
 */
#include "kernel.h"

struct key {
	void *function;
} __SCK__own, __SCK__tp_func_own;

#define SITE(key)                                                \
	asm volatile("771: call exported\n"                      \
		     ".pushsection .static_call_sites, \"aw\"\n" \
		     ".balign 4\n"                               \
		     ".long 771b - .\n"                          \
		     ".long %c0 - .\n"                           \
		     ".popsection\n" : : "i"(&(key)))

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	SITE(__SCK__own);
	return x;
}

int traced(int x)
{
#ifdef PATCHED
	x++;
#endif
	SITE(__SCK__tp_func_own);
	return x;
}
