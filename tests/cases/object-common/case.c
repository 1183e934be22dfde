// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Common symbols have no place in the object: refused, with the flag that avoids them.
 */
#include "kernel.h"

int common;

int changed(int x)
{
	return common += x;
}
