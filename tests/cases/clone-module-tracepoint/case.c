// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A tracepoint's key of the patched module: the entry is left out, and said so;
 * those of vmlinux are kept (F11).
 */
#include "kernel.h"

struct static_key __tracepoint_own;
extern struct static_key __tracepoint_vmlinux;

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	if (static_branch(&__tracepoint_own))
		return exported(x);
	return static_branch(&__tracepoint_vmlinux) + x;
}
