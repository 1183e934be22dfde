// SPDX-License-Identifier: GPL-2.0-or-later
/* A .cold part that only a table leads to belongs to its function all the same. */
#include "kernel.h"

extern void boom(int) __attribute__((cold));

noinline int changed(int x)
{
	static const void *const table[] = { &&a, &&b, &&c };

	goto *table[x];
a:	return exported(3);
b:	return exported(9) + 1;
c:
#ifdef PATCHED
	boom(42);
#else
	boom(41);
#endif
	return exported(12);
}
