// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pieces of data without names keep the alignment that they had (F13): what the
 * function loads with aligned instructions, and strings of a section whose
 * alignment is 8.
 */
#include "kernel.h"

#if defined(__x86_64__)
#define LOAD_ADDRESS(label) "lea " label "(%%rip), %0\n"
#elif defined(__aarch64__)
#define LOAD_ADDRESS(label) "adrp %0, " label "\nadd %0, %0, :lo12:" label "\n"
#elif defined(__loongarch64)
#define LOAD_ADDRESS(label) "pcalau12i %0, %%pc_hi20(" label ")\naddi.d %0, %0, %%pc_lo12(" label ")\n"
#elif defined(__powerpc64__)
#define LOAD_ADDRESS(label) "addis %0, 2, " label "@toc@ha\naddi %0, %0, " label "@toc@l\n"
#endif

/* The strings stand at 0, 8, 16, … of their section. */
#define aligned_string(s)                                                             \
({                                                                                    \
	const char *__s;                                                              \
	asm(".pushsection .rodata.changed.str1.8, \"aMS\", @progbits, 1\n"            \
	    ".balign 8\n"                                                             \
	    "77: .string \"" s "\"\n"                                                 \
	    ".popsection\n" LOAD_ADDRESS("77b") : "=r"(__s));                         \
	__s;                                                                          \
})

int untouched(int x)
{
	return printk(aligned_string("x"), x);
}

int changed(int x)
{
	/* An empty one, in what fills up behind the one before it. */
	printk(aligned_string(""), x);
	printk(aligned_string("a"), x);
	printk(aligned_string("the second one"), x);
#ifdef PATCHED
	printk(aligned_string("c"), x);
#endif
	return printk(aligned_string("d"), x);
}
