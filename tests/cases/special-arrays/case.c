// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arrays of references, as objtool and the macros of x86 write them: each keeps
 * the places in copied functions and no others (F9).
 */
#include "kernel.h"

#define site(section)                                                       \
	asm volatile("771: nop\n"                                           \
		     ".pushsection " section ", \"a\"\n"                    \
		     ".balign 4\n"                                          \
		     ".long 771b - .\n"                                     \
		     ".popsection\n")

#define sites()                                                             \
	site(".smp_locks");                                                 \
	site(".retpoline_sites");                                           \
	site(".return_sites");                                              \
	site(".call_sites")

int untouched(int x)
{
	sites();
	return x;
}

int changed(int x)
{
	sites();
#ifdef PATCHED
	site(".return_sites");
#endif
	return x;
}

#ifdef PATCHED
int added(int x)
{
	sites();
	return x;
}
#endif

int untouched_too(int x)
{
	sites();
	return x + 1;
}
