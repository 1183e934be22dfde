// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One of several source files of one name (-DN=1 and so on), in which everything local has the
 * same names; FIRST and SECOND say which of its functions are there.  The patch changes get().
 */
#include "kernel.h"

#define PASTE(a, b) a##b
#define NAME(a, b)  PASTE(a, b)

static int state[N];	/* sizes tell positions in the linked kernel */

noinline static int get(int x)
{
	asm volatile(".rept " str(N) "\n" OLD_INSN ".endr");
	state[x & 3] += x;
#ifdef PATCHED
	printk("patched " str(N) "\n");
#endif
	return exported(state[0]);
}

#ifdef FIRST
int NAME(first_, N)(int x)
{
	return get(x) + N;
}
#endif

#ifdef SECOND
int NAME(second_, N)(int x)
{
	return get(-x) - N;
}
#endif
