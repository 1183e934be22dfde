// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch adds entries to tables that the original does not have: one that nobody knows,
 * with and without a name, and one that the kernel reads at boot.  Nothing refers to them;
 * they are refused by name, and never dropped in silence.
 */
#include "kernel.h"

#ifdef PATCHED
static noinline int added(int x)
{
	return exported(x) + 1;
}
#endif

int changed(int x)
{
#ifdef PATCHED
	x = added(x);
#endif
	return exported(x);
}

#ifdef PATCHED

static int (*const of_changed)(int) __used __section("mystery") = changed;
static int (*const of_added)(int) __used __section("mystery") = added;

/* No entry of a table. */
static int (*plain)(int) __used = added;

asm(".pushsection enigma, \"a\"\n"
    ".balign 8\n"
    LONG_ADDR " changed\n"
    ".popsection\n"
    ".pushsection __tracepoints_ptrs, \"a\"\n"
    ".balign 4\n"
    ".long tracepoint - .\n"
    ".popsection\n");
int tracepoint;
#endif
