// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A new caller makes the compiler number its clones anew: the clones are paired
 * by what they do, and only what is new is reported.
 */
#include "kernel.h"

noinline static int work(int x, int how)
{
	int i;

	for (i = 0; i < how; i++)
		x += exported(x + how);
	return x;
}

int user(int x)
{
	return work(x, 100) + work(x + 1, 100);
}

#ifdef PATCHED
int added(int x)
{
	return work(x, 55) + work(x + 2, 55);
}
#endif

int general(int x, int how)
{
	return work(x, how) - 1;
}
