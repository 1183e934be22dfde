// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Only the flags of a WARN differ, which stand in the table alone: a change (F31).
 */
#include "kernel.h"

#ifdef PATCHED
#define FLAGS 0x907
#else
#define FLAGS 0x901
#endif

int changed(int x)
{
	if (x > 3)
		warn_at(201, FLAGS);
	return x;
}

int untouched(int x)
{
	if (x > 4)
		warn_at(300, 0x901);
	return x;
}
