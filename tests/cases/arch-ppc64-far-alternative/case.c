// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The replacement of an alternative refers to data that stays in the kernel, by
 * two halves: the kernel copies it to where it runs, so that it cannot branch to
 * code that makes the upper half and back.
 */
#include "kernel.h"

static __used int state;

int changed(int x)
{
	alternative("nop\n"
		    "nop\n",
		    "addis 9, 2, state@toc@ha\n"
		    "lwz 9, state@toc@l(9)\n", 7);
#ifdef PATCHED
	x++;
#endif
	return x;
}
