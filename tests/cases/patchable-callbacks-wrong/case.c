// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Callbacks for another object, one that is not a pointer to a function, one that leads into one,
 * and two of which the kernel has room for one (the one is called as before Linux 6.19).
 */
#include "kernel.h"

#ifdef PATCHED
static int pre_patch(void *object)
{
	return 0;
}

int (*__klp_pre_patch_callback_other)(void *) __used = pre_patch;
int __klp_post_patch_callback_vmlinux __used = 3;
int (*__klp_post_unpatch_callback_vmlinux)(void *) __used = (void *)((char *)pre_patch + 4);
int (*__klp_pre_unpatch_callback_vmlinux)(void *) __used = pre_patch;
int (*__klp_pre_unpatch_callback_kmod_vmlinux)(void *) __used = pre_patch;
#endif

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
