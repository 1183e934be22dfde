// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch takes the __init from functions, to call them later.  The kernel's are gone: those
 * of the patch are new ones, and nothing is redirected (F42).
 */
#include "kernel.h"

/* Also one that ftrace could reach at boot. */
#define traced_init __section(".init.text") noinline

#ifdef PATCHED
#define WAS(init) noinline
#else
#define WAS(init) init
#endif

static WAS(__init) int local(int x)
{
	return exported(x) + 1;
}

WAS(__init) int global(int x)
{
	return exported(x) + 2;
}

static WAS(traced_init) int same(int x)
{
	return exported(x) + 3;
}

WAS(__section(".exit.text") noinline) int leaving(int x)
{
	return exported(x) + 4;
}

__init int set_up(int x)
{
	return local(x) + global(x) + same(x);
}

int changed(int x)
{
#ifdef PATCHED
	return local(x) + global(x) + same(x) + leaving(x);
#else
	return x;
#endif
}
