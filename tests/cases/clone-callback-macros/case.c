// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Callbacks as the macros of include/linux/livepatch_helpers.h (Linux 6.19) write them: in a
 * section that is otherwise discarded, and in a module under the name that kbuild gives it (F40).
 */
#include "kernel.h"

#ifdef MODULE
#define OBJECT kmod_a_module	/* scripts/Makefile.lib: __KBUILD_MODNAME */
#else
#define OBJECT vmlinux
#endif

#define PASTE(a, b)  a##b
#define NAME(a, b)   PASTE(a, b)
#define CALLBACK(kind, function)                                           \
	__used __section(".discard.klp_callback_ptrs") typeof(&function) \
		NAME(__klp_##kind##_callback_, OBJECT) = function

#ifdef PATCHED
static int before(void *object)
{
	printk("before\n");
	return 0;
}

static void after(void *object)
{
	printk("after\n");
}

static void before_undo(void *object)
{
	printk("before undo\n");
}

static void after_undo(void *object)
{
	printk("after undo\n");
}

CALLBACK(pre_patch, before);
CALLBACK(post_patch, after);
CALLBACK(pre_unpatch, before_undo);
CALLBACK(post_unpatch, after_undo);
#endif

int function(int x)
{
	return exported(x);
}
