// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Code of the assembler: a changed function that jumps to another one of its
 * section with a field of one byte, which cannot reach that from elsewhere; one
 * with bytes that are no instruction; one that runs on into its neighbour. Each
 * is refused with its place (F34); unchanged ones are no obstacle.
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
    BEGIN(jumps) CHANGE
    "jmp other\n"
    END(jumps)
    ".type other, @function\n"
    "other:\n"
    "ret\n"
    END(other)
    BEGIN(undecodable) CHANGE
    ".byte 0x06\n"
    "ret\n"
    END(undecodable)
    BEGIN(falls) CHANGE
    "nop\n"
    END(falls)
    BEGIN(untouched)
    "jmp other\n"
    END(untouched)
    BEGIN(untouched_too)
    ".byte 0x06\n"
    END(untouched_too));
