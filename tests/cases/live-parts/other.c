// SPDX-License-Identifier: GPL-2.0-or-later
/* Another get() with parts of the same names, in .text.hot.get. */
#include "kernel.h"

static noinline int __attribute__((hot)) get(int x)
{
	if (unlikely(x < 7)) {
		printk("other get: %d\n", x);
#ifdef PATCHED
		x++;
#endif
	}
	return exported(x) * 5;
}

int other(int x)
{
	return get(x) + 1;
}
