// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Room before each function, for call thunks, is recorded in
 * __patchable_function_entries on x86. ftrace does not use it: a function that has
 * nothing else cannot be redirected.
 */
#include "kernel.h"

notrace int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

int traced(int x)
{
	return exported(x) + 1;
}
