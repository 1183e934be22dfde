// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Per-CPU data of the kernel is referenced as any other.
 */
#include "kernel.h"

__section(".data..percpu") int kernels = 1;
static __section(".data..percpu") int statics = 2;

int changed(int x)
{
#ifdef PATCHED
	statics += x;
#endif
	return kernels += x;
}

int user(int x)
{
	return statics += x;
}
