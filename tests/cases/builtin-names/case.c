// SPDX-License-Identifier: GPL-2.0-or-later
/* What klp tells by its name: functions, objects, files, strings, structures, symbols of the kernel. */
#include "kernel.h"

struct struct_to_change {
	int a;
#ifdef PATCHED
	long b;
#endif
};

extern void of_the_kernel(void);

static int count;
static const char *word = "word";

static noinline int callee(int x)
{
	return exported(x) + count++;
}

int changed(struct struct_to_change *s)
{
#ifdef PATCHED
	exported((int)s->b);
	of_the_kernel();
#endif
	return callee(s->a) + *word++;
}

int other(int x)
{
	return callee(x);
}

static noinline int added(int x)
{
	return exported(x) - count++;
}

int calls_another(int x)
{
#ifdef PATCHED
	return added(x) + 1;
#else
	return callee(x) + 1;
#endif
}

#ifdef AMBIGUOUS
int ambiguous(int x)
{
	static int n;

	if (x) {
#ifndef PATCHED
		static int n;

		n += x;
#else
		n += 2 * x;
#endif
	}
	return n++;
}
#endif
