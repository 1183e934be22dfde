// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A changed function of .init.text has run: refused.  One that did not change
 * is no obstacle.
 */
#include "kernel.h"

__init int untouched_init(int x)
{
	return exported(x);
}

__init int changed_init(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
