// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A copied function uses data that is freed after boot, as the original did: a
 * warning (whoever wrote the original guards the use).
 */
#include "kernel.h"

__section(".init.data") int init_data = 3;

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return x ? init_data : 0;
}
