// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * module_param() of a new variable: the kernel has read the table of parameters when the object
 * was loaded.  Nobody can set the new one, and its variable keeps its first value.
 */
#include "kernel.h"

struct kernel_param {
	const char *name;
	void *arg;
};

#ifdef PATCHED
static int limit = 4;
static const char __param_str_limit[] = "m.limit";
__section("__param") __attribute__((__used__)) static const struct kernel_param __param_limit = {
	__param_str_limit, &limit
};
#endif

int changed(int x)
{
#ifdef PATCHED
	if (x > *(volatile int *)&limit)
		return 0;
#endif
	return exported(x);
}
