// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two replacements for one instruction: the kernel puts them in place in the table's order.
 */
#include "kernel.h"

int changed(int x)
{
	asm volatile(ALTERNATIVE(ALTERNATIVE(OLD_INSN, NEW_INSN, 7), OTHER_INSN, 9) : : : "memory");
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
