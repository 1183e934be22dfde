// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of a Module.symvers that are none, each behind three good ones: an error that tells the line. */
#include "kernel.h"

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
