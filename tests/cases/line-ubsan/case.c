// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The place in the source that a record of the sanitizer names is no change (L1, F37); the type
 * that it names is one, and so are numbers in a record of another kind.  A record that is left
 * where GCC found the check needless, so that nothing leads to it, is none at all.
 */
#include "kernel.h"

#ifdef PATCHED
typedef unsigned int number;
#define OTHER "8"
#line 200 "/elsewhere/of/another/length.c"
#else
typedef int number;
#define OTHER "7"
#endif

int moved(int x, int y)
{
	return x << y;
}

__init int moved_init(int x, int y)
{
	return x << y;
}

int other_type(int x, int y)
{
	return (int)((number)x << y);
}

/* a nameless record like those of Clang, with the same fields but for the type */
asm(".pushsection .rodata.str1.1,\"aMS\",%progbits,1\n"
    ".Lfile: .asciz \"case.c\"\n"
    ".Ltype: .asciz \"no type\"\n"
    ".popsection\n"
    ".pushsection .data..L__unnamed_99,\"aw\"\n"
    ".balign 8\n"
    ".Lother:\n" LONG_ADDR " .Lfile\n"
    ".long " OTHER ", 1\n" LONG_ADDR " .Ltype\n" LONG_ADDR " .Ltype\n"
    ".popsection\n");

/* a record of a check that is gone, and one more of them */
asm(".pushsection .data..Lubsan_data99,\"aw\"\n"
    ".balign 8\n"
    LONG_ADDR " .Lfile\n"
    ".long " OTHER ", 1\n" LONG_ADDR " .Ltype\n" LONG_ADDR " .Ltype\n"
    ".popsection\n"
#ifdef PATCHED
    ".pushsection .data..Lubsan_data100,\"aw\"\n"
    ".balign 8\n"
    LONG_ADDR " .Lfile\n"
    ".long 9, 1\n" LONG_ADDR " .Ltype\n" LONG_ADDR " .Ltype\n"
    ".popsection\n"
#endif
   );

extern __attribute__((visibility("hidden"))) char other[] __asm__(".Lother");

void *other_record(void)
{
	return other;
}
