// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module's data: livepatch relocations are applied when it is loaded, to .toc
 * but not to code, which is read-only by then.
 */
#include "kernel.h"

static int state = 1;

void init(int x)
{
	state = x;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return state + x;
}
