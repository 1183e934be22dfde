// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Only the file name of a WARN differs: the string is part of what it means.
 */
#include "kernel.h"

#ifdef PATCHED
#undef __FILE__
#define __FILE__ "other.h"
#endif

int changed(int x)
{
	if (x > 3)
		warn_at(201, 0x901);
	return x;
}
