// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp-module on a kernel that takes no livepatches, or that is not there: one line says so, and
 * nothing is built.
 */
#include "kernel.h"

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
