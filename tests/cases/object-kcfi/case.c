// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kCFI: a function's type hash stands in front of it under a symbol of its own,
 * and indirect calls have traps in a table: all go with the function (F19).
 */
#include "kernel.h"

int (*hook)(int x);

int untouched(int x)
{
	return hook(x) + 1;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return hook(x);
}
