// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * WARN entries of a changed, a new and an untouched function side by side: those
 * of the first two are in the output, complete, and no other is (F9).
 */
#include "kernel.h"

int untouched(int x)
{
	if (x > 3)
		warn_at(101, 0x901);
	return x;
}

int changed(int x)
{
	if (x > 4)
		warn_at(102, 0x903);
#ifdef PATCHED
	if (x > 5)
		warn_at(103, 0x905);
#endif
	return x;
}

#ifdef PATCHED
int added(int x)
{
	if (x > 6)
		warn_at(104, 0x907);
	return x;
}
#endif

int untouched_too(int x)
{
	if (x > 7)
		warn_at(105, 0x909);
	return x;
}
