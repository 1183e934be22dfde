// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel exports: from the nearest Module.symvers, which the summary
 * names, or from those that --symvers gives; all column layouts, plain and gzip.
 */
#include "kernel.h"

extern int a(int x), b(int x), c(int x), d(int x);

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return a(x) + b(x) + c(x) + d(x);
}
