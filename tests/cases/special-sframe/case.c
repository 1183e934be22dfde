// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * .sframe, unwind data in the SFrame format: of each version, what copied functions have goes with
 * them, with rows of any form, and the header counts that alone.
 */
#include "kernel.h"

#define STRING(x) #x
#define NUMBER(x) STRING(x)

#ifdef TOO_LONG
#define SIZE "4000"
#else
#define SIZE "4"
#endif
#ifndef VERSION
#define VERSION 2
#endif

/* The address, the size, where the rows stand; then, here or there, how many and of what kind. */
#if VERSION == 1
#define ENTRY_SIZE 17
#define ENTRY(f, size, rows, nr, kind) ".long " f " - ., " size ", " rows ", " nr "\n.byte " kind "\n"
#elif VERSION == 2
#define ENTRY_SIZE 20
#define ENTRY(f, size, rows, nr, kind) \
	".long " f " - ., " size ", " rows ", " nr "\n.byte " kind ", 0, 0, 0\n"
#else /* … and of one that is not known */
#define ENTRY_SIZE 16
#define ENTRY(f, size, rows, nr, kind) ".quad " f " - .\n.long " size ", " rows "\n"
#endif
#if VERSION == 3
#define ROWS(nr, kind) ".2byte " nr "\n.byte " kind ", 1, 0\n"
#else
#define ROWS(nr, kind)
#endif

int untouched(int x)
{
	return exported(x);
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x) + 1;
}

int other(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x) + 2;
}

asm(".pushsection .sframe, \"a\", @0x6ffffff4\n"
    ".balign 8\n"
    ".2byte 0xdee2\n"
    ".byte " NUMBER(VERSION) ", 5\n"	/* sorted, relative to the field */
    ".byte 2, 0, 0xf8, 4\n"
    ".long 3, 4, 3f - 2f, 1f - 0f, 2f - 0f\n"
    ".long 0x5a5a5a5a\n"			/* what the architecture added */
    "0: .long 0\n"
    "1:\n"
#ifdef SHARED
    ENTRY("untouched", "4", "5f - 2f", "2", "0x21")
#else
    ENTRY("untouched", "4", "4f - 2f", "1", "0")
#endif
    ENTRY("changed", SIZE, "5f - 2f", "2", "0x21")
    ENTRY("other", "3", "6f - 2f", "1", "2")
    "2:\n"
    "4:" ROWS("1", "0") ".byte 0, 3, 16\n"
    "6:" ROWS("1", "2") ".long 0\n.byte 3, 0x20\n"
    "5:" ROWS("2", "0x21") ".2byte 0\n.byte 3, 0x10\n.2byte 8\n.byte 0x25\n.2byte 16, -16\n"
    "3:\n"
    ".popsection\n");
