// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who enters a replaced function elsewhere than at its begin, where it is redirected, goes on in
 * the original: another function changes with it, whether it jumps there, holds the address or
 * has it in a table of its own; a variable that holds it, and a label that other files know, are
 * refused.
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

/* As functions of assembly have them. */
#define MANY_LABELS                                                                     \
	".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18\n"    \
	"label_\\n:\n" OLD_INSN "\n"                                                     \
	".endr\n"

noinline int fn(int x)
{
	x = exported(x + NUMBER);
	asm volatile(MANY_LABELS SCOPE "inner:\n" OLD_INSN);
	return exported(x);
}

extern char inner[];

#ifdef HELD
void *held[] = { inner };
#endif

#ifdef JUMPS
int jumps(int x)
{
#if defined(__x86_64__)
	asm volatile("jmp inner");
#else
	asm volatile("b inner");
#endif
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
