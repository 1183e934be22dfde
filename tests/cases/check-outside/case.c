// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Neighbours in one section: a reference to one that is written as to behind the other.
 */
#include "kernel.h"

#define both __attribute__((section(".data.both")))

both int first = 1;
both int second = 2;

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return x + second * 3;
}
