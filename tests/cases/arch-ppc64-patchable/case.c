// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Traced through -fpatchable-function-entry: GCC 12 has the nops at the global
 * entry, clang-22 at the local one, some of them before it.
 */
#include "kernel.h"

static int state[3];

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x) + state[x & 1];
}

int untouched(int x)
{
	return exported(x) + state[2]++;
}

/* Of no use without its entry. */
__attribute__((patchable_function_entry(0, 0))) int untraced(int x)
{
#ifdef UNTRACED
	x++;
#endif
	return exported(x) + state[0];
}
