// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Nothing changed: no output, an old one is removed so that no build links it,
 * and --exit-code tells.
 */
#include "kernel.h"

int function(int x)
{
	return exported(x);
}

int (*pointer)(int) = function;
