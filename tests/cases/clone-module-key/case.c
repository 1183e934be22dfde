// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Static branches on keys of the patched module, which is not there yet when the
 * kernel initialises the livepatch's jump labels: refused, whether the key is
 * global or static, which is a section symbol (F11, F12).  A key of vmlinux and a
 * new one are fine, and so are keys of functions that are not copied.
 */
#include "kernel.h"

extern struct static_key vmlinux_key;
struct static_key global_key = { 1 };
static struct static_key static_key;

int untouched(int x)
{
	return static_branch(&global_key) + static_branch(&static_key);
}

void enable(void)
{
	static_key.enabled = 1;
}

int uses_global(int x)
{
#ifdef PATCHED
	x++;
#endif
	return static_branch(&global_key) + x;
}

int uses_static(int x)
{
#ifdef PATCHED
	x++;
#endif
	return static_branch(&static_key) + x;
}

#ifdef PATCHED
static struct static_key new_key;
#endif

int uses_vmlinux(int x)
{
#ifdef PATCHED
	x += static_branch(&new_key);
#endif
	return static_branch(&vmlinux_key) + x;
}
