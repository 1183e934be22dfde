// SPDX-License-Identifier: GPL-2.0-or-later
/* Whatever; its debugging information is what counts. */
#include "kernel.h"

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
