// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions with jump tables.  The changed one's table is copied and leads into
 * the copy; the one of a function that did not change stays where it is (L6).
 */
#include "kernel.h"

#define CASES(n)                                   \
	case n + 0: return exported(3 + n);        \
	case n + 1: return exported(7 + n) + 1;    \
	case n + 2: return exported(11 + n) ^ 2;   \
	case n + 3: return exported(19 + n) * 3;   \
	case n + 4: return exported(23 + n) - 4;   \
	case n + 5: return exported(41 + n) | 5

int untouched(int x)
{
	switch (x) {
	CASES(0);
	CASES(6);
	CASES(12);
	CASES(18);
	}
	return -22;
}

int changed(int x)
{
	switch (x) {
	CASES(0);
	CASES(6);
	CASES(12);
	CASES(18);
	case 24: return exported(58);
	}
#ifdef PATCHED
	printk("unknown\n");
#endif
	return -22;
}
