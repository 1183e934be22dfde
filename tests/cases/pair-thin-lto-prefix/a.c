// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function that ThinLTO made global, under a name that ends in another hash once patched, has a
 * global symbol before it (kCFI's hash of its type): that is the kernel's as much as the function.
 */
#include "kernel.h"

#ifdef PATCHED
#define MORE 5
#else
#define MORE 3
#endif

static noinline int helper(int n)
{
	return exported(n + MORE) * MORE;
}

int (*const operations[])(int) = { helper };
