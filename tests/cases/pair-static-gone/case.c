// SPDX-License-Identifier: GPL-2.0-or-later
/* Two static locals of one name in one function, and the first goes away: Clang renames the other. */
#include "kernel.h"

noinline int changed(int x)
{
#ifndef PATCHED
	if (x & 1) {
		static int n;

		n += 3;
		use(n);
	}
#endif
	{
		static int n;

		n -= x;
		return n;
	}
}
