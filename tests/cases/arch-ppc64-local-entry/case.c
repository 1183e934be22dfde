// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two entries of a function (F17): its copy keeps st_other, and a branch past
 * the global entry, by the section, is the same as one by name.
 */
#include "kernel.h"

static int state;

noinline int with_toc(int x)
{
#ifdef PATCHED
	x++;
#endif
	state += x;
	return state;
}

/* As an assembler writes it that has no name for the local entry. */
#ifdef BY_SECTION
#define CALL ".reloc ., R_PPC64_REL24, .text.with_toc+LOCAL\nbl .\n"
#else
#define CALL "bl with_toc\n"
#endif

/* Its own bytes and its callee are what they were. */
int caller(int x)
{
	register int r3 asm("r3") = x;

	asm volatile(CALL "nop\n" : "+r"(r3) : : "r0", "r4", "r5", "r6", "r7", "r8", "r9", "r10",
		     "r11", "r12", "lr", "ctr", "cr0", "memory");
	return r3;
}

/* This one goes along with the changed function. */
int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return with_toc(x) + exported(x);
}
