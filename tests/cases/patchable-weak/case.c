// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A changed weak function may not be the one that runs: a warning.
 */
#include "kernel.h"

__weak int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
