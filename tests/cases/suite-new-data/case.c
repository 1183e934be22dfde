// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * New objects that are aligned for a reason keep their alignment in the output: with values,
 * zeroed, and read-only; and so does an array of which the function has one in its own section.
 */
#include "kernel.h"

#ifdef PATCHED
static int new_value[4] __aligned(64) = { 1, 2, 3, 4 };
static int new_zero[4] __aligned(128);
static const int new_const[4] __aligned(32) = { 5, 6, 7, 8 };
static int new_placed __section(".data..cacheline_aligned") __aligned(64) = 9;
#endif

int changed(int x)
{
#ifdef PATCHED
	use(&new_value);
	use(&new_zero);
	use(&new_const);
	use(&new_placed);
#endif
	return exported(x);
}
