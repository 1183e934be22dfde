// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replacements that stand behind all functions of .text and are nops: they are no padding, of one
 * function alone or of several, and the patch may add one behind which they move.
 */
#include "kernel.h"

#ifndef ALONE
int untouched(int x)
{
	alternative(OLD_INSN, JUMP_NOP, 5);
	return exported(x) + 3;
}
#endif

int changed(int x)
{
	alternative(OLD_INSN, JUMP_NOP, 6);
#ifdef PATCHED
	x++;
#endif
	return exported(x) - 3;
}

#ifdef PATCHED
int added(int x)
{
	alternative(OLD_INSN, JUMP_NOP, 7);
	return exported(x) * 3;
}
#endif
