// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data and functions of the kernel that the patch wants to be something else than the
 * kernel has them as: read-only there and written here, freed there and used here, of
 * another storage, in a table that the kernel reads (F42).
 */
#include "kernel.h"

#ifdef PATCHED
#define WAS(section)
#define IS(section) __section(section)
#define CONST
#else
#define WAS(section) __section(section)
#define IS(section)
#define CONST const
#endif

WAS(".data..ro_after_init") int sealed = 1;
CONST int table[3] = { 1, 2, 3 };
/* What no function writes the compiler makes constant by itself. */
static int never_written[3] = { 4, 5, 6 };
WAS(".init.data") int at_boot = 2;
WAS(".init.rodata") const int at_boot_const[2] = { 3, 4 };
WAS(".exit.data") int at_exit = 3;
WAS(".data..percpu") int was_per_cpu = 4;
IS(".data..percpu") int is_per_cpu = 5;
WAS("some_table") int was_in_table = 6;
static WAS(".data..ro_after_init") int local_sealed = 7;
WAS(".data..ro_after_init") int used_elsewhere = 8;

int reader(int x)
{
	use(&local_sealed);
	return never_written[x];
}

int changed(int x)
{
#ifdef PATCHED
	sealed = x;
	table[x] = x;
	never_written[x & 1] = x;
	at_boot += at_boot_const[x];
	at_exit = x;
	was_per_cpu = is_per_cpu = was_in_table = local_sealed = x;
	return x + 1;
#else
	return x;
#endif
}
