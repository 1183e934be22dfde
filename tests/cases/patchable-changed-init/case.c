// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions and data of .init and .exit sections changed.  Beside a change that can be patched they
 * are left out with a warning that names them; alone they are refused.  One that did not change
 * is no obstacle, and what such a function uses is not worth a word.
 */
#include "kernel.h"

__section(".init.data") int boot_only = 3;

#ifdef PATCHED
__section(".init.rodata") const int boot_table[] = { 1, 2, 3, 5 };
#else
__section(".init.rodata") const int boot_table[] = { 1, 2, 3, 4 };
#endif

__init int untouched_init(int x)
{
	return exported(x);
}

__init int changed_init(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x) + boot_only + boot_table[x];
}

__section(".exit.text") int changed_exit(int x)
{
#ifdef PATCHED
	x += 2;
#endif
	return exported(x);
}

#if defined(PATCHED) && !defined(ALONE)
/* What is new in them is of no use to the livepatch either. */
__init int new_init(int x)
{
	return exported(x) + 5;
}
#endif

int changed(int x)
{
#if defined(PATCHED) && !defined(ALONE)
	x++;
#endif
	return exported(x);
}
