// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch makes a function use what was freed after boot: nobody guards that (refused).
 * What code that stays used before is only warned of (init-data), also if another does now.
 */
#include "kernel.h"

__section(".init.data") int init_data = 3;
__section(".init.data") int guarded = 4;

__init int set_up(int x)
{
	return exported(x) + init_data;
}

int guard(int x)
{
	return x ? guarded : 0;
}

int changed(int x)
{
#ifdef PATCHED
	x += init_data + guarded;
#endif
	return exported(x);
}

int caller(int x)
{
#ifdef PATCHED
	return set_up(x);
#else
	return x;
#endif
}
