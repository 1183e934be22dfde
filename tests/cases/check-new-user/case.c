// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function that uses the static object of one inline function calls another one, too, whose
 * static object has the same name: it is the kernel's, as another user of it tells.
 */
#include "kernel.h"

static inline int counter(int x)
{
	static int count;

	return count += x;
}

static inline int other_counter(int x)
{
	static unsigned char count;

	return count -= 3 * x;
}

int uses_counter(int x)
{
	return exported(x) + counter(x);
}

int changed(int x)
{
#ifdef PATCHED
	x += other_counter(x);
#endif
	return counter(x) ^ exported(x);
}

int uses_other(int x)
{
	return other_counter(x) + exported(x);
}
