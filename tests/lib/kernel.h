/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the cases' sources share: the kernel's vocabulary in small, and the
 * tables that its macros write, in the layouts of Linux 6.12, so that one
 * source serves every target.
 *
 * -DANNOTATE writes them as Linux 6.19 does: an entry size through SHF_MERGE for
 * the read-only tables, marks in .discard.annotate_data for the writable ones.
 */
#ifndef TESTS_KERNEL_H
#define TESTS_KERNEL_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned long ulong;
typedef unsigned long size_t;

#define NULL	     ((void *)0)
#define noinline     __attribute__((noinline))
#define __used	     __attribute__((used))
#define __weak	     __attribute__((weak))
#define __section(s) __attribute__((section(s)))
#define __aligned(n) __attribute__((aligned(n)))
#define __init	     __section(".init.text") noinline notrace

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define barrier()   asm volatile("" : : : "memory")
/* Keeps what a function computes from being optimised away. */
#define use(x)	    asm volatile("" : : "r"(x) : "memory")

#define __str(x...) #x
#define str(x...)   __str(x)

/* tests/lib/Module.symvers exports these from vmlinux. */
extern int printk(const char *fmt, ...);
extern int exported(int x);
extern int exported_data;

/* ---- one instruction of each machine ---- */

#if defined(__x86_64__)
#define notrace	   __attribute__((no_instrument_function))
#define OLD_INSN   ".byte 0x0f, 0x1f, 0x40, 0x00\n" /* as long as the next two */
#define NEW_INSN   "mfence\nnop\n"
#define OTHER_INSN "lfence\nnop\n"
#define TRAP	   "ud2\n"
#define LOAD	   "mov (%2), %1\n"
#define JUMP_NOP   ".byte 0x0f, 0x1f, 0x44, 0x00, 0x00\n"
#define LONG_ADDR  ".quad"
#define CONST	   "%c"
#elif defined(__aarch64__)
#define notrace	   __attribute__((patchable_function_entry(0, 0)))
#define OLD_INSN   "nop\n"
#define NEW_INSN   "dmb ish\n"
#define OTHER_INSN "dmb ishld\n"
#define TRAP	   "brk #0x800\n"
#define LOAD	   "ldr %1, [%2]\n"
#define JUMP_NOP   "nop\n"
#define LONG_ADDR  ".quad"
#define CONST	   "%c"
#elif defined(__powerpc64__)
#define notrace	   __attribute__((no_instrument_function, patchable_function_entry(0, 0)))
#define OLD_INSN   "nop\n"
#define NEW_INSN   "sync\n"
#define OTHER_INSN "isync\n"
#define TRAP	   "trap\n"
#define LOAD	   "ld %1, 0(%2)\n"
#define JUMP_NOP   "nop\n"
#define LONG_ADDR  ".quad"
#define CONST	   "%"
#elif defined(__loongarch64)
#define notrace	   __attribute__((patchable_function_entry(0, 0)))
#define OLD_INSN   "nop\n"
#define NEW_INSN   "dbar 0\n"
#define OTHER_INSN "ibar 0\n"
#define TRAP	   "break 1\n"
#define LOAD	   "ld.d %1, %2, 0\n"
#define JUMP_NOP   "nop\n"
#define LONG_ADDR  ".dword"
#define CONST	   "%"
#else
#error "tests/lib/kernel.h does not know this machine"
#endif

/* ---- tables ---- */

#ifdef ANNOTATE
#define RO_TABLE(name, size) ".pushsection " name ", \"aM\", @progbits, " str(size) "\n"
#define ENTRY_MARK                                               \
	"911:\n"                                                 \
	".pushsection .discard.annotate_data, \"M\", @progbits, 8\n" \
	".long 911b - .\n"                                       \
	".long 1\n"                                              \
	".popsection\n"
/* Replacement code, which stands among other code: where it begins and where it ends. */
#define CODE_MARK(label, type)                                   \
	".pushsection .discard.annotate_data, \"M\", @progbits, 8\n" \
	".long " label " - .\n"                                  \
	".long " str(type) "\n"                                  \
	".popsection\n"
#else
#define RO_TABLE(name, size) ".pushsection " name ", \"a\"\n"
#define ENTRY_MARK	      ""
#define CODE_MARK(label, type) ""
#endif

/* An exception table's entry, with a type where the machine has one; labels as in "1b". */
#if defined(__x86_64__)
#define EXTABLE(from, to, type)             \
	RO_TABLE("__ex_table", 12)          \
	".balign 4\n"                       \
	".long (" from ") - .\n"            \
	".long (" to ") - .\n"              \
	".long " str(type) "\n"             \
	".popsection\n"
#elif defined(__powerpc64__)
#define EXTABLE(from, to, type)             \
	RO_TABLE("__ex_table", 8)           \
	".balign 4\n"                       \
	".long (" from ") - .\n"            \
	".long (" to ") - .\n"              \
	".popsection\n"
#else
#define EXTABLE(from, to, type)             \
	RO_TABLE("__ex_table", 12)          \
	".balign 4\n"                       \
	".long (" from ") - .\n"            \
	".long (" to ") - .\n"              \
	".short " str(type) ", 0\n"         \
	".popsection\n"
#endif

/* A load that may fault; 0, or left as it was if it did. */
#define get_user(value, address, type)                                      \
({                                                                          \
	int __fault = -14;                                                  \
	asm volatile("1: " LOAD "2:\n" EXTABLE("1b", "2b", type)            \
		     : "+r"(__fault), "=&r"(value) : "r"(address));         \
	__fault;                                                            \
})

/* WARN_ON's trap and its entry of __bug_table. */
#define warn_at(line, flags)                                                \
	asm volatile(".pushsection .rodata.str, \"aMS\", @progbits, 1\n"   \
		     "10002: .string \"" __FILE__ "\"\n"                    \
		     ".popsection\n"                                        \
		     ".pushsection __bug_table, \"aw\"\n"                   \
		     ".balign 4\n"                                          \
		     ENTRY_MARK                                             \
		     "10000: .long 10001f - .\n"                            \
		     ".long 10002b - .\n"                                   \
		     ".short " str(line) ", " str(flags) "\n"               \
		     ".popsection\n"                                        \
		     "10001: " TRAP)
#define warn(flags) warn_at(__LINE__, flags)

/* A static branch: the nop at which the kernel writes a jump when the key is on. */
struct static_key {
	int enabled;
	ulong entries;
};

/* An entry of the unwind table, as objtool writes it: what holds from the place on. */
#define orc(place, word)                                                    \
	".pushsection .orc_unwind_ip, \"a\"\n"                              \
	".long " place " - .\n"                                             \
	".popsection\n"                                                     \
	".pushsection .orc_unwind, \"a\"\n"                                 \
	".short " word ", 0, 0\n"                                           \
	".popsection\n"

#define static_branch(key)                                                  \
({                                                                          \
	__label__ yes, out;                                                 \
	int __taken = 0;                                                    \
	asm goto("1: " JUMP_NOP                                             \
		 ".pushsection __jump_table, \"aw\"\n"                      \
		 ".balign 8\n"                                              \
		 ENTRY_MARK                                                 \
		 ".long 1b - .\n"                                           \
		 ".long %l1 - .\n"                                          \
		 LONG_ADDR " " CONST "0 - .\n"                              \
		 ".popsection\n"                                            \
		 : : "i"(key) : : yes);                                     \
	goto out;                                                           \
yes:	__taken = 1;                                                        \
out:	__taken;                                                            \
})

/* An instruction that is replaced at boot if the CPU has the feature. */
#if defined(__x86_64__)
#define ALTERNATIVE(old, new, feature)                                      \
	"661:\n" old "662:\n"                                               \
	RO_TABLE(".altinstructions", 14)                                    \
	".long 661b - .\n"                                                  \
	".long 663f - .\n"                                                  \
	".long " str(feature) "\n"                                          \
	".byte 662b - 661b\n"                                               \
	".byte 664f - 663f\n"                                               \
	".popsection\n"                                                     \
	".pushsection .altinstr_replacement, \"ax\"\n"                      \
	"663:\n" CODE_MARK("663b", 1) new "664:\n" CODE_MARK("664b", 2)     \
	".popsection\n"
#elif defined(__powerpc64__)
#define ALTERNATIVE(old, new, feature)                                      \
	"661:\n" old "662:\n"                                               \
	".pushsection __ftr_alt_97, \"ax\"\n"                               \
	"663:\n" CODE_MARK("663b", 1) new "664:\n" CODE_MARK("664b", 2)     \
	".popsection\n"                                                     \
	RO_TABLE("__ftr_fixup", 48)                                         \
	".balign 8\n"                                                       \
	"665: .8byte " str(feature) "\n"                                    \
	".8byte " str(feature) "\n"                                         \
	".8byte 661b - 665b, 662b - 665b, 663b - 665b, 664b - 665b\n"       \
	".popsection\n"
#else
#define ALTERNATIVE(old, new, feature)                                      \
	"661:\n" old "662:\n"                                               \
	RO_TABLE(".altinstructions", 12)                                    \
	".long 661b - .\n"                                                  \
	".long 663f - .\n"                                                  \
	".short " str(feature) "\n"                                         \
	".byte 662b - 661b\n"                                               \
	".byte 664f - 663f\n"                                               \
	".popsection\n"                                                     \
	".subsection 1\n"                                                   \
	"663:\n" CODE_MARK("663b", 1) new "664:\n" CODE_MARK("664b", 2)     \
	".previous\n"
#endif

#define alternative(old, new, feature) \
	asm volatile(ALTERNATIVE(old, new, feature) : : : "memory")

#endif
