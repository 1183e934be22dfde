// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replacements of alternatives have labels with names, local and global ones: the copy has the
 * replacement itself, as the kernel's is freed after boot (F10).
 */
#include "kernel.h"

int untouched(int x)
{
	alternative(OLD_INSN, "replacement_0:\n" NEW_INSN, 7);
	return x;
}

int changed(int x)
{
	alternative(OLD_INSN, "replacement_1:\n" NEW_INSN, 7);
	alternative(OLD_INSN, ".globl replacement_2\nreplacement_2:\n" NEW_INSN, 9);
	alternative(OLD_INSN, ".type replacement_3, %%function\nreplacement_3:\n" OTHER_INSN
			      ".size replacement_3, . - replacement_3\n", 11);
#ifdef PATCHED
	x += 2;
#endif
	return exported(x);
}
