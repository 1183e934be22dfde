// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions that the patch moves to another section of code, which are the same otherwise: the
 * kernel's are as good as they were, wherever they are.  Between code that stays and code that is
 * freed it matters: a caller that stays may only use what stays.
 */
#include "kernel.h"

#ifdef PATCHED
#define UNLIKELY __section(".text.unlikely.moved")
#define HOT __section(".text.hot.moved_too")
#else
#define UNLIKELY
#define HOT
#endif

noinline UNLIKELY int moved(int x)
{
	return exported(x) + 3;
}

noinline HOT int moved_too(int x)
{
	return exported(x) + 4;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return moved(x) * moved_too(x + 1);
}
