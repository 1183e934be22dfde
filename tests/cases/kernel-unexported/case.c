// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Undefined symbols that nobody exports, with the linked kernel at hand: those
 * that it has are livepatch references; others are left to the livepatch, of
 * which another object may define them, with a note; weak ones likewise.
 */
#include "kernel.h"

extern int in_kernel(int x);
extern int nowhere(int x);
extern int optional(int x) __weak;

int changed(int x)
{
#ifdef PATCHED
	return in_kernel(x) + nowhere(x) + optional(x);
#endif
	return exported(x);
}
