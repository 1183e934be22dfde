// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every table at once, with entries of changed, new and untouched functions in
 * between each other: what belongs to copied code is kept, and nothing else (F9).
 */
#include "kernel.h"

struct static_key fast = { 1 };
static struct static_key slow;

noinline static int helper(int x)
{
	static int calls;

	return exported(x) + ++calls;
}

int untouched(const ulong *p)
{
	ulong v = 0;

	alternative(OLD_INSN, OTHER_INSN, 9);
	if (static_branch(&slow))
		return 1;
	if (get_user(v, p, 3))
		warn_at(21, 0x901);
	return helper((int)v);
}

#ifdef PATCHED
noinline int added(const ulong *p)
{
	ulong v = 0;

	alternative(OLD_INSN, OTHER_INSN, 11);
	if (static_branch(&slow))
		return 2;
	if (get_user(v, p, 3))
		warn_at(31, 0x901);
	return helper((int)v);
}
#endif

int changed(const ulong *p)
{
	ulong v = 0;

	if (static_branch(&fast))
		return 3;
	alternative(OLD_INSN, NEW_INSN, 7);
	if (get_user(v, p, 3))
		warn_at(41, 0x901);
#ifdef PATCHED
	alternative(OLD_INSN, NEW_INSN, 8);
	v += added(p + 1);
#endif
	return helper((int)v);
}

int untouched_too(const ulong *p)
{
	ulong v = 0;

	if (get_user(v, p, 3))
		warn_at(51, 0x901);
	alternative(OLD_INSN, OTHER_INSN, 13);
	return helper((int)v) + static_branch(&fast);
}

void enable(void)
{
	slow.enabled = 1;
}
