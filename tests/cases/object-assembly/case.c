// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Code of the assembler: a changed function with bytes that are no instruction; one
 * that runs on into its neighbour. Each is refused with its place (F34); unchanged
 * ones are no obstacle.
 */
#include "kernel.h"

#ifdef PATCHED
#define CHANGE "inc %eax\n"
#else
#define CHANGE "dec %eax\n"
#endif

#define BEGIN(name) ".globl " #name "\n.type " #name ", @function\n" #name ":\n"
#define END(name)   ".size " #name ", . - " #name "\n"

asm(".text\n"
    BEGIN(undecodable) CHANGE
    ".byte 0x06\n"
    "ret\n"
    END(undecodable)
    BEGIN(falls) CHANGE
    "nop\n"
    END(falls)
    BEGIN(untouched)
    ".byte 0x06\n"
    END(untouched));
