// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two functions that changed (-DSECOND: only one), each with a static local of its own; they have one name.
 */
#include "kernel.h"

int first(int x)
{
	static int once;

	x += once++;
#ifdef PATCHED
	x ^= exported(x);
#endif
	return x;
}

int second(int x)
{
	static int once;

	x -= once--;
#if defined(PATCHED) || defined(SECOND)
	x ^= exported(x);
#endif
	return x;
}
