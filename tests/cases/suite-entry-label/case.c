// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Labels in tables, local and global, at the table's begin, between entries and behind the last: they
 * are no objects to keep, copy or tell apart, and each entry is its function's alone.
 */
#include "kernel.h"

#define LABELLED(label, bind)                                               \
	asm volatile(".pushsection __ex_table, \"a\"\n"                     \
		     bind "\n"                                              \
		     label ":\n"                                            \
		     ".popsection\n");

int untouched(const ulong *p)
{
	ulong v = 0;

	LABELLED("first_entry", "");
	return get_user(v, p, 3) + (int)v;
}

int changed(const ulong *p)
{
	ulong v = 0;

	LABELLED("second_entry", ".globl second_entry");
#ifdef PATCHED
	p++;
#endif
	return get_user(v, p, 3) + (int)v + 1;
}

int untouched_too(const ulong *p)
{
	ulong v = 0;

	LABELLED("third_entry", "");
	return get_user(v, p, 3) + (int)v + 2;
}

asm(".pushsection __ex_table, \"a\"\n"
    "end_of_table:\n"
    ".popsection\n");
