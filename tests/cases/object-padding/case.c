// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Patchable space in front of a function's symbol belongs to the function: it is
 * copied, and its entry of __patchable_function_entries leads to it (F27).
 */
#include "kernel.h"

int untouched(int x)
{
	return exported(x);
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
