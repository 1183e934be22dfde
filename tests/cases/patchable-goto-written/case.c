// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's table leads into the original function; one that is written to cannot be copied. */
#include "kernel.h"

static int n;

noinline int changed(int x, int stop)
{
	static void *table[] = { &&a, &&b, &&c };

	if (stop)
		table[stop & 1] = &&c;
	goto *table[x];
a:	return 5;
b:
#ifdef PATCHED
	n += 7;
#else
	n += 8;
#endif
	return n;
c:	n *= 3;
	return n;
}
