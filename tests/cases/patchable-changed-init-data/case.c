// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data for boot or load alone changed: it is not in use, and no callback is early enough.
 */
#include "kernel.h"

#ifdef PATCHED
__section(".init.data") int init_data = 4;
#else
__section(".init.data") int init_data = 3;
#endif

__init int at_boot(void)
{
	return exported(init_data);
}
