// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Literals of assembly before a function (.ltorg, as in arm64's .idmap.text) are no type hash of
 * kCFI: nothing here checks one, and the patch may take the address of a function whose address
 * nothing took.
 */
#include "kernel.h"

asm(".pushsection .text.literals, \"ax\"\n"
    ".type before, %function\n"
    "before: ldr x0, =0x0123456789abcdef\n"
    "ret\n"
    ".size before, . - before\n"
    ".ltorg\n"
    ".globl behind\n"
    ".type behind, %function\n"
    "behind: b before\n"
    ".size behind, . - behind\n"
    ".popsection\n");

int (*volatile hook)(int);

static noinline int target(int x)
{
	return exported(x) + 1;
}

int caller(int x)
{
	return target(x) + 1;
}

int changed(int x)
{
#ifdef PATCHED
	hook = target;
	return hook(x);
#else
	return target(x);
#endif
}
