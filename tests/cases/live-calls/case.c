// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Running: calls from patched functions to static, global and new ones and to
 * each other, through pointers too; jump tables; a recursion that passes through
 * the redirected entry.
 */
#include "kernel.h"

static noinline int twice(int x)
{
	return exported(x) * 2;
}

static noinline int helper(int x)
{
#ifdef PATCHED
	return twice(x) + 100;
#else
	return twice(x);
#endif
}

#ifdef PATCHED
static noinline int added(int x)
{
	printk("added(%d)\n", x);
	return helper(x) ^ twice(x + 1);
}

int added_global(int x)
{
	return added(x) + 1;
}
#endif

int unchanged(int x)
{
	return helper(x) + 1;
}

static noinline int plus(int a, int b) { return a + b; }
static noinline int minus(int a, int b) { return a - b; }
static int (*operations[])(int, int) = { plus, minus };
int (*hook)(int) = unchanged;

int choose(int x, int y)
{
	switch (x) {
	case 0: return helper(y);
	case 1: return twice(y) + 3;
	case 2: return operations[y & 1](x, y);
	case 3: printk("three\n"); return 3;
	case 4: return exported(y) ^ 5;
	case 5: return hook(y);
#ifdef PATCHED
	case 6: return added(y);
	case 7: return added_global(y) - 2;
	case 8: hook = added_global; return 8;
	case 9: hook = helper; return 9;
#else
	case 6: return 61;
	case 7: return 72;
	case 8: return 83;
	case 9: return 94;
#endif
	}
	return -1;
}

int depth(int n)
{
	int below;

	if (n <= 0)
		return 0;
	below = depth(n - 1);
#ifdef PATCHED
	below += exported(n);
#endif
	return below + n;
}
