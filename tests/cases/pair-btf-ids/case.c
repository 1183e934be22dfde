// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * include/linux/btf_ids.h: the names of what resolve_btfids fills in end in a counter and the
 * line, which another patch of the file changes.  They are the same ones nevertheless, and
 * who refers to them did not change.
 */
#include "kernel.h"

#ifdef PATCHED
#define FIRST "__BTF_ID__func__foo__912"
#define SECOND "__BTF_ID__func__bar__1013"
#else
#define FIRST "__BTF_ID__func__foo__79"
#define SECOND "__BTF_ID__func__bar__810"
#endif

#define ID(name) \
	".local " name "\n" \
	".type " name ", STT_OBJECT\n" \
	".size " name ", 4\n" \
	name ":\n" \
	".zero 4\n"

asm(".pushsection .BTF_ids, \"a\"\n"
    ".local ids\n"
    "ids:\n"
    ID(FIRST)
    ID(SECOND)
    ".popsection\n");

extern unsigned int ids[];

int changed(int x)
{
#ifdef PATCHED
	x += 3;
#endif
	return exported(x);
}

int uses_first(int x)
{
	return exported(x) + ids[x & 1];
}

int uses_second(int x)
{
	return exported(x) * ids[1];
}
