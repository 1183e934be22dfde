// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A changed function that ftrace cannot reach, while others can be: refused if
 * it is global or called through a pointer.
 */
#include "kernel.h"

int traced(int x)
{
	return exported(x);
}

notrace int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

notrace noinline static int pointed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x) + 1;
}

int (*pointer)(int x) = pointed;
