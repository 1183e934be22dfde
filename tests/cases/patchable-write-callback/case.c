// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --write beside callbacks of the patch's own: a number needs those before and after the patch,
 * and a pointer to a function of the livepatch the two between as well.  The kernel calls one of each.
 */
#include "kernel.h"

#ifdef PATCHED
#define PICK(a, b) (b)
#else
#define PICK(a, b) (a)
#endif

#ifdef PATCHED
static void between(void *object)
{
}
void (*__klp_post_patch_callback_vmlinux)(void *) = between;

static int added(int x)
{
	return exported(x) + 3;
}
#endif

static int limit = PICK(4096, 8192);

int one(int x)
{
	return exported(x);
}

int (*to_added)(int x) = PICK(one, added);

int user(int x)
{
	return limit++ + to_added(x) + PICK(0, 1);
}
