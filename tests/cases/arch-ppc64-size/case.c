// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * -Os saves and restores registers by functions that the linker, or crtsavres.o of the
 * kernel, puts into each module: those of vmlinux are too far, and out of r2's care.
 */
#include "kernel.h"

int changed(int a, int b, int c, int d, int e)
{
	int x = exported(a), y = exported(b), z = exported(c), u = exported(d), v = exported(e);

	a += exported(x + y) + exported(y + z) + exported(z + u) + exported(u + v);
#ifdef PATCHED
	a += exported(x);
#endif
	return a + b * c - d + e + x * y - z * u + v;
}
