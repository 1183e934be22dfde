// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions that use init memory as the original did: one is __ref, for which the kernel's
 * authors vouch; the other is not, and nobody does.
 */
#include "kernel.h"

__section(".init.data") int done = 3;
__section(".init.text") noinline int setup(int x)
{
	return exported(x);
}

__section(".ref.text") int guarded(int x)
{
#ifdef PATCHED
	x++;
#endif
	return x ? done + setup(x) : 0;
}

#ifdef PLAIN
int plain(int x)
{
#ifdef PATCHED
	x++;
#endif
	return x ? done : 0;
}
#endif
