// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --force replaces a function that did not change; one that does not exist is an error.
 */
#include "kernel.h"

noinline static int helper(int x)
{
	return exported(x);
}

int same(int x)
{
	return helper(x);
}
