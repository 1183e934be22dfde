// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An output that refers to nothing in the kernel has no livepatch relocations, and is an
 * object of klp diff nevertheless, not a module that lacks all that makes one.
 */
#include "kernel.h"

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return x ^ 5;
}
