// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function and its statics are gone, and one lost a static local: no obstacle,
 * the kernel keeps them (L4).
 */
#include "kernel.h"

#ifndef PATCHED
static int old_state;

noinline static int old_function(int x)
{
	return exported(x) + old_state++;
}
#endif

int changed(int x)
{
#ifndef PATCHED
	static int calls;

	return old_function(x) + ++calls;
#else
	return exported(x);
#endif
}
