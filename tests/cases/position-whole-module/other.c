// SPDX-License-Identifier: GPL-2.0-or-later
/* Another file of the module, linked before case.c; see there. */
#include "kernel.h"

#ifdef INIT
#define IN __section(".init.text") notrace
#else
#define IN
#endif

noinline static IN int helper(int x)
{
	use(x);
	return exported(x) + 2;
}

IN int other(int x)
{
	return helper(x);
}
