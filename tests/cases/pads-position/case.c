// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A replaced function to which there is a pointer, and of whose name the kernel has two that
 * nothing tells apart: that is refused once, whoever asks for its position.
 */
#include "kernel.h"

static noinline int twice(int x)
{
#ifdef PATCHED
	return exported(x) + 2;
#else
	return exported(x) + 1;
#endif
}

static int (*table)(int) __attribute__((used)) = twice;
