// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch takes the address of functions of other files: those which the kernel's file has
 * without a landing pad are refused (F39).  Not if the original does so, too.
 */
#include "kernel.h"

#ifdef KERNEL
int open(int x)
{
	return exported(x) + 3;
}
#elif defined(PLAIN)
int plain(int x)
{
	return exported(x) + 2;
}

int before(int x)
{
	return exported(x) + 1;
}
#else
extern int open(int x), plain(int x), before(int x);

int changed(int x)
{
	use(&before);
#ifdef PATCHED
	use(&before);
	use(&plain);
	use(&open);
#endif
	return plain(x) + open(x);
}
#endif
