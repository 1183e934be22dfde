// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In a section that several source files share, too, who holds the address of a label in a
 * replaced function, or uses a table with it, is replaced, however many labels stand before it.
 */
#include "kernel.h"

#ifdef PATCHED
#define NUMBER 4
#else
#define NUMBER 3
#endif

noinline int fn(int x)
{
	x = exported(x + NUMBER);
	asm volatile(".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18\n"
		     "label_\\n:\n" OLD_INSN "\n"
		     ".endr\n"
		     "inner:\n" OLD_INSN);
	return exported(x);
}

extern char inner[];

__attribute__((section(".text.holds"))) int holds(int x)
{
	use(inner);
	return x;
}

__attribute__((section(".text.looks_up"))) int looks_up(int x)
{
	static void *const table[] = { inner, inner };
	void *const *t = table;

	asm("" : "+r"(t));
	use(t[x]);
	return x;
}
