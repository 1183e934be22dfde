// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A distance is two relocations at one place, and nothing says which comes first (F25):
 * an entry speaks of what is added, not of the place that is subtracted (which is
 * in the table itself).
 */
#include "kernel.h"

#define SUB_FIRST(label, target)                                                                   \
	".reloc " label ", R_LARCH_SUB32, " label "\n"                                             \
	".reloc " label ", R_LARCH_ADD32, " target "\n"

#define ENTRY(insn, fixup)                                                                         \
	".pushsection __ex_table,\"a\"\n"                                                          \
	".balign 4\n"                                                                              \
	"81: .long 0\n"                                                                            \
	"82: .long 0\n"                                                                            \
	".short 3, 0\n"                                                                            \
	SUB_FIRST("81b", insn) SUB_FIRST("82b", fixup)                                             \
	".popsection\n"

static inline long read_user(const long *p)
{
	long v;

	asm volatile("71: ld.d %0, %1, 0\n"
		     "72:\n" ENTRY("71b", "72b") : "=r"(v) : "r"(p));
	return v;
}

long untouched(const long *p)
{
	return read_user(p);
}

long changed(const long *p)
{
	long v = read_user(p);

#ifdef PATCHED
	v += read_user(p + 1);
#endif
	return v;
}

/* Reads as well, and stays as it is. */
long untouched_too(const long *p)
{
	return read_user(p) + 1;
}
