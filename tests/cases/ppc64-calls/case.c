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
