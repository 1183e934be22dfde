// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replacements of alternatives that jump: to themselves, and to another one beside them.  The
 * assembler knows the distance, and leaves no relocation; in the output another distance is right,
 * or the other one is copied, too.
 */
#include "kernel.h"

#if defined(__x86_64__)
#define JUMP "jmp "
#define OLD  JUMP_NOP
#else
#define JUMP "b "
#define OLD  OLD_INSN
#endif

int before(int x)
{
	alternative(OLD, "ends:\n" JUMP "ends\n", 7);
	return x;
}

int between(int x)
{
	alternative(OLD, OTHER_INSN, 9);
	return x;
}

int to_itself(int x)
{
	alternative(OLD, "own:\n" JUMP "own\n", 8);
#ifdef PATCHED
	x += 2;
#endif
	return exported(x);
}

int to_other(int x)
{
	alternative(OLD, JUMP "ends\n", 8);
#ifdef PATCHED
	x += 2;
#endif
	return exported(x);
}

int to_next(int x)
{
	alternative(OLD, JUMP "next\n", 8);
	alternative(OLD, "next:\n" JUMP "next\n", 11);
#ifdef PATCHED
	x += 2;
#endif
	return exported(x);
}
