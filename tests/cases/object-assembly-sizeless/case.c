// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions of the assembler without size or type: each reaches up to the next
 * symbol; calls between them are decoded (F34).
 */
#include "kernel.h"

#ifdef PATCHED
#define CHANGE "inc %eax\n"
#else
#define CHANGE "dec %eax\n"
#endif

asm(".text\n"
    ".globl first, changed, last\n"
    "first:\n"
    "call exported\n"
    "ret\n"
    "changed:\n"
    CHANGE
    "call first\n"
    "call last\n"
    "cmpl $7, datum(%rip)\n"
    "ret\n"
    ".balign 16\n"
    "last:\n"
    "ret\n"
    ".data\n"
    "datum: .long 7\n"
    ".size datum, 4\n");
