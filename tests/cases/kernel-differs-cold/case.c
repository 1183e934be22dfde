// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's file is another build than the original in nothing but what the compiler split off
 * from a function as unlikely: an instruction there, or the text that is printed.
 */
#include "kernel.h"

#ifndef STEP
#define STEP 1
#endif
#ifndef TEXT
#define TEXT "x is %d then\n"
#endif

extern int printk_cold(const char *fmt, ...) __attribute__((cold));

int changed(int x)
{
	int y = exported(x);

	if (unlikely(x > 100)) {
		printk_cold(TEXT, x);
		y += STEP;
	}
#ifdef PATCHED
	x++;
#endif
	return exported(y) - x;
}
