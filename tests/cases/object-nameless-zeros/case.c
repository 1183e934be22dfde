// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A nameless array that ends in zeros, with another one behind it: the zeros are
 * its own, although they could be filling.  Both are copied: an index may run from
 * one into the other.
 */
#include "kernel.h"

extern int use_array(long *values);

int changed(int x)
{
	long values[] = { 0x1000, 0x10000, 0x1000000, 0x2000000, 0x4000000, 0x8000000,
			  0x10000000, 0x400000000, 0x200000 };

#ifdef PATCHED
	values[x & 7]++;
#endif
	return use_array(values);
}

int untouched(int x)
{
	long values[] = { 12, 16, 24, 25, 26, 27, 28, 34, 21, 33 };

	values[x & 7]--;
	return use_array(values);
}
