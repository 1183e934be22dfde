// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check knows that a label in an alternative's replacement names nothing of the kernel: an
 * entry that leads to one as to the kernel's is found, whether the replacement stands in a
 * section of its own (x86, ppc64) or behind its function (arm64, LoongArch).
 */
#include "kernel.h"

static noinline int kept(int x)
{
	use(x);
	return x * 77 + exported(x);
}

int untouched(int x)
{
	alternative(OLD_INSN, "replacement_0:\n" NEW_INSN, 7);
	return kept(x);
}

int changed(int x)
{
	alternative(OLD_INSN, ".type replacement_1, %%function\nreplacement_1:\n" NEW_INSN
			      ".size replacement_1, . - replacement_1\n", 9);
#ifdef PATCHED
	x += 2;
#endif
	return kept(x) + 1;
}
