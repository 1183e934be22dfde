// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A changed static function: its static locals and the file's statics are the
 * running kernel's, reached by livepatch references; nothing is copied.
 */
#include "kernel.h"

static int limit = 7;
static int table[4] = { 1, 2, 3, 4 };
static struct {
	long a[8], b[8];
} state;

noinline static int helper(int x)
{
	static int calls;

	return x + ++calls;
}

noinline static int changed(int x)
{
	static int last;
	int old = last;

	last = x;
#ifdef PATCHED
	if (x > limit)
		return -22;
#endif
	state.b[x] += x;
	return helper(old) + table[x & 3];
}

int caller(int x)
{
	limit = x;
	state.a[x & 7] = limit;
	table[x & 3]++;
	return changed(x) + helper(x);
}

int get_limit(void)
{
	return limit;
}
