// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbered labels of an assembler that begin with no dot: "L", the number, a control
 * character and how often there was one of that number.  They name nothing: neither
 * is replacement code behind a function something of that name, nor does a function
 * change when there are more of them before it.
 */
#include "kernel.h"

#define LABEL(n) "\"L0\001" n "\""

#define ALTERNATIVE(first, second)                                                                 \
	LABEL(first) ": addi.d %0, %0, 1\n"                                                        \
	".pushsection .altinstructions,\"a\"\n"                                                    \
	".long " LABEL(first) " - .\n"                                                             \
	".long " LABEL(second) " - .\n"                                                            \
	".short 7\n"                                                                               \
	".byte 4, 4\n"                                                                             \
	".popsection\n"                                                                            \
	".subsection 1\n"                                                                          \
	LABEL(second) ": addi.d %0, %0, 2\n"                                                       \
	".previous\n"

long changed(long x)
{
	asm volatile(ALTERNATIVE("1", "2") : "+r"(x));
#ifdef PATCHED
	asm volatile(ALTERNATIVE("3", "4") : "+r"(x));
#endif
	return x + 1;
}

#ifdef PATCHED
#define N5 "5"
#define N6 "6"
#else
#define N5 "3"
#define N6 "4"
#endif

long untouched(long x)
{
	asm volatile(ALTERNATIVE(N5, N6) : "+r"(x));
	return x + 2;
}
