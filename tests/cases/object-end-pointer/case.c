// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A pointer to the end of an array and one to the object behind it are different
 * things, also where both stand in one section.
 */
#include "kernel.h"

int array[4] = { 1, 2, 3, 4 };

int changed(int *p)
{
	int sum = 0;

#ifdef PATCHED
	sum = 1;
#endif
	for (p = array; p != array + 4; p++)
		sum += exported(*p);
	return sum;
}
