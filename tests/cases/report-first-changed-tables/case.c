// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --show-first-changed: changes that are not in the code itself, but in what
 * belongs to it.
 */
#include "kernel.h"

#ifdef PATCHED
#define REPLACEMENT NEW_INSN
#define FEATURE 11
#define FLAGS 0x907
#define FLAGS_TOO 0x903
#define CASES case 9: return exported(x * 7);
#else
#define REPLACEMENT OTHER_INSN
#define FEATURE 9
#define FLAGS 0x901
#define FLAGS_TOO 0x901
#define CASES
#endif

int replacement(int x)
{
	alternative(OLD_INSN, REPLACEMENT, 7);
	return x;
}

int feature(int x)
{
	alternative(OLD_INSN, NEW_INSN, 7);
	alternative(OLD_INSN, NEW_INSN, FEATURE);
	return x;
}

int entry(int x)
{
	warn_at(200, 0x901);
	if (x > 3)
		warn_at(201, FLAGS);
	use(x);
	warn_at(202, FLAGS_TOO);
	return x;
}

/* The entry that is gone stands before the code that differs. */
int entry_first(const ulong *p)
{
	ulong v = 0;

#ifdef PATCHED
	asm volatile("1: " LOAD "2:\n" : "+r"(v), "=&r"(v) : "r"(p));
	use(v);
	asm volatile(NEW_INSN);
#else
	asm volatile("1: " LOAD "2:\n" EXTABLE("1b", "2b", 3) : "+r"(v), "=&r"(v) : "r"(p));
	use(v);
	asm volatile(OTHER_INSN);
#endif
	return 0;
}

/* Too small for ftrace: its caller is replaced. */
static noinline notrace int callee(int x)
{
#ifdef PATCHED
	use(x + 1);
#endif
	return exported(x) + 1;
}

int caller(int x)
{
	return callee(x) + 2;
}
