// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * New per-CPU data, in any of its sections, cannot be added by a livepatch (F36); that of the
 * kernel may be used.
 */
#include "kernel.h"

__section(".data..percpu") int kernels = 1;

#ifdef PATCHED
__section(".data..percpu") int new_per_cpu = 1;
static __section(".data..percpu..read_mostly") int new_read_mostly = 2;
#endif

int changed(int x)
{
#ifdef PATCHED
	new_per_cpu += x + new_read_mostly++;
#endif
	return kernels += x;
}
