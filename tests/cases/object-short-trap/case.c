// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * x86 from 4.12 to 4.15 traps with "ud0" of two bytes (0f ff) in WARN(), which processors of Intel
 * take for longer, and so do decoders: what follows would be read out of step.  The entry of
 * __bug_table tells that it is one of those: references behind it lead where they should, and
 * branches behind it lead out of a shared section as they did.
 */
#include "kernel.h"

static int first = 1, second = 2;

int reader(int x)
{
	return first + second * x;
}

void writer(int x)
{
	first = second = x;
}

#define short_trap                                                          \
	".pushsection .rodata.str, \"aMS\", @progbits, 1\n"                 \
	"10002: .string \"case.c\"\n"                                       \
	".popsection\n"                                                    \
	".pushsection __bug_table, \"aw\"\n"                                \
	".long 10001f - .\n"                                               \
	".long 10002b - .\n"                                               \
	".short 7, 0\n"                                                    \
	".popsection\n"                                                    \
	"10001: .byte 0x0f, 0xff\n"

int changed(int x)
{
	/* c7 05: taken for a ModRM byte, and for "add $…, %eax" */
	asm volatile(short_trap "movl $0x11223344, %c0(%%rip)\n"
		     short_trap short_trap "movl $0x11223344, %c1(%%rip)\n"
		     : : "i"(&first), "i"(&second) : "memory");
	return exported(x
#ifdef PATCHED
			+ 1
#endif
	);
}

/* Where functions share a section, what would be read as ModRM is the next one's first byte. */
asm(".pushsection .text.shared, \"ax\"\n"
    ".type neighbour, @function\n"
    ".globl neighbour\n"
    "neighbour: " short_trap
    ".size neighbour, . - neighbour\n"
    ".type in_step, @function\n"
    ".globl in_step\n"
    "in_step: ret\n"
    ".size in_step, . - in_step\n"
    ".popsection\n");

int uses_shared(int x)
{
	asm volatile("call in_step" : : : "memory");
	return x;
}
