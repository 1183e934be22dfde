// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls from a copy to what stays in the kernel: without a nop behind them the
 * loader cannot restore r2 (F15), and sibling calls cannot leave (F16).
 */
#include "kernel.h"

static int state;

static noinline int callee(int x)
{
	state += x;
	return x * state;
}

/* A name in the kernel, without a local entry of its own. */
static noinline int leaf(int x)
{
	use(x);
	return 3 * x;
}

int calls(int x)
{
#ifdef PATCHED
	x++;
#endif
	return callee(x) + leaf(x) + exported(x);
}

#ifdef SIBLING
int sibling(int x)
{
#ifdef PATCHED
	x++;
#endif
	return callee(x);
}
#endif

#ifdef TAKEN
struct static_key key;

static noinline void silent(void)
{
	use(state);
}

/* The nop behind the call is the static branch's, which the kernel writes to. */
int branches(int x)
{
#ifdef PATCHED
	state++;
#endif
	silent();
	if (static_branch(&key))
		return exported(x);
	return state;
}

/* … and here others come to it who did not call. */
void loops(void)
{
#ifdef PATCHED
	state++;
#endif
	asm volatile("li 3, 4\n"
		     "mtctr 3\n"
		     "bl silent\n"
		     "1: nop\n"
		     "bdnz 1b\n" : : : "memory", "lr", "ctr", "r0", "r3", "r11", "r12");
}
#endif
