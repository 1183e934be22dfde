// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Code without a name in a section that several functions share, in whose middle an exception
 * is handled: as the refcounts of kernels before 5.0 have it on x86, in .text..refcount.  A new
 * one in between moves all behind it.
 */
#include "kernel.h"

#ifdef __x86_64__
#define GO "jmp "
#else
#define GO "b "
#endif

#define SATURATE(x)                                                    \
	asm volatile(GO "1f\n"                                         \
		     ".pushsection .text..refcount, \"ax\"\n"          \
		     "1: " NEW_INSN                                    \
		     "2: " OTHER_INSN GO "3f\n"                        \
		     EXTABLE("2b", "3f", 3)                            \
		     ".popsection\n"                                   \
		     "3:\n" : : "r"(x) : "memory")

int changed(int x)
{
#ifdef PATCHED
	x += 3;
#endif
	SATURATE(x);
	return exported(x);
}

int untouched(int x)
{
	SATURATE(x);
	return exported(x) + 5;
}

int gets_one(int x)
{
#ifdef PATCHED
	if (x == 8)
		SATURATE(x);
#endif
	return exported(x) + 7;
}
