// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --force replaces a function that did not change, by any of its names; one that does
 * not exist, or that cannot be replaced, is an error.
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

int also_same(int x) __attribute__((alias("same")));

notrace int hidden(int x)
{
	return exported(x) + 1;
}
