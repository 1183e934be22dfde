// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a module's object refers to and nobody exports: of vmlinux, which is there
 * from the start, or of another file of the module, whose part is applied when the
 * module is there (F29).
 */
#include "kernel.h"

extern int in_kernel(int x);
extern int in_module(int x);

int user(int x)
{
	return in_module(x);
}

int changed(int x)
{
#ifdef PATCHED
	return in_kernel(x) + in_module(x);
#endif
	return exported(x);
}
