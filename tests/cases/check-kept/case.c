// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check by itself: what an output leaves to the kernel is there in other memory, or
 * not aligned so (F42).  LIKE is the original as klp diff is told, in which all is as in
 * the patched object.
 */
#include "kernel.h"

#if defined(PATCHED) || defined(LIKE)
#define WAS(section)
#define IS(section) __section(section)
#define CONST
#define MORE __aligned(64)
#define THREAD
#else
#define WAS(section) __section(section)
#define IS(section)
#define CONST const
#define MORE
#define THREAD __thread
#endif

WAS(".data..ro_after_init") int sealed = 1;
CONST int table[3] = { 1, 2, 3 };
WAS(".init.data") int at_boot = 2;
WAS(".data..percpu") int was_per_cpu = 4;
IS(".data..percpu") int is_per_cpu = 5;
THREAD int was_thread_local = 7;
static MORE char buffer[16];
__section(".data..shared") char tail[5] = { 1 };
__section(".data..shared") MORE char with_others[16] = { 4 };
__section(".data..shared") char small[3] = { 1 };
__section(".data..shared") __aligned(64) char strict[64] = { 7 };
IS(".data..ro_after_init") int less = 6;
IS(".data..read_mostly") int zero_in_data;

WAS(".init.text") noinline notrace int prepare(int x)
{
	return exported(x) + 1;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	sealed = at_boot = was_per_cpu = was_thread_local = is_per_cpu = buffer[x] = x + table[x];
	use(buffer + x);
	use(with_others + x);
	return prepare(x) + x + less + zero_in_data + (int)((ulong)buffer & 63);
}
