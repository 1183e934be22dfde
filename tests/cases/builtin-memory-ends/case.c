// SPDX-License-Identifier: GPL-2.0-or-later
/* A change with what makes most passes work; memory ends in each of them. */
#include "kernel.h"

static int counter;

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	if (x == 7)
		warn_at(101, 0x901);
	counter += x;
	return exported(x);
}
