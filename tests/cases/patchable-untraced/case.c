// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An object in which no function has an ftrace entry (it was built without):
 * that says nothing about the kernel's build, so that changes are accepted.
 */
#include "kernel.h"

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
