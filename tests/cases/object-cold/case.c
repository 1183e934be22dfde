// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function with a .cold part, in which the change stands: the function is
 * replaced, its part goes with it, and that of another one does not.
 */
#include "kernel.h"

extern int printk_cold(const char *fmt, ...) __attribute__((cold));

int untouched(int x)
{
	int y = exported(x);

	if (unlikely(x > 100)) {
		printk_cold("too much: %d\n", x);
		y++;
	}
	return exported(y) + y;
}

int changed(int x)
{
	int y = exported(x);

	if (unlikely(x > 100)) {
#ifdef PATCHED
		printk_cold("far too much: %d\n", x);
#else
		printk_cold("too much: %d\n", x);
#endif
		y++;
	}
	return exported(y) - y;
}
