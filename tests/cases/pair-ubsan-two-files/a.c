// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sanitizer's records of two files, which the linker has put side by side
 * into sections of the same names: only those of the copied function (L6).
 */
#include "kernel.h"

int changed(int x, int y)
{
#ifdef PATCHED
	x ^= 3;
#endif
	return x / y + 1;
}
