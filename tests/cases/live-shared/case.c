// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Running, with all functions in one section: what stands before a function's
 * symbol goes with it (ppc64: the distance to the TOC, which a call through a
 * pointer needs), and branches that the assembler resolved lead to the same.
 */
#include "kernel.h"

static int state[4] = { 1, 2, 3, 4 };

static noinline int before(int x)
{
	return state[x & 3] += x;
}

static noinline int plus(int x)
{
	return state[x & 3] + before(x);
}

#ifdef PATCHED
static noinline int times(int x)
{
	return state[x & 3] * before(x + 1);
}
#endif

int (*hook)(int) = plus;

int choose(int x)
{
#ifdef PATCHED
	hook = x & 1 ? times : plus;
#else
	state[0] += 3;
#endif
	return hook(x) + before(x);
}

int behind(int x)
{
	return before(x) + hook(x);
}
