// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Shared code without symbols that functions jump to (as .altinstr_aux of
 * static_cpu_has()): each function's snippet goes with it, no other, and a
 * snippet that moved within the section is no change (L9).
 */
#include "kernel.h"

#define has_feature(bit)                                                    \
({                                                                          \
	__label__ yes, no, out;                                             \
	int __has;                                                          \
	asm goto("jmp 6f\n"                                                 \
		 ".pushsection .altinstr_aux, \"ax\"\n"                     \
		 "6: testb $" str(bit) ", flags(%%rip)\n"                   \
		 "jnz %l0\n"                                                \
		 "jmp %l1\n"                                                \
		 ".popsection\n" : : : : yes, no);                          \
yes:	__has = 1;                                                          \
	goto out;                                                           \
no:	__has = 0;                                                          \
out:	__has;                                                              \
})

u8 flags;

#ifdef PATCHED
int in_front(int x)
{
	return has_feature(1) + x;
}
#endif

int untouched(int x)
{
	return has_feature(2) + x;
}

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return has_feature(4) + x;
}
