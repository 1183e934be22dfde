// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A callback is a function that the kernel has and that the patch leaves as it is: its copy is
 * complete, with its entries in tables, and the kernel's is redirected to it.
 */
#include "kernel.h"

noinline int existing(void *object)
{
	printk("before or after\n");
	return exported(1) * 3;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return existing(NULL) + exported(x);
}

int untouched(int x)
{
	return existing(NULL) - x;
}

#ifdef PATCHED
static int (*__klp_pre_patch_callback_vmlinux)(void *) __used
	__section(".discard.klp_callback_ptrs") = existing;
#endif
