// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Static locals of one name, which the compiler numbers in the order in which
 * it meets them: a new one behind them moves the numbers.  They are paired by the
 * functions that refer to them, and only those that changed are reported (F5, L4).
 */
#include "kernel.h"

int first(int x)
{
	static int once;

	return once += 2 * x;
}

int second(int x)
{
	static int once;

#ifdef PATCHED
	x++;
#endif
	return once += 3 * x;
}

int third(int x)
{
	static int once;

	return once += 4 * x;
}

#ifdef PATCHED
int at_the_end(int x)
{
	static int once;

	return once += x;
}
#endif
