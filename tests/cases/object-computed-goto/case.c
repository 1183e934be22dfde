// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A table of labels (computed goto) belongs to its function: the copy uses a
 * table of its own, which leads into the copy.
 */
#include "kernel.h"

int untouched(const u8 *op, int x)
{
	static const void *const labels[] = { &&zero, &&one, &&two };

	goto *labels[*op];
zero:	return exported(x);
one:	return exported(x + 1) * 3;
two:	return exported(x + 2) - 5;
}

int changed(const u8 *op, int x)
{
	static const void *const labels[] = { &&zero, &&one, &&two };

#ifdef PATCHED
	x++;
#endif
	goto *labels[*op];
zero:	return exported(x);
one:	return exported(x + 1) * 3;
two:	return exported(x + 2) - 5;
}
