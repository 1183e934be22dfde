// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Callbacks for another object, and one that is not a pointer to a function.
 */
#include "kernel.h"

#ifdef PATCHED
static int pre_patch(void *object)
{
	return 0;
}

int (*__klp_pre_patch_callback_other)(void *) __used = pre_patch;
int __klp_post_patch_callback_vmlinux __used = 3;
#endif

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
