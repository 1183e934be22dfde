// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An object of a module.  What vmlinux exports is an ordinary reference; all the
 * rest is applied when the patched module is there: its own symbols, exported
 * or not, those of its other files, and exports of other modules, which the patch
 * must not depend on (F29).
 */
#include "kernel.h"

extern int __this_module[];
extern int of_other_file(int x);
extern int of_other_module(int x);
extern int for_named_modules(int x);

noinline static int helper(int x)
{
	return exported(x) + 1;
}

noinline int own_export(int x)
{
	return helper(x) + 1;
}

int user(void)
{
	use(__this_module);
	return of_other_file(1) + of_other_module(2) + for_named_modules(3);
}

int changed(int x)
{
#ifdef PATCHED
	use(__this_module);
	return exported(x) + helper(x) + own_export(x) + of_other_file(x) + of_other_module(x) +
	       for_named_modules(x);
#endif
	return x;
}
