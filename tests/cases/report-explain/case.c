// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --explain and --json: a piece or symbol of every kind, and why it is there.
 */
#include "kernel.h"

static int counter;
static noinline int unchanged(int x)
{
	counter += x;
	return exported(counter);
}

#ifdef PATCHED
static int fresh;

static noinline int added(int x)
{
	static int nr;

	fresh += x;
	printk("fresh \"text\"\n", ++nr);
	return exported(x) + 3;
}
#endif

/* Too small for ftrace: its caller is replaced. */
static noinline notrace int untraced(int x)
{
#ifdef PATCHED
	use(x + 1);
#endif
	return exported(x) + 1;
}

#ifndef PATCHED
int removed(int x)
{
	return exported(x) + 9;
}
#endif

int caller(int x)
{
	return untraced(x) + 2;
}

int pointed(int x)
{
#ifdef PATCHED
	x = added(x);
	alternative(OLD_INSN, NEW_INSN, 7);
#endif
	return unchanged(x) + 2;
}

int (*get(void))(int)
{
#ifdef PATCHED
	use(2);
#endif
	return pointed;
}

int lines(int x)
{
#ifdef PATCHED
	warn_at(201, 1);
#else
	warn_at(200, 1);
#endif
	return x;
}
