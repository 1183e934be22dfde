// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * New thread-local data: there is none in the kernel, and a module cannot have it.
 */
#include "kernel.h"

#ifdef PATCHED
__thread int per_thread = 1;
#endif

int changed(int x)
{
#ifdef PATCHED
	return per_thread += x;
#endif
	return x;
}
