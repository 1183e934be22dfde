// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch uses new data of a section that is freed after boot: refused.
 */
#include "kernel.h"

#ifdef PATCHED
__section(".init.data") int new_init_data = 3;
#endif

int changed(int x)
{
#ifdef PATCHED
	x += new_init_data;
#endif
	return exported(x);
}
