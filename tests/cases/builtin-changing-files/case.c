// SPDX-License-Identifier: GPL-2.0-or-later
/* Whatever; what happens to the files meanwhile is what counts. */
#include "kernel.h"

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
