// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A line number in a function that shares its section with others, as the
 * scheduler's do, and jumps to one of them with a field of one byte (x86): it could
 * not be copied, but it did not change.
 */
#include "kernel.h"

#ifdef PATCHED
#define LINE 203
#else
#define LINE 201
#endif

#define __sched __section(".sched.text")

void __might_sleep(const char *file, int line);

noinline static __sched int slow(int *lock)
{
	use(lock);
	return exported(*lock);
}

__sched int fast(int *lock)
{
	__might_sleep("case.c", LINE);
	if (likely(!*lock))
		return 0;
	return slow(lock);
}
