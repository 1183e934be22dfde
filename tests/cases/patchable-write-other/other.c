// SPDX-License-Identifier: GPL-2.0-or-later
/* The file to which the patch adds what the slot is to lead to; -DDATA: that is no function. */
#include "kernel.h"

#ifdef PATCHED
#ifdef DATA
int elsewhere[2] = { 1, 2 };
#else
int elsewhere(int x)
{
	return exported(x) + 3;
}
#endif
#endif

int changed(int x)
{
#ifdef PATCHED
	return exported(x) + (ulong)elsewhere;
#else
	return exported(x);
#endif
}
