// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Clones that the compiler makes (.constprop.N) are functions of their own: a
 * changed one is replaced under its whole name.
 */
#include "kernel.h"

noinline static int work(int x, int how, int more)
{
	int i;

	for (i = 0; i < how; i++) {
		x += exported(x + more);
#ifdef PATCHED
		x ^= 3;
#endif
	}
	return x;
}

int user(int x)
{
	return work(x, 100, 7) + 1;
}

int user_too(int x)
{
	return work(x + 1, 100, 7) + 2;
}
