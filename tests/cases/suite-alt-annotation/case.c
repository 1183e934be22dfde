// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What objtool is told of an instruction in an alternative's replacement, which stands apart from
 * its function and has no symbol: it goes with the replacement, and that of another function's
 * stays out.
 */
#include "kernel.h"

#define ANNOTATED(insn)                                                     \
	"771: " insn                                                        \
	".pushsection .discard.annotate_insn, \"M\", @progbits, 8\n"        \
	".long 771b - .\n"                                                  \
	".long 8\n"                                                         \
	".popsection\n"

int untouched(int x)
{
	alternative(OLD_INSN, ANNOTATED(OTHER_INSN), 9);
	return exported(x);
}

int changed(int x)
{
	alternative(OLD_INSN, ANNOTATED(NEW_INSN), 7);
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
