// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What objtool is told of code, for objects that it has not seen yet (F47): the copies keep theirs.
 * Linux up to 6.13 marks where control comes back to behind a trap; where the trap is the last
 * instruction, that is another function's begin, or the end of the section.
 */
#include "kernel.h"

#define NOTE(section, size, value) \
	".pushsection .discard." section "\n" size " " value "\n.popsection\n"
#define BEHIND(label) NOTE("reachable", ".long", label " - .")

noinline int untouched(int x)
{
	asm volatile("1:\n" OLD_INSN "2:\n" BEHIND("2b") NOTE("retpoline_safe", ".long", "1b - ."));
	return x + 1;
}

noinline int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	asm volatile("1:\n" OLD_INSN "2:\n" BEHIND("2b") NOTE("retpoline_safe", ".long", "1b - .")
		     NOTE("intra_function_calls", LONG_ADDR, "1b"));
	asm volatile("3:\n"
		     ".pushsection .discard.annotate_insn, \"M\", %progbits, 8\n"
		     ".long 3b - ., 8\n"
		     ".popsection\n"
		     ".pushsection .discard.unwind_hints\n"
		     ".balign 4\n"
		     ".long 3b - .\n"
		     ".short 16\n"
		     ".byte 1, 2\n"
		     ".long 0\n"
		     ".popsection\n");
	return x;
}

__used static void *stack_frame __section(".discard.func_stack_frame_non_standard") = changed;
__used static void *other_frame __section(".discard.func_stack_frame_non_standard") = untouched;

/* Two in one section; the trap is the last of the first one's instructions. */
#ifdef PATCHED
#define SECOND "nop\n"
#else
#define SECOND ""
#endif
asm(".pushsection .text.shared, \"ax\"\n"
    ".globl first, second\n"
    ".type first, %function\n"
    ".type second, %function\n"
    "first:\n" OLD_INSN TRAP
    "4:\n"
    ".size first, . - first\n" BEHIND("4b")
    "second:\n" OLD_INSN SECOND "5:\n" TRAP
    "6:\n"
    ".size second, . - second\n" BEHIND("6b") NOTE("instr_begin", ".long", "5b - .")
    ".popsection\n");
