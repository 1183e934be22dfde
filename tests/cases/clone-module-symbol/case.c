// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vmlinux's part of a livepatch is applied whether a module is there or not: it refers to a
 * module's symbols only if the livepatch depends on that (F29).
 */
#include "kernel.h"

extern int of_other_module(int x);

int changed(int x)
{
#ifdef PATCHED
	return of_other_module(x);
#endif
	return exported(x);
}
