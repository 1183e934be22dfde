// SPDX-License-Identifier: GPL-2.0-or-later
/* --write: two source files have a static of the name, of which one changed: that one is meant. */
#include "kernel.h"

#ifdef PATCHED
#define PICK(a, b) (b)
static noinline int added(int x)
{
	return exported(x) + 3;
}
#else
#define PICK(a, b) (a)
#endif

static noinline int one(int x)
{
	return exported(x) + 1;
}

static int (*slot)(int x) = PICK(one, added);

int user(int x)
{
	return slot(x) + PICK(0, 1);
}

void set(void *to)
{
	slot = to;
}
