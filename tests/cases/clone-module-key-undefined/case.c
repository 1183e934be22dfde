// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keys that are defined elsewhere. Of another module, or of another file of the patched
 * one: refused, also in functions that are new, carried, or apart from their hot part
 * (F11).  Of vmlinux, exported or not: fine, and so is what another object of the
 * livepatch brings.
 */
#include "kernel.h"

extern struct static_key for_some, of_other, of_own, of_vmlinux, of_patch, __tracepoint_other;

#ifdef PATCHED
#define MORE 3
#else
#define MORE 2
#endif

#ifdef REFUSED
int uses_other(int x)
{
	return static_branch(&of_other) + x + MORE;
}

int uses_own(int x)
{
	return static_branch(&of_own) + x + MORE;
}

#ifdef PATCHED
int added(int x)
{
	return static_branch(&of_own) + x;
}
#endif

notrace noinline static int carried(int x)
{
	use(x);
	return static_branch(&of_own) + x + MORE;
}

int carrier(int x)
{
	return carried(x) + 1;
}

#ifdef __x86_64__
extern void out_of_the_way(int x) __attribute__((cold));

int parted(int x)
{
	if (x > 3) {
		out_of_the_way(static_branch(&of_own));
		out_of_the_way(x);
	}
	return exported(x) + MORE;
}
#endif
#endif

int uses_for_some(int x)
{
	return static_branch(&for_some) + x + MORE;
}

int uses_vmlinux(int x)
{
	return static_branch(&of_vmlinux) + x + MORE;
}

int uses_patch(int x)
{
#ifdef PATCHED
	return static_branch(&of_patch) + x;
#endif
	return x;
}

int traces(int x)
{
	return static_branch(&__tracepoint_other) + x + MORE;
}
