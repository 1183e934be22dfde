// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Callbacks become fields of the klp_object_ext; the pointers that name them are
 * not copied.
 */
#include "kernel.h"

#ifdef PATCHED
static int pre_patch(void *object)
{
	printk("pre_patch\n");
	return 0;
}

static void post_unpatch(void *object)
{
	printk("post_unpatch\n");
}

int (*__klp_pre_patch_callback_vmlinux)(void *) __used = pre_patch;
void (*__klp_post_unpatch_callback_vmlinux)(void *) __used = post_unpatch;
#endif

int function(int x)
{
	return exported(x);
}
