// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Without any Module.symvers, undefined symbols stay ordinary references, with
 * one warning that names the option; defined ones are livepatch references.
 */
#include "kernel.h"

noinline int defined(int x)
{
	return exported(x);
}

int changed(int x)
{
#ifdef PATCHED
	printk("x\n");
	return defined(x);
#endif
	return exported(x);
}
