// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch takes a function out of ftrace's reach, and brings another one within: only
 * the kernel's functions count, which the first one's redirects, and the other's callers bring.
 */
#include "kernel.h"

#ifdef PATCHED
#define LOST notrace
#define WON
#else
#define LOST
#define WON notrace
#endif
#ifdef BEFORE
#define NEVER notrace
#else
#define NEVER
#endif

LOST NEVER int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

static noinline WON int carried(int x)
{
#ifdef PATCHED
	x++;
#endif
	barrier();
	return exported(x) + 2;
}

int caller(int x)
{
	return carried(x) + 3;
}

int untouched(int x)
{
	return exported(x) + 1;
}
