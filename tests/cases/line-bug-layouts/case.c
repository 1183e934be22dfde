// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the line is in each form of a WARN's entry: a difference there alone is no change
 * (L1).  The same word of a form without lines has flags, and is one (F31).
 */
#include "kernel.h"

#ifdef PATCHED
#define A 202
#define B 0x907
#else
#define A 201
#define B 0x901
#endif

#define PC(label)	 ".long " label " - .\n"
#define POINTER(label)	 LONG_ADDR " " label "\n"
#define NUMBERS(numbers) ".short " numbers "\n"

/* line and flags: two numbers of which a form without lines has but the flags */
#if FORM == 0		/* without CONFIG_DEBUG_BUGVERBOSE */
#define ENTRY(line, flags) PC("10001f") NUMBERS(flags ", 0")
#elif FORM == 1
#define ENTRY(line, flags) PC("10001f") PC("10002b") NUMBERS(line ", " flags)
#elif FORM == 2		/* a format, and no file */
#define ENTRY(line, flags) PC("10001f") PC("10003b") NUMBERS(flags ", 0")
#elif FORM == 3
#define ENTRY(line, flags) PC("10001f") PC("10003b") PC("10002b") NUMBERS(line ", " flags)
#elif FORM == 4		/* pointers */
#define ENTRY(line, flags) POINTER("10001f") NUMBERS(flags ", 0, 0, 0")
#else
#define ENTRY(line, flags) POINTER("10001f") POINTER("10002b") NUMBERS(line ", " flags ", 0, 0")
#endif

#define warning(line, flags)                                                \
	asm volatile(".pushsection .rodata.str, \"aMS\", @progbits, 1\n"    \
		     "10002: .string \"drivers/some-thing.c\"\n"            \
		     "10003: .string \"sum is %d in file.c\"\n"            \
		     ".popsection\n"                                        \
		     ".pushsection __bug_table, \"aw\"\n"                   \
		     ENTRY_MARK                                             \
		     ENTRY(str(line), str(flags))                           \
		     ".popsection\n"                                        \
		     "10001: " TRAP)

int line_only(int x)
{
	if (x > 3)
		warning(A, 0x901);
	return x;
}

int flags_only(int x)
{
	if (x > 4)
		warning(300, B);
	return x;
}

int untouched(int x)
{
	if (x > 5)
		warning(301, 0x901);
	return x;
}
