// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A refused diff leaves an existing output as it is, and no other file.
 */
#include "kernel.h"

#ifdef PATCHED
int value = 2;
#else
int value = 1;
#endif

int function(int x)
{
	return value + x;
}
