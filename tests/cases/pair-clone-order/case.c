// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Callers change places, and with them the numbers of the clones that the compiler makes for
 * each: only the clone that changed is replaced, under the name that the kernel has for it.
 */
#include "kernel.h"

static noinline int work(int *a, int mode)
{
	int r = 0;

	for (int i = 0; i < a[0]; i++) {
		if (mode == 0)
			r += exported(a[i]);
		else if (mode == 1)
			r ^= exported(a[i] * 3);
		else
			r -= a[i] + exported(3);
	}
#ifdef PATCHED
	if (mode == 1)
		r |= 0x100;
#endif
	return r;
}

#ifdef PATCHED
int user_2(int *a)
{
	return work(a, 2) + 4;
}
#endif

int user_0(int *a)
{
	return work(a, 0);
}

int user_1(int *a)
{
	return work(a, 1) + 1;
}

#ifndef PATCHED
int user_2(int *a)
{
	return work(a, 2) + 4;
}
#endif
