// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel's objects are full of and a patch has nothing to do with: absolute symbols,
 * local and global, which have no section, and pointers that only keep a symbol referred to.
 */
#include "kernel.h"

#define ADDRESSABLE(x) \
	static void *__section(".discard.addressable") __used __addressable_##x = (void *)&x

asm(".set local_constant, 0x1234\n"
    ".globl global_constant\n"
    ".set global_constant, 0x5678\n");

noinline int untouched(int x)
{
	return exported(x) + 1;
}
ADDRESSABLE(untouched);

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return untouched(x);
}
ADDRESSABLE(changed);
