/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An assembly file of the kernel's with one function, in front of which are nops that nobody refers
 * to; the patch adds a second one, and the first one is what it was.
 */
#if defined(__loongarch__)
#define RETURN	jr $ra
#elif defined(__powerpc64__)
#define RETURN	blr
	.abiversion 2
#else
#define RETURN	ret
#endif

	.macro pad
	.p2align 4
	.rept 4
	nop
	.endr
	.endm

	.section SECTION, "ax", %progbits
	pad
	.globl first
	.type first, %function
first:
	nop
	RETURN
	.size first, . - first

#ifdef PATCHED
	pad
	.globl second
	.type second, %function
second:
	nop
	nop
	RETURN
	.size second, . - second
#endif
	.section .note.GNU-stack, "", %progbits
