// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch of a module uses symbols that neither the original uses nor anybody exports:
 * nothing says where they are defined, which is refused.  That is said once of each, where it is
 * used first.
 */
#include "kernel.h"

extern int nowhere(int x);
extern int nowhere_else(int x);

int changed(int x)
{
#ifdef PATCHED
	return nowhere(x);
#endif
	return exported(x);
}

int second(int x)
{
#ifdef PATCHED
	return nowhere(x) + 2;
#endif
	return exported(x);
}

int third(int x)
{
#ifdef PATCHED
	return nowhere(x) + nowhere_else(x);
#endif
	return exported(x);
}
