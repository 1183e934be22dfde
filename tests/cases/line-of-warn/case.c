// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Only the line number of a WARN differs (F37): no change (L1), unless it is asked for.
 */
#include "kernel.h"

#ifdef PATCHED
#define LINE 202
#else
#define LINE 201
#endif

int first(int x)
{
	if (x > 3)
		warn_at(LINE, 0x901);
	return x;
}

int second(int x)
{
	if (x > 4)
		warn_at(300, 0x901);
	return x;
}
