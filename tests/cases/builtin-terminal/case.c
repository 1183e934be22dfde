// SPDX-License-Identifier: GPL-2.0-or-later
/* Whatever; what is printed where is what counts. */
#include "kernel.h"

int changed(int x)
{
	printk("changed\n");
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

static noinline int lines(int x)
{
#ifdef PATCHED
	warn_at(201, 1);
#else
	warn_at(200, 1);
#endif
	return exported(x);
}

int caller(int x)
{
#ifdef PATCHED
	x++;
#endif
	return lines(x) + 1;
}
