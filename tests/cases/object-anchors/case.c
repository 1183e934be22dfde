// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Without -fdata-sections GCC reaches several objects of a section from the
 * address of one (section anchors): right as long as none of them has moved.
 */
#include "kernel.h"

static int a[3] = { 1, 2, 3 };
static int b[5] = { 4, 5, 6, 7, 8 };
static int c[7] = { 9 };

int writer(int x)
{
	return a[x] = b[x] = c[x] = x;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return a[x] + b[x] + c[x];
}
