// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A changed function of .init.text has run: refused.  One that did not change
 * is no obstacle.  What such a function uses is not worth a word.
 */
#include "kernel.h"

__section(".init.data") int boot_only = 3;

__init int untouched_init(int x)
{
	return exported(x);
}

__init int changed_init(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x) + boot_only;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
