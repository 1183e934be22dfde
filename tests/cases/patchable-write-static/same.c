// SPDX-License-Identifier: GPL-2.0-or-later
/* The other source file, which did not change. */
#include "kernel.h"

static noinline int one(int x)
{
	return exported(x) + 2;
}

static int (*slot)(int x) = one;

int other_user(int x)
{
	return slot(x);
}

void other_set(void *to)
{
	slot = to;
}
