// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two static locals of one name that exchange their initial values: going by contents, each would
 * be taken for the other, but the function means the same and refers to them at the same places.
 * GCC's names say nothing; Clang's say whose statics they are, so that contents come first.
 */
#include "kernel.h"

#ifdef PATCHED
#define FIRST  7
#define SECOND 3
#else
#define FIRST  3
#define SECOND 7
#endif

int exchanged(int x)
{
	if (x & 1) {
		static int n = FIRST;

		n += x;
		return n;
	} else {
		static int n = SECOND;

		n -= x;
		return n;
	}
}
