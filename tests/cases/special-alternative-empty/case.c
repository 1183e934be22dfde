// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An alternative with an empty replacement refers to nothing, although its
 * second word points to where a neighbour's replacement begins, here code of a
 * function that is not in the patch (F10).
 */
#include "kernel.h"

int changed(int x)
{
	alternative(OLD_INSN, "", 7);
#ifdef PATCHED
	x++;
#endif
	return x;
}

int neighbour(int x)
{
	alternative(OLD_INSN, OTHER_INSN, 9);
	return x;
}
