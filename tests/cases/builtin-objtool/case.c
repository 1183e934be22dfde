// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two source files of the same name with the same statics, as one vmlinux.o, for the calls of
 * Linux' own livepatch build.
 */
#include "kernel.h"

__attribute__((used)) noinline static int helper(int x)
{
	return exported(x) + 17;
}

int added(int x);

int GLOBAL(int x)
{
#ifdef PATCHED
	if (helper(x) > 3)
		return added(x);
#endif
	return exported(x) * 3;
}

#ifdef PATCHED
noinline int added(int x)
{
	return exported(x) + helper(5);
}
#endif
