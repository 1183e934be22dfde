// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * As pads-sealed, where the linked kernel alone tells what is sealed: its objects do not have
 * objtool's table yet.  Of other files' functions, too; not if the original's code or data has
 * the pointer: the linker script may have given a function that name after objtool
 * (ftrace_ops_list_func).
 */
#include "kernel.h"

#ifdef KERNEL
int elsewhere(int x)
{
	return exported(x) + 2;
}

int open(int x)
{
	return exported(x) + 3;
}

int also_before(int x)
{
	return exported(x) + 4;
}

extern int target(int x), before(int x);
asm(".globl before\n"
    ".set before, also_before\n");
asm(".pushsection .ibt_endbr_seal, \"a\"\n"
    ".long target - .\n"
    ".long elsewhere - .\n"
    ".long also_before - .\n"
    ".popsection\n");
#else
extern int elsewhere(int x), open(int x), before(int x);

/* Nothing in it differs. */
int (*get_before(void))(int)
{
	return before;
}

noinline int target(int x)
{
	return exported(x);
}

int changed(int x)
{
#ifdef PATCHED
	use(&target);
	use(&elsewhere);
	use(&open);
	use(&before);
#endif
	return target(x) + elsewhere(x) + open(x);
}
#endif
