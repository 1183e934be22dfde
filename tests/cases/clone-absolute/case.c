// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An absolute symbol is taken along as what it is.
 */
#include "kernel.h"

asm(".set constant, 0x12345");

int changed(void)
{
	int v;

#ifdef PATCHED
	asm(".globl constant\n"
	    "mov $constant, %0" : "=r"(v));
	return v;
#endif
	return 3;
}
