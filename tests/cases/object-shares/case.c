// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Three source files have something in one section of code, which is the same in both builds.
 * Only the second one's share is asked for, as a function of it calls one that changed and that
 * ftrace cannot reach: the copies have all that they need of it, and of what stands beside it.
 */
#include "kernel.h"

#define shared __section(".sched.text") noinline

extern int pointed(int x);

#if N == 1
#ifdef UNWOUND
/* objtool leaves out an entry that is as the one before it: this one holds in middle(), too. */
#define HERE(word) asm volatile("1:\n" orc("1b", word) ".rept 100\nnop\n.endr\n")
#else
#define HERE(word)
#endif

/* Control may go from here into outer(), as an entry says, whose other reference leads here. */
#ifdef CROSSES
#define CROSS() asm volatile("1: nop\n" EXTABLE("1b", "outer + 8", 3))
#else
#define CROSS()
#endif

#ifndef TINY
shared __used static int before(int x)
{
	HERE("0x1111");
	CROSS();
	return exported(x) + 3;
}
#endif

noinline int pointed(int x)
{
	return exported(x) + 1;
}

#ifdef TINY
/* So small that a reference from data must not be taken for one of code, which would lead behind it. */
asm(".pushsection .sched.text, \"ax\"\n"
    ".type tiny, @function\n"
    "tiny: ret\n"
    ".size tiny, . - tiny\n"
    ".popsection\n"
    ".pushsection .data.pointer, \"aw\"\n"
    ".globl pointer\n"
    ".type pointer, @object\n"
    "pointer: .long tiny - .\n"
    ".size pointer, . - pointer\n"
    ".popsection\n");

int calls_tiny(int x)
{
	asm volatile("call tiny");
	return exported(x);
}
#endif

#elif N == 2 && !defined(TINY)
static notrace noinline int low(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

#ifdef NAMELESS
/* It begins with code that has no name, by which outer() comes to middle(). */
asm(".pushsection .sched.text, \"ax\"\n"
    ".Lnameless: inc %edi\n"
    "jmp middle\n"
    ".type middle, @function\n"
    "middle: jmp low\n"
    ".size middle, . - middle\n"
    ".popsection\n");

int outer(int x)
{
	asm volatile("call .Lnameless" : "+D"(x) : "i"(low) : "rax");
	return x + 2;
}

int also_outer(int x)
{
	asm volatile("call middle" : "+D"(x) : : "rax");
	return x + 3;
}
#else
shared notrace static int middle(int x)
{
	int v = 0;

#ifdef TABLES
	alternative(OLD_INSN, NEW_INSN, 5);
	if (get_user(v, (int *)(ulong)x, 3))
		warn_at(7, 1);
#endif
	return low(x) + v;
}

/* The assembler knows where middle() is: only its call says that it is to be copied with it. */
shared int outer(int x)
{
	return middle(x) * 5;
}
#endif

/* The patch is not the first to take the address: a function of the third file does. */
int points(int x)
{
#if defined(PATCHED) && defined(POINTS)
	use(&pointed);
#endif
	return exported(x);
}

#elif N == 2
asm(".pushsection .sched.text, \"ax\"\n"
    ".type next, @function\n"
    "next: xor %eax, %eax\n"
    "ret\n"
    ".size next, . - next\n"
    ".popsection\n");

#elif N == 3
shared __used static int behind(int x)
{
	use(&pointed);
	return exported(x) + 7;
}
#endif
