// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vmlinux's part of a livepatch is there before any module: the kernel refuses
 * references of it to a module's symbols (F29).
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
