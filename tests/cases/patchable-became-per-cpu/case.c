// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Variables of the kernel that become thread-local or per-CPU, and some that are so no more: under
 * the same name, they are not what the patch takes them for (F42).
 */
#include "kernel.h"

#ifdef PATCHED
#define WAS
#define IS __thread
#define WAS_CPU
#define IS_CPU __section(".data..percpu")
#else
#define WAS __thread
#define WAS_CPU __section(".data..percpu")
#define IS_CPU
#define IS
#endif

WAS int was_local = 1;
IS int is_local = 2;
static WAS int was_static;
static IS int is_static;
static WAS_CPU int was_static_cpu = 3;
static IS_CPU int is_static_cpu = 4;

int reader(int x)
{
	return was_static++ + is_static++ + was_static_cpu++ + is_static_cpu++;
}

int changed(int x)
{
#ifdef PATCHED
	x += was_local++ + is_local++ + was_static++ + is_static++ + was_static_cpu++ +
	     is_static_cpu++;
#endif
	return x;
}
