// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The whole of vmlinux.o: it defines the symbol that traced functions call. The
 * copies' calls are ordinary references, which ftrace knows by the address.
 */
#include "kernel.h"

asm(".pushsection .text.__fentry__, \"ax\"\n"
    ".globl __fentry__\n"
    ".type __fentry__, @function\n"
    "__fentry__: ret\n"
    ".size __fentry__, 1\n"
    ".popsection\n");

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
