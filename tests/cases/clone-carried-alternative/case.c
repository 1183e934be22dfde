// SPDX-License-Identifier: GPL-2.0-or-later
/* A function out of ftrace's reach that only an alternative's replacement calls. */
#include "kernel.h"

static notrace noinline __used int low(int x)
{
#ifdef PATCHED
	use(x);
	return x * 9;
#else
	return x * 7;
#endif
}

int caller(int x)
{
	int r;

	asm volatile(ALTERNATIVE("call other\n", "call low\n", 77) : "=a"(r) : "D"(x));
	return r;
}
