// SPDX-License-Identifier: GPL-2.0-or-later
/* What declares a callback is not copied: the code must not refer to it. */
#include "kernel.h"

#ifdef PATCHED
static int pre(void *object)
{
	return 0;
}
int (*__klp_pre_patch_callback_vmlinux)(void *) = pre;
#endif

int changed(int x)
{
#ifdef PATCHED
	return __klp_pre_patch_callback_vmlinux(NULL);
#endif
	return x;
}
