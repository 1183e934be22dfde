// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * New data stands behind a kernel's array in one section (-fno-data-sections), and
 * a section symbol's offset at their border may mean the end of the one or
 * the begin of the other: refused. GCC names the objects.
 */
#include "kernel.h"

static int array[4] = { 1, 2, 3, 4 };
#ifdef PATCHED
static int fresh[4] = { 5, 6, 7, 8 };
#endif

int user(int x)
{
	return array[x]++;
}

int changed(int x)
{
#ifdef PATCHED
	return fresh[x]++;
#endif
	return array[x]++;
}
