// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who enters a replaced function elsewhere than at its begin, where it is redirected, goes on in
 * the original: another function changes with it, whether it jumps there, holds the address or
 * has it in a table of its own; a variable that holds it, and a label that other files know, are
 * refused.  So is a function that begins behind it, in one that reaches over its end.
 */
#include "kernel.h"

#ifdef PATCHED
#define NUMBER 4
#else
#define NUMBER 3
#endif

#ifdef GLOBAL
#define SCOPE ".globl inner\n"
#else
#define SCOPE
#endif

#ifdef __x86_64__
#define JUMP "jmp "
#else
#define JUMP "b "
#endif

/* As functions of assembly have them. */
#define MANY_LABELS                                                                     \
	".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18\n"    \
	"label_\\n:\n" OLD_INSN "\n"                                                     \
	".endr\n"

noinline int fn(int x)
{
	x = exported(x + NUMBER);
	asm volatile(MANY_LABELS SCOPE "inner:\n" OLD_INSN);
#ifdef BEHIND
	asm volatile(".type over_end, %function\nover_end:\n" OLD_INSN);
#endif
	return exported(x);
}

extern char inner[];

#ifdef BEHIND
asm(".pushsection .text.fn, \"ax\", %progbits\n"
    ".subsection 1\n"
    ".globl behind\n"
    ".type behind, %function\n"
    "behind:\n" JUMP "behind\n"
    "end:\n"
    ".size behind, end - behind\n"
    ".size over_end, end - over_end\n"
    ".popsection");
#endif

#ifdef HELD
void *held[] = { inner };
#endif

#ifdef JUMPS
int jumps(int x)
{
	asm volatile(JUMP "inner");
	return x;
}

int holds(int x)
{
	use(inner);
	return x;
}

int looks_up(int x)
{
	static void *const table[] = { inner, inner };
	void *const *t = table;

	asm("" : "+r"(t));
	use(t[x]);
	return x;
}

/* What jumps into one that only changed by this, too. */
noinline int outer(int x)
{
	x = exported(x);
	asm volatile("further:\n" OLD_INSN);
	use(inner);
	return exported(x);
}

extern char further[];

int chained(int x)
{
	use(further);
	return x;
}
#endif

int untouched(int x)
{
	use(fn);
	return fn(x) + 1;
}
