// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Warnings of x86 from Linux 6.19 on (arch/x86/include/asm/bug.h): code hands the entry of
 * __bug_table itself to a static call that becomes the trap, and the format's arguments behind
 * it.  The entry has the format and the line; a number behind it that is this line, in both
 * builds, is no change, any other is one.
 */
#include "kernel.h"

#ifndef BASE
#define BASE 200
#endif
#ifdef PATCHED
#define TEXT_LINE 503
#define LINE  (BASE + 3)
#define FLAGS 0x903
#define TEXT  "sum is %d now"
#else
#define TEXT_LINE 501
#define LINE  (BASE + 1)
#define FLAGS 0x901
#define TEXT  "sum is %d then"
#endif

struct bug_entry;
void __SCT__WARN_trap(struct bug_entry *bug, ...);
void __WARN_trap(struct bug_entry *bug, ...);

#define bug_entry(line, flags, format)                                                           \
	({                                                                                       \
		struct bug_entry *bug;                                                           \
                                                                                                 \
		asm volatile("lea (2f)(%%rip), %[addr]\n"                                        \
			     "1:\n"                                                              \
			     ".pushsection __bug_table, \"aw\"\n" ENTRY_MARK "2: .long 1b - .\n" \
			     ".long %c[fmt] - .\n"                                               \
			     ".long %c[file] - .\n"                                              \
			     ".word %c[ln], %c[fl]\n"                                            \
			     ".popsection\n"                                                     \
			     : [addr] "=r"(bug)                                                  \
			     : [fmt] "i"(format), [file] "i"("drivers/case.c"), [ln] "i"(line),  \
			       [fl] "i"(flags));                                                 \
		bug;                                                                             \
	})
#define WARN(trap, line, flags, format, args...)              \
	({                                                    \
		trap(bug_entry(line, flags, format), ##args); \
		asm volatile("");                             \
	})

/* ASSERT_RTNL() */
int asserts(int x)
{
	if (x > 3)
		WARN(__SCT__WARN_trap, LINE, 0x913, "assertion failed at %s (%d)\n", "case.c",
		     LINE);
	return exported(x);
}

int no_number(int x)
{
	if (x > 4)
		WARN(__SCT__WARN_trap, LINE, 0x911, "%d is too large\n", x);
	return exported(x);
}

int two(int x)
{
	if (x > 3)
		WARN(__SCT__WARN_trap, LINE, 0x911, "at %s (%d)\n", "case.c", LINE);
	if (x < exported(x))
		WARN(__SCT__WARN_trap, LINE + 9, 0x911, "at %s (%d)\n", "case.c", LINE + 9);
	return exported(x);
}

/* Without static calls; the line is on the stack. */
int directly(int x)
{
	if (exported(x) > 3)
		WARN(__WARN_trap, LINE, 0x911, "%d %d %d %d %d at %s (%d)\n", x, 2, 3, 4, 5,
		     "case.c", LINE);
	return exported(x);
}

/* The line is in a text (include/linux/fortify-string.h). */
int text(int x)
{
	if (x > 3)
		WARN(__SCT__WARN_trap, TEXT_LINE, 0x911, "write of single %s (size %d)\n",
		     "field \"a\" at drivers/case.c:" str(TEXT_LINE), x);
	return exported(x);
}

int untouched(int x)
{
	if (x > 5)
		WARN(__SCT__WARN_trap, 100, 0x911, "at %s (%d)\n", "case.c", 100);
	return exported(x);
}

/* A number that is another line, or none */
int other_number(int x)
{
	if (x > 3)
		WARN(__SCT__WARN_trap, LINE, 0x911, "at %s (%d)\n", "case.c", LINE + 1);
	return exported(x);
}

int other_number_only(int x)
{
	if (x > 3)
		WARN(__SCT__WARN_trap, 300, 0x911, "at %s (%d)\n", "case.c", LINE);
	return exported(x);
}

/* … is the line of another entry */
int line_of_other(int x)
{
	if (x > 3)
		WARN(__SCT__WARN_trap, 310, 0x911, "at %s (%d)\n", "case.c", LINE);
	if (x < exported(x))
		WARN(__SCT__WARN_trap, LINE, 0x911, "at %s (%d)\n", "case.c", 310);
	return exported(x);
}

int text_of_other(int x)
{
	if (x > 3)
		WARN(__SCT__WARN_trap, 340, 0x911, "write of single %s (size %d)\n",
		     "field \"a\" at drivers/case.c:" str(TEXT_LINE), x);
	return exported(x);
}

int other_flags(int x)
{
	if (x > 3)
		WARN(__SCT__WARN_trap, 320, FLAGS, "is %d\n", x);
	return exported(x);
}

int other_format(int x)
{
	if (x > 3)
		WARN(__SCT__WARN_trap, 330, 0x911, TEXT, x);
	return exported(x);
}
