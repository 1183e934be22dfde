// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check finds by itself who goes on in a replaced function's old code, as it enters that
 * elsewhere than at its begin, and labels that the kernel has at another place.
 */
#include "kernel.h"

#ifdef PATCHED
#define NUMBER 4
#define HERE   "8"
#else
#define NUMBER 3
#define HERE   "4"
#endif

#ifdef GLOBAL
#define SCOPE ".globl inner\n"
#else
#define SCOPE
#endif

int array[4] = { 1, 2, 3, 4 };

#ifdef MOVED
asm(".globl in_array\n"
    ".set in_array, array + " HERE "\n");
#endif

/* As functions of assembly have them. */
#define MANY_LABELS                                                                     \
	".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18\n"    \
	"label_\\n:\n" OLD_INSN "\n"                                                     \
	".endr\n"

noinline int fn(int x)
{
	x = exported(x + NUMBER + array[x]);
	asm volatile(MANY_LABELS SCOPE "inner:\n" OLD_INSN);
	return exported(x);
}

extern char inner[];

#ifdef HELD
void *held[] = { inner };
#endif

#ifdef HOLDS
int holds(int x)
{
	use(inner);
	return x;
}
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

int looks_up(int x)
{
	static void *const table[] = { inner, inner };
	void *const *t = table;

	asm("" : "+r"(t));
	use(t[x]);
	return x;
}
#endif
