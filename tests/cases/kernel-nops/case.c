// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Before instructions that linkers may rewrite (ppc64: addis of an address relative to r2; arm64:
 * adrp), there are more nops for alignment in the kernel than here, or less: a function of its own
 * section stands elsewhere.  Linkers may also make a nop of the instruction (lld: nop and adr of adrp and
 * add), or nothing (LoongArch: pcaddi of two).  A kernel without any of them is another one.
 */
#include "kernel.h"

extern int data[4];

#if defined(__x86_64__)
#define ADDRESS "lea %c1(%%rip), %0"
#elif defined(__aarch64__)
#define ADDRESS "adrp %0, %1\n\tadd %0, %0, :lo12:%1"
#elif defined(__powerpc64__)
#define ADDRESS "addis %0, 2, %1@toc@ha\n\taddi %0, %0, %1@toc@l"
#else
#define ADDRESS "la.pcrel %0, %1"
#endif

#ifdef __powerpc64__
#define OUT "=b" /* r0 is 0 in addresses */
#else
#define OUT "=r"
#endif

#ifdef BEFORE
/* So many bytes, behind which the function does not begin where a section of its own would. */
asm(".text\n"
    ".p2align 5\n"
    ".skip " BEFORE "\n");
#endif

#ifdef LACKING
#undef ADDRESS
#define ADDRESS ""
#endif

int changed(int x)
{
	int *p;

#ifdef PATCHED
	x++;
#endif
	x = exported(x);
	asm volatile(".p2align 5\n\t" ADDRESS : OUT(p) : "i"(data));
	return exported(x + *p);
}

/* Its first instructions make an address. */
int begins(int x)
{
#ifdef PATCHED
	x &= 1;
#endif
	return data[x] + (x ^ 5) + (x << 4);
}
