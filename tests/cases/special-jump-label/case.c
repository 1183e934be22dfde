// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Static branches of changed, new and untouched functions on keys of vmlinux: the
 * entries of the first two are kept, with the kernel's own keys (F9).
 */
#include "kernel.h"

struct static_key global_key;
static struct static_key static_key;

int untouched(int x)
{
	if (static_branch(&global_key))
		return 1;
	return static_branch(&static_key) + x;
}

int changed(int x)
{
	if (static_branch(&static_key))
		return 2;
#ifdef PATCHED
	if (static_branch(&global_key))
		return 3;
#endif
	return x;
}

#ifdef PATCHED
static struct static_key new_key;

int added(int x)
{
	return static_branch(&new_key) + x;
}
#endif

void enable(void)
{
	static_key.enabled = 1;
}
