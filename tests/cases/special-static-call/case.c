// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Static call sites: the entry leads to the copy's call and to the kernel's key.
 * Another key alone is a change (F31).
 */
#include "kernel.h"

struct key {
	void *function;
};

struct key __SCK__one, __SCK__two;

#define static_call(name)                                                   \
	asm volatile("771: call __SCT__" name "\n"                          \
		     ".pushsection .static_call_sites, \"aw\"\n"            \
		     ".balign 4\n"                                          \
		     ENTRY_MARK                                             \
		     ".long 771b - .\n"                                     \
		     ".long __SCK__" name " - .\n"                          \
		     ".popsection\n")

int untouched(int x)
{
	static_call("one");
	return x;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	static_call("one");
	return x;
}

void *keys(int x)
{
	return x ? &__SCK__one : &__SCK__two;
}
