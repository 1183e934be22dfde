// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Variables of the file that are called as macros call their static locals: their
 * state is the kernel's, and a copy would lose it.
 */
#include "kernel.h"

static struct {
	int users;
	long x[4];
} descriptor;
static long _entry;
int __key;

noinline int get(int x)
{
	_entry += x;
	descriptor.users++;
	return descriptor.users + __key++;
}

noinline int changed(int x)
{
	descriptor.users--;
	__key--;
#ifdef PATCHED
	if (x < 0)
		return -1;
#endif
	_entry++;
	return descriptor.users;
}
