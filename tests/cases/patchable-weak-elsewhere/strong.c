// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's other file. */
#include "kernel.h"

#ifdef STRONG
int changed(int x)
{
	return exported(x) * 2;
}
#endif

int helper(int x)
{
	return exported(x) * 3;
}

int weak_helper(int x)
{
	return exported(x) * 4;
}
