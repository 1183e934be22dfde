// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kCFI: only a function whose address is taken has a type hash before it.  The patch is the
 * first to take that of a static one: the pointer leads to the copy, which has the hash (F39).
 */
#include "kernel.h"

struct operations {
	int (*call)(int x);
};

int (*hook)(int x);

static noinline int target(int x)
{
	return exported(x) + 1;
}

static noinline int in_data(int x)
{
	return exported(x) + 2;
}

int always(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x) + 3;
}

#ifdef PATCHED
static struct operations operations = { in_data };
#endif

int changed(int x)
{
#ifdef PATCHED
	hook = target;
	use(&operations);
	hook(x);
	hook = always;
#endif
	return target(x) + in_data(x) + hook(x);
}
