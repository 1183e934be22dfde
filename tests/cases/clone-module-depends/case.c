// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A new reference to an export of another module (F46): unless the patched module depends on that
 * already, it is refused, or the livepatch itself depends on it (--depends).
 */
#include "kernel.h"

extern int of_other_module(int x);
extern int also_of_other(int x);
extern int for_named_modules(int x);

int changed(int x)
{
#ifdef NAMED
	return for_named_modules(x);
#elif defined(PATCHED)
	return of_other_module(x);
#endif
	return exported(x);
}

#ifdef NEEDS
int user(int x)
{
	return also_of_other(x) + exported(x);
}
#endif

#ifdef THIS_MODULE
char __this_module[64] __section(".gnu.linkonce.this_module") = "my_mod";
static const char depends[] __section(".modinfo") __used __aligned(1) = "depends=" THIS_MODULE;
#endif
