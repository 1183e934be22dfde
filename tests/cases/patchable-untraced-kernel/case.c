// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An object in which no function has an ftrace entry, as the kernel builds lib/: the
 * table of the kernel or module tells whether they can be redirected.  In vmlinux its first
 * entries may be 0 (of weak functions that are overridden), or all of them, where relative
 * relocations have the addresses (F45).
 */
#include "kernel.h"

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

int other(int x)
{
	return exported(x) + 1;
}

#ifdef KERNEL
asm(".pushsection __mcount_loc, \"a\"\n"
    ".balign 8\n.globl __start_mcount_loc, __stop_mcount_loc\n"
    "__start_mcount_loc:\n" LONG_ADDR " " KERNEL "\n"
    "__stop_mcount_loc:\n"
    ".popsection\n");
#endif

#ifdef MODULE
char __this_module[64] __section(".gnu.linkonce.this_module") = "my_mod";
asm(".pushsection __mcount_loc, \"a\"\n" LONG_ADDR " " MODULE "\n.popsection\n");
#endif
