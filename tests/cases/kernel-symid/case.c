// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two source files of the same name with the same statics: klp symid writes what
 * tells them apart once they are linked.
 */
#include "kernel.h"

__attribute__((used)) noinline static int helper(int x)
{
#ifdef PATCH_HELPER
	x++;
#endif
	return exported(x) + 17;
}

/* What symbol_get() leaves for modpost, and the kernel's link discards (6.16). */
static const char __notrim[] __section(".no_trim_symbol") __used = "exported";

int GLOBAL(int x)
{
#ifdef PATCH_GLOBAL
	x++;
#endif
	return exported(x);
}
