// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A weak symbol that nobody exports: vmlinux may have it, or not, and then it is 0.
 */
#include "kernel.h"

#ifdef KERNEL
int optional(int x)
{
	return exported(x);
}
#else
extern int optional(int x) __weak;

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return optional ? optional(x) : exported(x);
}
#endif
