// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

int changed(int x)
{
#ifdef PATCHED
	x = exported(x);
#endif
	return x + 0x1234;
}
