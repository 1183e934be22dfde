// SPDX-License-Identifier: GPL-2.0-or-later
/* --write: the slot leads to a new function in assembly, to whose symbol nobody gave a type. */
#include "kernel.h"

#ifdef PATCHED
#define PICK(a, b) (b)
asm(".pushsection .text.added,\"ax\"\n"
    "added:\n" NEW_INSN TRAP
    ".popsection");
extern int added(int x);
#else
#define PICK(a, b) (a)
#endif

int one(int x)
{
	return exported(x);
}

int (*slot)(int x) = PICK(one, added);

int user(int x)
{
	return slot(x) + PICK(0, 1);
}
