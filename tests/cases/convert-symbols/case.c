// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * KERNEL1 and KERNEL2 as a kernel: the linker puts .text.unlikely before .text,
 * so that the second of the two functions called twice comes first.  MODULE1 and
 * MODULE2 as a module: a name that is in init memory, too, which changes its
 * position, and one that is only there.  NAMED as a module with one symbol.
 */
#include "kernel.h"

#if defined(KERNEL1)

noinline __used static int twice(int x)
{
	return x + 1;
}

int in_init __used __section(".init.data") = 1;
int in_percpu __used __section(".data..percpu") = 1;
int in_data __used = 1;
/* begins where init memory ends; local, so before __init_end in the symbol table */
static int after_init __used __section(".data.first") = 1;

int last(int x)
{
	return twice(x);
}

int last_too(int x) __attribute__((alias("last")));

#elif defined(KERNEL2)

noinline __section(".text.unlikely.") __used static int twice(int x)
{
	return x + 2;
}

noinline __section(".text.unlikely.") __used int first(int x)
{
	return twice(x);
}

#elif defined(MODULE1)

static int both __used __section(".init.data") = 1;
int init_only __used __section(".init.data") = 1;

#elif defined(NAMED)

int odd __used = 1;
__used __section(".gnu.linkonce.this_module") int this_module = 1;

#else

static int both __used = 2;
int lasting __used = 3;
__used __section(".gnu.linkonce.this_module") int this_module = 1;
__used __section(".modinfo") __aligned(1) static const char info[] = "name=a-module";

#endif
