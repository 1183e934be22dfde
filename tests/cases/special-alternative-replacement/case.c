// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Only the replacement of an alternative differs, which stands apart (F31).
 */
#include "kernel.h"

#ifdef PATCHED
#define REPLACEMENT OTHER_INSN
#else
#define REPLACEMENT NEW_INSN
#endif

int untouched(int x)
{
	alternative(OLD_INSN, NEW_INSN, 7);
	return x;
}

int changed(int x)
{
	alternative(OLD_INSN, REPLACEMENT, 7);
	return x;
}
