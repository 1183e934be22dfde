// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Source files of one name and with the same statics, each with a function of its own.  The patch
 * removes one and adds another: whether that is the same file, only names could say.
 */
#include "kernel.h"

static int limit[SIZE];

noinline static int check(int x)
{
	asm volatile(".rept " str(SIZE) "\n" OLD_INSN ".endr");
	return exported(x) > limit[0];
}

int NAME(int x)
{
#ifdef PATCHED
	x++;
#endif
	return check(x);
}
