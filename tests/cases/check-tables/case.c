// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One function for each kind of entry that can change alone, and one that changes in
 * any case.
 */
#include "kernel.h"

struct static_key key_a, key_b;

#ifdef FLAGS
#define WARN_FLAGS 0x907
#else
#define WARN_FLAGS 0x901
#endif
#ifdef HANDLER
#define TYPE 4
#else
#define TYPE 3
#endif
#ifdef FEATURE
#define BIT 8
#else
#define BIT 7
#endif
#ifdef REPLACEMENT
#define REPLACED OTHER_INSN
#else
#define REPLACED NEW_INSN
#endif
#ifdef KEY
#define THE_KEY key_b
#else
#define THE_KEY key_a
#endif
#ifdef LINE
#define AT 202
#else
#define AT 201
#endif

int other(int x)
{
#ifdef PATCHED
	x = exported(x);
#endif
	return x + 3;
}

int flags(int x)
{
	if (x > 3)
		warn_at(AT, WARN_FLAGS);
	return x;
}

int handler(const ulong *p)
{
	ulong v = 0;

	return get_user(v, p, TYPE) ?: (int)v;
}

int feature(int x)
{
	alternative(OLD_INSN, NEW_INSN, BIT);
	return x;
}

int replacement(int x)
{
	alternative(OLD_INSN, REPLACED, 7);
	return x;
}

int key(int x)
{
	return static_branch(&THE_KEY) + x;
}

#ifdef __x86_64__
struct static_key __SCK__one, __SCK__two;

#ifdef CALL
#define THE_CALL __SCK__two
#else
#define THE_CALL __SCK__one
#endif

int call(int x)
{
	asm volatile("771: call exported\n"
		     ".pushsection .static_call_sites, \"aw\"\n"
		     ".balign 4\n"
		     ".long 771b - .\n"
		     ".long %c0 - .\n"
		     ".popsection\n" : : "i"(&THE_CALL));
	return x;
}
#endif

#ifdef __x86_64__
#ifdef JUMPED
#define NUMBER "9"
#else
#define NUMBER "5"
#endif

/* The next call in the code takes a line there, but this number is for another one. */
int jumped(int x)
{
	asm volatile("mov $" NUMBER ", %%esi\n"
		     "jmp 1f\n"
		     "call __might_sleep\n"
		     "1: call exported\n" : : : "memory");
	return x;
}

#ifdef INDIRECT
#define OTHER_NUMBER "9"
#else
#define OTHER_NUMBER "5"
#endif

int indirect(int x)
{
	asm volatile("mov $" OTHER_NUMBER ", %%esi\n"
		     "call *%%rax\n"
		     "call __might_sleep\n" : : : "memory");
	return x;
}
#endif
