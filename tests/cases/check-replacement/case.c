// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check knows a replacement that stands behind its function (F32): it is looked for
 * as the entry says, compared, and not taken for bytes to which nothing leads.
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
	return exported(x);
}
