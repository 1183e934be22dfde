// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A reference to what another source file of the kernel defines (-DGLOBAL), and does not export;
 * a third one has a local of that name (-DLOCAL).
 */
#include "kernel.h"

#if defined(GLOBAL)
int elsewhere(int x)
{
	return x + 1;
}
#elif defined(LOCAL)
static noinline int elsewhere(int x)
{
	barrier();
	return x + 2;
}

int user(int x)
{
	return elsewhere(x) + 3;
}
#else
int elsewhere(int x);

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return elsewhere(x) + 4;
}
#endif
