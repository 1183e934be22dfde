// SPDX-License-Identifier: GPL-2.0-or-later
/* A weak name means what the kernel's linker chose for it, not what this file has for it. */
#include "kernel.h"

noinline int base(int x)
{
#ifdef PATCHED
	x += 2;
#endif
	return x + exported_data;
}

int __weak hook(int x) __attribute__((alias("base")));

noinline int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return hook(x) + 1;
}
