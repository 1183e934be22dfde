// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check finds by itself a pointer that no indirect call may use: to a function of the kernel
 * without a landing pad, or whose ENDBR64 is sealed (F39, F18).
 */
#include "kernel.h"

/* Side by side: on arm64 one instruction makes the page of both, another one the rest. */
#define PLAIN(name)                                       \
	asm(".pushsection .text." #name ", \"ax\"\n"       \
	    ".balign 4\n"                                  \
	    ".globl " #name "\n.type " #name ", %function\n" \
	    #name ":\nret\n"                              \
	    ".size " #name ", . - " #name "\n.popsection\n")

#ifdef KERNEL
PLAIN(plain);
PLAIN(before);

int open(int x)
{
	return exported(x) + 3;
}

#ifdef SEAL
asm(".pushsection .ibt_endbr_seal, \"a\"\n"
    ".long open - .\n"
    ".popsection\n");
#endif
#else
extern int plain(int x), before(int x), open(int x);
#ifndef ELSEWHERE
PLAIN(plain);
PLAIN(before);
#endif

static noinline int target(int x)
{
	return exported(x) + 1;
}

#ifdef POINTED
/* Another original, for which the output is right. */
void *pointers[] = { target, plain };
#endif

int changed(int x)
{
	use(&before);
#ifdef TAKEN
	use(&open);
#endif
#ifdef PATCHED
	use(&before);
	use(&target);
	use(&plain);
	use(&open);
#endif
	return target(x) + plain(x) + open(x);
}
#endif
