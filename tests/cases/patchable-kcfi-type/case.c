// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The type of a function changes that is called through a pointer (F38): before the original
 * stands the old hash, and pointers lead there (refused).  Called by its name, it may.
 */
#include "kernel.h"

#ifdef PATCHED
typedef long type;
#else
typedef int type;
#endif

int pointed(type x)
{
	return exported((int)x);
}

int named(type x)
{
	return exported((int)x) + 1;
}

int (*hook)(type x);

int caller(type x)
{
	hook = pointed;
	return named(x) + hook(x);
}
