// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An object that objtool has seen, as vmlinux.o, for a module over which it will pass (F47).
 */
#include "kernel.h"

#ifdef __x86_64__
#define MADE								\
	".pushsection .return_sites, \"a\"\n.long 1b - .\n.popsection\n"	\
	".pushsection .retpoline_sites, \"a\"\n.long 1b - .\n.popsection\n"	\
	".pushsection .call_sites, \"a\"\n.long 1b - .\n.popsection\n"	\
	".pushsection .cfi_sites, \"a\"\n.long 1b - .\n.popsection\n"
#define BYTES 6
#else
#define MADE ""
#define BYTES 8
#endif

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	asm volatile("1:\n" OLD_INSN MADE
		     ".pushsection .orc_unwind_ip, \"a\"\n.long 1b - .\n.popsection\n"
		     ".pushsection .orc_unwind, \"a\"\n.skip " str(BYTES) ", 1\n.popsection\n"
		     ".pushsection __bug_table, \"aw\"\n.long 1b - .\n.long 0\n.popsection\n"
		     ".pushsection .discard.retpoline_safe\n.long 1b - .\n.popsection\n");
	return x;
}
