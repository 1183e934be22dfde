// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch changes a text, and no instruction: the code of the patched build is the original's
 * but for what a reference leads to.  Its second helper is none of the running kernel's.
 */
#include "kernel.h"

#ifdef PATCHED
#define TEXT "x is %d now\n"
#else
#define TEXT "x is %d then\n"
#endif

noinline static int helper(int x)
{
	return exported(x) + 1;
}

int changed(int x)
{
	printk(TEXT, x);
	return helper(x);
}

/* Where the source stands may be called otherwise in another build. */
int says_file(int x)
{
	printk("%s: " TEXT, BUILD "/case.c", x);
	return helper(x);
}
