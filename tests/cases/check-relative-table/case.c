// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * With -fPIE, as LoongArch's kernels that can be relocated are compiled, clang makes of a table of
 * strings one of their distances from the table's begin.  Each entry refers to its string's label,
 * and adds its place in the table: that leads somewhere else among the strings, and means nothing.
 */
#include "kernel.h"

int changed(int x)
{
#ifdef PATCHED
	printk("r");
	x++;
#endif
	return printk("p") + x;
}

const char *untouched(int x)
{
	const char *const names[] = { "p", "q", "r", "s" };

	return names[x & 3];
}

const char *also_changed(int x)
{
	const char *const names[] = { "zero", "s", "r", "q" };

#ifdef PATCHED
	x++;
#endif
	return names[x & 3];
}
