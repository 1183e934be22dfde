// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A changed function that ftrace cannot reach and that nothing calls, or only
 * another one of the kind: left out, and said; refused where it was asked for.
 */
#include "kernel.h"

__attribute__((used)) notrace noinline static int inner(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

__attribute__((used)) notrace noinline static int outer(int x)
{
	return inner(x) * 3;
}

int changed(int x)
{
#ifdef PATCHED
	x += 2;
#endif
	return exported(x) + 1;
}
