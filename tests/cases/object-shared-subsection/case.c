// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Built without -ffunction-sections: the replacements of all functions stand
 * behind the last one (F28).  A function takes its own along, and only these.
 */
#include "kernel.h"

int untouched(int x)
{
	alternative(OLD_INSN, NEW_INSN, 5);
	return exported(x) + 3;
}

int changed(int x)
{
	alternative(OLD_INSN, OTHER_INSN, 6);
#ifdef PATCHED
	x++;
#endif
	return exported(x) - 3;
}

int untouched_too(int x)
{
	alternative(OLD_INSN, NEW_INSN, 7);
	return exported(x) * 3;
}
