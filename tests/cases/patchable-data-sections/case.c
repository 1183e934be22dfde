// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sections of data that are special to the kernel's linker script alone: what was
 * there is the kernel's, what is new is copied into a section of that name. Names of
 * tracepoints in use (__tracepoint_check) are for a tool of the build.
 */
#include "kernel.h"

#define __read_mostly	__section(".data..read_mostly")
#define __ro_after_init __section(".data..ro_after_init")
#define uses_tracepoint(name) \
	static const char __trace_check_##name[] __used __section("__tracepoint_check") = #name

static int old_mostly __read_mostly = 1;
static int old_ro __ro_after_init = 2;
static int old_zero;

uses_tracepoint(old_event);

void set(int x)
{
	old_mostly = old_ro = old_zero = x;
}

#ifdef PATCHED
static int new_mostly __read_mostly = 3;
static int new_ro __ro_after_init = 4;
static int new_zero;

uses_tracepoint(new_event);
#endif

int changed(int x)
{
#ifdef PATCHED
	x += exported(new_mostly++ + new_ro++ + new_zero++);
#endif
	return exported(x + old_mostly + old_ro + old_zero);
}
