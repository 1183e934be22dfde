// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A number that is printed, and no trap behind it: it is the line if the compiler says in
 * .debug_line that the call is of that line, in both objects, and the format says that it is one.
 * Without either it is a change, as is a number that once was the line.
 */
#include "kernel.h"

int prints(int x)
{
#ifdef PATCHED
#line 1203
#else
#line 1201
#endif
	if (x > 3) printk("case: %s:%d: %d is too large\n", "case.c", __LINE__, x);
	return exported(x);
}

int prints_function(int x)
{
#ifdef PATCHED
#line 1303
#else
#line 1301
#endif
	if (x > 3) printk("%s line %u\n", __func__, __LINE__);
	return exported(x);
}

/* A number that differs as far as the lines do, and is none */
int prints_number(int x)
{
#ifdef PATCHED
#line 1403
#else
#line 1401
#endif
	if (x > 3) printk("case: %s:%d\n", "case.c", __LINE__ + 100);
	return exported(x);
}

/* … is the line in one of both */
int prints_now_line(int x)
{
#ifdef PATCHED
#line 1503
	if (x > 3) printk("case: %s:%d\n", "case.c", 1503);
#else
#line 1501
	if (x > 3) printk("case: %s:%d\n", "case.c", 1502);
#endif
	return exported(x);
}

/* … is the line by chance, and the format calls it something else */
int prints_limit(int x)
{
#ifdef PATCHED
#line 1603
	if (x > 3) printk("case: limit of %d reached by %d\n", 1603, x);
#else
#line 1601
	if (x > 3) printk("case: limit of %d reached by %d\n", 1601, x);
#endif
	return exported(x);
}

/* … goes to some function by chance */
int limits(int x)
{
	extern int limit(const char *name, int max);
#ifdef PATCHED
#line 1703
	if (x > 3) limit("%s:%d", 1703);
#else
#line 1701
	if (x > 3) limit("%s:%d", 1701);
#endif
	return exported(x);
}
