// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Section anchors in a section that the source names: -fdata-sections leaves it as it is.
 */
#include "kernel.h"

#define own __section(".data.once")

int plain[2] = { 1, 2 };
#ifdef PATCHED
static own int added[2] = { 7, 8 };
#endif
static own int a[3] = { 1, 2, 3 };
static own int b[5] = { 4, 5, 6, 7, 8 };

int writer(int x)
{
	return a[x] = b[x] = x;
}

int changed(int x)
{
#ifdef PATCHED
	x += added[x]++;
#endif
	return a[x] + b[x]++;
}
