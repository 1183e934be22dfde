// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Alternatives of changed and untouched functions: the changed one's entry and
 * replacement are copied, and no other replacement is (F9, F28).
 */
#include "kernel.h"

int untouched(int x)
{
	alternative(OLD_INSN, OTHER_INSN, 9);
	return x;
}

int changed(int x)
{
	alternative(OLD_INSN, NEW_INSN, 7);
#ifdef PATCHED
	x++;
#endif
	return x;
}

int untouched_too(int x)
{
	alternative(OLD_INSN, OTHER_INSN, 11);
	return x + 1;
}
