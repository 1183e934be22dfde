// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Only the feature word of an alternative differs, which stands in the table alone (F31).
 */
#include "kernel.h"

#ifdef PATCHED
#define FEATURE 8
#else
#define FEATURE 7
#endif

int changed(int x)
{
	alternative(OLD_INSN, NEW_INSN, FEATURE);
	return x;
}

int untouched(int x)
{
	alternative(OLD_INSN, NEW_INSN, 7);
	return x;
}
