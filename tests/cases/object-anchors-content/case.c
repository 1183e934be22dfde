// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function's table of labels, and another one's table of names, change.  gcc reaches both from
 * the address of another object of .rodata: whose they are nothing tells, and neither change may be
 * lost.
 */
#include "kernel.h"

#ifdef PATCHED
#define FIRST  &&one
#define SECOND &&two
#define NAME   "new"
#else
#define FIRST  &&two
#define SECOND &&one
#define NAME   "old"
#endif

struct settings {
	int limit, step;
};

static const struct settings settings[] = { { 4, 5 }, { 6, 7 } };

int set(int i)
{
	return exported(settings[i].limit) * settings[i].step;
}

int jump(const u8 *op, int x)
{
	static const void *const labels[] = { FIRST, SECOND };

	goto *labels[*op];
one:	return exported(x + 1) * 3;
two:	return exported(x + 2) - 5;
}

int name(int i)
{
	static const char *const names[] = { "same", NAME };

	return exported(names[i][0]);
}
