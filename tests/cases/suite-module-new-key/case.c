// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch adds a static branch where the original had none, so that nothing of the table is in
 * the original: with a key of vmlinux it is taken along, exported or not; with one of the module
 * it is refused, as such a branch of the original is (module-key).
 */
#include "kernel.h"

#if defined(KERNEL)
struct static_key of_vmlinux;
#elif defined(MODULE)
char __section(".gnu.linkonce.this_module") __this_module[64];
#else
extern struct static_key exported_key, of_vmlinux;
struct static_key of_module = { 1 };

int changed(int x)
{
#ifdef PATCHED
	x += static_branch(&KEY);
#endif
	return exported(x);
}
#endif
