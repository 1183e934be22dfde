// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two destinations in a function's table of labels are exchanged, and nothing
 * else: a change of the function (F20).
 */
#include "kernel.h"

#ifdef PATCHED
#define FIRST  &&one
#define SECOND &&two
#else
#define FIRST  &&two
#define SECOND &&one
#endif

int changed(const u8 *op, int x)
{
	static const void *const labels[] = { FIRST, SECOND };

	goto *labels[*op];
one:	return exported(x + 1) * 3;
two:	return exported(x + 2) - 5;
}
