// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A string that stands several times in one section of strings stands once in
 * the output, and all references lead to it (F14).
 */
#include "kernel.h"

int changed(int x)
{
	if (x > 1)
		warn_at(11, 0x901);
	if (x > 2)
		warn_at(12, 0x901);
#ifdef PATCHED
	if (x > 3)
		warn_at(13, 0x901);
#endif
	return x;
}
