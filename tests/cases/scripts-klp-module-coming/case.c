// SPDX-License-Identifier: GPL-2.0-or-later
/* A function that changed; with CALLBACK, a callback before it is replaced. */
#include "kernel.h"

#if defined(PATCHED) && defined(CALLBACK)
struct klp_object;

static int allocate(struct klp_object *obj)
{
	return exported(3);
}

static int (*__klp_pre_patch_callback_vmlinux)(struct klp_object *) __used
	__section(".discard.klp_callback_ptrs") = allocate;
#endif

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
