// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * POWER10's prefixed instructions: PC-relative, 8 bytes long, without a TOC. What
 * is copied along is within reach, and so are calls (REL24_NOTOC), which go
 * through the loader's stubs and need no nop; the kernel's data is not.
 */
#include "kernel.h"

static int state;

static noinline int helper(int x)
{
	return exported(x) + 1;
}

int user(int x)
{
	return state += helper(x);
}

#ifdef PATCHED
static int fresh;
#endif

int calls(int x)
{
#ifdef PATCHED
	x += fresh++;
#endif
	return helper(x) + 2;
}

#ifdef DATA
int reads(int x)
{
#ifdef PATCHED
	x++;
#endif
	return state + x;
}
#endif
