// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An empty object, as a lock of a kernel for one processor.  Where it has no section of its own,
 * clang gives it a byte; that is no other build of the kernel.
 */
#include "kernel.h"

static struct {
} lock;
static struct {
	char c[DIFFERS];
} other;
/* Of an empty .bss, linkers leave out the symbols, too. */
int in_bss;

int user(int x)
{
	asm volatile("" : : "r" (&lock), "r" (&other));
	return exported(x) +
#ifdef PATCHED
	       1;
#else
	       0;
#endif
}
