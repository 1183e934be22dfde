// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --write where no function changed: the output has no code, and so none of the tables that the
 * object has for its own, as those of the unwinder.
 */
#include "kernel.h"

#ifdef PATCHED
#define PICK(a, b) (b)
#else
#define PICK(a, b) (a)
#endif

static int limit = PICK(4096, 8192);

int user(int x)
{
	asm volatile("1:\n" orc("1b", "0x1111"));
	return limit += x;
}
