// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's file is of another build than the original (F43): an error where
 * functions that are replaced, or objects that are referred to, are others there.
 * Compiler flags that only move things are none.
 */
#include "kernel.h"

#ifdef OTHER
#define NUMBER 19
int table[20];
#else
#define NUMBER 18
int table[10];
#endif

extern int exported2(int x);

int calls(int x)
{
#ifdef PATCHED
	x++;
#endif
#ifdef OTHER_CALL
	return exported2(x) + 1;
#else
	return exported(x) + 1;
#endif
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	for (int i = 0; i < x; i++)
		x += exported(x);
	return exported(x) ? x + NUMBER : exported(x + 3);
}

int uses(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(table[x & 7]);
}
