// SPDX-License-Identifier: GPL-2.0-or-later
/* Two names of one variable, whose order changes; and an alias that is new. */
#include "kernel.h"

extern int beta;
int alpha;
#ifdef PATCHED
int touch(void)
{
	return beta;
}
#else
int touch(void)
{
	return alpha;
}
#endif
int alpha = 5;
extern int beta __attribute__((alias("alpha")));

static noinline int local(int x)
{
	return x * alpha;
}
#ifdef PATCHED
extern __typeof__(local) another __attribute__((alias("local")));
#endif

noinline int changed(int x)
{
#ifdef PATCHED
	x += 3;
#endif
	return local(x) + alpha++;
}
