// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two static locals of one name, size and value in one function, which changed:
 * nothing but their order says which is which, and that is told.
 */
#include "kernel.h"

int changed(int x)
{
	if (x) {
		static int once;

		x += once++;
	} else {
		static int once;

		x -= once--;
	}
#ifdef PATCHED
	x ^= exported(x);
#endif
	return x;
}
