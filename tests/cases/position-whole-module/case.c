// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Several locals of one name in a module, and no file of it: the whole object from which the
 * module is linked has them in the order that they have in the kernel.
 */
#include "kernel.h"

noinline static int helper(int x)
{
	use(x);
	return exported(x) + 1;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return helper(x);
}

#ifdef BUILT_IN
static const char license[] __used __section(".modinfo") = "my_mod.license=GPL";
#else
static const char license[] __used __section(".modinfo") = "license=GPL";
#endif
