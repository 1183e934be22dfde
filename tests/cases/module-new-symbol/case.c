// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch of a module uses a symbol that neither the original uses nor anybody
 * exports: nothing says where it is defined, which is refused.
 */
#include "kernel.h"

extern int nowhere(int x);

int changed(int x)
{
#ifdef PATCHED
	return nowhere(x);
#endif
	return exported(x);
}
