// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records without names that the sanitizer makes for each check: only those of the
 * copied function are copied (L6), with what they refer to.
 */
#include "kernel.h"

int untouched(int x, int y)
{
	return x / y;
}

int changed(int x, int y)
{
#ifdef PATCHED
	x ^= 3;
#endif
	return x / y + 1;
}

int untouched_too(int x, int y)
{
	return x / y + 2;
}
