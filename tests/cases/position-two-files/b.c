// SPDX-License-Identifier: GPL-2.0-or-later
/* The other file; see a.c. */
#include "kernel.h"

static int state = 2;

noinline static int helper(int x)
{
	return exported(x) - state++;
}

int user_b(int x)
{
	return helper(x);
}
