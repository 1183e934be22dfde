// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions in groups of sections, of which the linker keeps one for each name: they are judged and
 * copied as others, and the output has no group, whose name could make a linker drop a copy.
 */
#include "kernel.h"

#if defined(__aarch64__)
#define MARK "%"
#else
#define MARK "@"
#endif

/* A thunk as the compiler writes one for each way to jump, called by its name. */
#define THUNK(name, code)                                                   \
	asm(".pushsection .text." name ", \"axG\", " MARK "progbits, " name ", comdat\n" \
	    ".globl " name "\n"                                             \
	    ".hidden " name "\n"                                            \
	    ".type " name ", " MARK "function\n"                                    \
	    name ":\n" code                                                 \
	    ".size " name ", . - " name "\n"                                \
	    ".popsection\n")

THUNK("kept_thunk", OLD_INSN OTHER_INSN TRAP);
#ifdef PATCHED
THUNK("new_thunk", NEW_INSN TRAP);
#endif

extern int kept_thunk(int x), new_thunk(int x);

int changed(int x)
{
#ifdef PATCHED
	x += new_thunk(x);
#endif
	return kept_thunk(x) + exported(x);
}
