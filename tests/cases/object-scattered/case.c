// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data and functions of one section each (-fno-data-sections, but functions
 * apart): references through the section's symbol lead to the right object.
 */
#include "kernel.h"

static int a[3] = { 1, 2, 3 };
static int b[5] = { 4, 5, 6, 7, 8 };
static int c[7] = { 9 };
static const int d[3] = { 10, 11, 12 };

int writer(int x)
{
	a[x] = b[x] = c[x] = x;
	return d[x];
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return a[x] + b[x] + c[x] + d[x];
}
