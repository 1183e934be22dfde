// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The half of a module that the other half's code has in it.
 */
#include <linux/compiler.h>

#include "pair-count.h"

static int count = 100;

static noinline int counted(void)
{
	barrier();
	return ++count;
}

int pair_count(void)
{
	return counted();
}

int pair_step(int n)
{
	return n + 1;
}
