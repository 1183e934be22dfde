// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --show-first-changed: one function for each way in which code can differ.
 */
#include "kernel.h"

#ifdef PATCHED
#define NUMBER 23
#define STRING "new \"text\"\t%d\n"
#define OP |
#define CALLEE printk_too
#define TARGET "2f"
#define INSERTED OTHER_INSN
#define MORE OTHER_INSN OTHER_INSN
#else
#define NUMBER 17
#define STRING "old text %d\n"
#define OP ^
#define CALLEE exported_too
#define TARGET "1f"
#define INSERTED
#define MORE
#endif

#if defined(__x86_64__)
#define JUMP "jmp "
#else
#define JUMP "b "
#endif

extern int printk_too(int x), exported_too(int x);

int number(int x)
{
	return x + NUMBER;
}

int string(int x)
{
	printk(STRING, x);
	return x;
}

int operation(int x, int y)
{
	return x OP y;
}

int callee(int x)
{
	return CALLEE(x + 1) + 1;
}

/* The jump gets longer, but what was inserted is the change. */
int inserted(int x)
{
	asm volatile(JUMP "1f\n" NEW_INSN INSERTED "1:\n" NEW_INSN);
	return x;
}

/* A jump and nothing else: the same way as the function goes, but elsewhere. */
int branch(int x)
{
	asm volatile(NEW_INSN JUMP TARGET "\n" OTHER_INSN "1:\n" NEW_INSN "2:\n" OTHER_INSN);
	return x;
}

int forced(int x)
{
	return x + 1;
}

/* Behind its last instruction. */
asm(".pushsection .text.longer, \"ax\"\n"
    ".globl longer\n"
    ".type longer, %function\n"
    "longer:\n" NEW_INSN MORE
    ".size longer, . - longer\n"
    ".popsection");
