// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Several functions in one section, with nops for ftrace before each symbol and
 * (Clang) a type hash before these: what stands before the symbol is the
 * function's, and its entry of __patchable_function_entries leads there (F27).
 */
#include "kernel.h"

int untouched(int x)
{
	return exported(x) + 3;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x) - 3;
}

int untouched_too(int x)
{
	return exported(x) * 3;
}

int changed_too(int x)
{
#ifdef PATCHED
	x--;
#endif
	return exported(x) - 7;
}
