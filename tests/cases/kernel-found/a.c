// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's own files are found beside vmlinux.o, or in the build tree that the
 * object is in, and named.  Two helpers show which file was used.
 */
#include "kernel.h"

noinline static int helper(int x)
{
	return exported(x) + 1;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return helper(x);
}
