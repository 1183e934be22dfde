// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The symbols that tell code from data ($x, $d) are as many as there are changes between the two,
 * so that a new function brings more of them.  They are nobody's names: none is new, changed, missing
 * or told apart from others.
 */
#include "kernel.h"

#ifdef PATCHED
noinline static int added(int x)
{
	asm volatile("b 1f\n.word 0x12345678\n1:\n");
	return exported(x) + 5;
}
#endif

int untouched(int x)
{
	return exported(x) + 1;
}

int changed(int x)
{
#ifdef PATCHED
	return added(x);
#endif
	return exported(x);
}

int untouched_too(int x)
{
	asm volatile("b 1f\n.word 0x23456789\n1:\n");
	return exported(x) + 2;
}
