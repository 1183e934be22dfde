// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Slots of .toc: those of the copies come along and no others, whatever their
 * order; a function whose slots moved has not changed.
 */
#include "kernel.h"

static volatile int first = 1, second = 2, third = 3;

void init(int x)
{
	first = x;
	second = x;
	third = x;
}

#ifdef PATCHED
/* Before the others, so that the slots are numbered otherwise. */
int added(int x)
{
	return third + exported_data + x;
}
#endif

int untouched(int x)
{
	return first + exported_data + x;
}

int replaced(int x)
{
#ifdef PATCHED
	printk("in the patch\n");
#endif
	return 2 * x;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return second + exported_data + x;
}

/* The address of a replaced function is the original's (F23). */
void *pointer(void)
{
#ifdef PATCHED
	use(second);
#endif
	return replaced;
}
