// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is read-only once the livepatch is live, and refers to a module that is loaded
 * later (F36): the kernel would write there, and fault.
 */
#include "kernel.h"

static int state = 1;

void init(int x)
{
	state = x;
}

#ifdef PATCHED
int *place __section(".data..ro_after_init") = &state;
#endif

int changed(int x)
{
#ifdef PATCHED
	return *place + x;
#else
	return state + x;
#endif
}
