// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One of nineteen source files of one name (-DN=1 to 19), in which everything local has the same
 * names.  The patch changes two of them, and the linker sees them in another order.
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
#if N == 7 || N == 8
	printk("patched " str(N) "\n");
#endif
#endif
	return exported(state[0]);
}

int NAME(get_, N)(int x)
{
	return get(x) + N;
}
