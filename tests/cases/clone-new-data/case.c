// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * New data alone: what is global is brought (another object of the livepatch may
 * use it), a static one that nobody uses is not.
 */
#include "kernel.h"

#ifdef PATCHED
int new_global = 0x1234;
static int unused __used = 0x4321;
#endif

int function(int x)
{
	return exported(x);
}
