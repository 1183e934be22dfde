// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch adds module_exit() to what is part of vmlinux, which is never unloaded: beside another
 * change, it is left out, with a warning; alone (-DALONE), there is nothing to patch.
 */
#include "kernel.h"

#ifdef PATCHED
static __section(".exit.text") __used noinline notrace void added_exit(void)
{
	exported(7);
}

static __section(".exitcall.exit") __used void (*__exitcall_added_exit)(void) = added_exit;
#endif

int changed(int x)
{
#if defined(PATCHED) && !defined(ALONE)
	x++;
#endif
	return exported(x);
}
