// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Callbacks that nothing would call: a name that is none in their section, and theirs in another
 * section of those that are left behind (F40).
 */
#include "kernel.h"

#if defined(PATCHED) && !defined(ALIKE)
static int pre_patch(void *object)
{
	return exported(1);
}

static int (*__klp_pre_patch_calback_vmlinux)(void *) __used
	__section(".discard.klp_callback_ptrs") = pre_patch;
static int (*__klp_pre_patch_callback_vmlinux)(void *) __used
	__section(".discard.klp_callbacks") = pre_patch;
#endif

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
