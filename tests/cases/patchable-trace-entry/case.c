// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ftrace's table names a place in the middle of the function, where nothing calls ftrace: the
 * kernel would leave the original with a frame, or overwrite an instruction of the copy.
 */
#include "kernel.h"

int changed(int x)
{
	x = exported(x) * 3 + exported(x + 5);
#ifdef PATCHED
	x += 3;
#endif
	return exported(x) * x;
}
