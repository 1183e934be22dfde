// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch is the first to take the address of a function that was only ever called by its
 * name, so that an indirect call could not land there: the compiler leaves out ENDBR64, or
 * "bti c", or the type hash.  The copy has it, and the pointer leads there.  Where the
 * original can be called so, too, it stays the one that pointers name (F39, F23).
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
