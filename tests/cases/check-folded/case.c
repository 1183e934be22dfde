// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two local functions that do the same: gcc's -fipa-icf gives them one body with two names,
 * until one of them changes; then its callers have to call another body than before.  Here one
 * build has them apart and the other one not; the run compares them in both directions.
 */
#include "kernel.h"

static noinline int first(int x)
{
#if defined(PATCHED) && defined(BOTH)
	return exported(x) * 5;
#else
	return exported(x) * 3;
#endif
}

static noinline int second(int x)
{
#ifdef PATCHED
	return exported(x) * 4;
#else
	return exported(x) * 3;
#endif
}

int uses_first(int x)
{
	return first(x) + 1;
}

int uses_second(int x)
{
	return second(x) + 2;
}

int uses_both(int x)
{
	return first(x) ^ second(x + 1);
}
