// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines on their way to the report: calls that the compiler merged since they are alike but for
 * the line, a number that waits in a register that calls leave as it is, or on the stack as a
 * later argument, half of one that several lines have in common.  Only the line differs, and
 * nothing changed (L1).
 */
#include "kernel.h"

#ifdef PATCHED
#define LINE 203
#else
#define LINE 201
#endif

void __might_sleep(const char *file, int line);
int __warn_printk(const char *fmt, ...);

#define CODE(text) asm volatile(text : : : CLOBBERS, "memory")

#if defined(__x86_64__)
#define SET_ARG	    "mov $" str(LINE) ", %%esi\n"
#define SET_OTHER   "mov $7, %%esi\n"
#define SET_SAVED   "mov $" str(LINE) ", %%ebx\n"
#define SET_ANEW    "mov %%rdi, %%rbx\n"
#define USE_SAVED   "mov %%ebx, %%esi\n"
#define IF	    "test %%edi, %%edi\nje "
#define GOTO	    "jmp "
#define CALL	    "call __might_sleep\n"
#define CALL_OTHER  "call my_report\n"
#define UNUSUAL	    "xor %%ecx, %%ecx\nrep stosb\nlock incl (%%rsp)\n"
#define CLOBBERS    "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "rbx"
#elif defined(__aarch64__)
#define SET_ARG	    "mov w1, #" str(LINE) "\n"
#define SET_OTHER   "mov w1, #7\n"
#define SET_FIRST   "movz w1, #1, lsl #16\n"
#define SET_FIRST_2 "movz w1, #2, lsl #16\n"
#define SET_REST    "movk w1, #" str(LINE) "\n"
#define SET_SAVED   "mov w19, #" str(LINE) "\n"
#define SET_ANEW    "mov x19, x0\n"
#define USE_SAVED   "mov w1, w19\n"
#define IF	    "cbz w0, "
#define GOTO	    "b "
#define CALL	    "bl __might_sleep\n"
#define CALL_OTHER  "bl my_report\n"
#define UNUSUAL                                                           \
	"mov x9, sp\n1: ldxr w1, [x9]\nstlxr w2, w1, [x9]\ncbnz w2, 1b\n" \
	".arch armv8.1-a\nstset x1, [x9]\ncas w1, w2, [x9]\n"
#define CLOBBERS "x2", "x0", "x1", "x9", "x19", "x30"
#elif defined(__powerpc64__)
#define SET_ARG	    "li 4, " str(LINE) "\n"
#define SET_OTHER   "li 4, 7\n"
#define SET_FIRST   "lis 4, 1\n"
#define SET_FIRST_2 "lis 4, 2\n"
#define SET_REST    "ori 4, 4, " str(LINE) "\n"
#define SET_SAVED   "li 30, " str(LINE) "\n"
#define SET_ANEW    "mr 30, 3\n"
#define USE_SAVED   "mr 4, 30\n"
#define IF	    "cmpwi 3, 0\nbeq "
#define GOTO	    "b "
#define CALL	    "bl __might_sleep\nnop\n"
#define CALL_OTHER  "bl my_report\nnop\n"
#define UNUSUAL	    "subfe 9, 9, 9\nadd 9, 9, 1\nmulhdu 4, 9, 9\n"
#define CLOBBERS    "r3", "r4", "r9", "r30", "lr"
#else
#define SET_ARG	    "addi.w $a1, $zero, " str(LINE) "\n"
#define SET_OTHER   "addi.w $a1, $zero, 7\n"
#define SET_FIRST   "lu12i.w $a1, 1\n"
#define SET_FIRST_2 "lu12i.w $a1, 2\n"
#define SET_REST    "ori $a1, $a1, " str(LINE) "\n"
#define SET_SAVED   "addi.w $s1, $zero, " str(LINE) "\n"
#define SET_ANEW    "move $s1, $a0\n"
#define USE_SAVED   "move $a1, $s1\n"
#define IF	    "beqz $a0, "
#define GOTO	    "b "
#define CALL	    "bl __might_sleep\n"
#define CALL_OTHER  "bl my_report\n"
#define UNUSUAL	    "addi.d $t0, $sp, 0\namadd.d $zero, $zero, $t0\n"
#define CLOBBERS    "$a0", "$a1", "$t0", "$s1", "$ra"
#endif
#ifndef SET_REST
#define SET_FIRST   ""
#define SET_FIRST_2 ""
#define SET_REST    SET_ARG
#endif

void my_report(const char *file, int line);

/* Another way leads to the call, with another line. */
int jumped_between(int x)
{
	CODE(IF "2f\n"
	     SET_ARG
	     "1: " CALL
	     GOTO "3f\n"
	     "2: " SET_OTHER
	     GOTO "1b\n"
	     "3:\n");
	return exported(x);
}

/* … with another half of the line. */
int half_between(int x)
{
	CODE(IF "2f\n"
	     SET_FIRST
	     "1: " SET_REST
	     CALL
	     GOTO "3f\n"
	     "2: " SET_FIRST_2
	     GOTO "1b\n"
	     "3:\n");
	return exported(x);
}

/* From the call, which is somewhere else, back to where the function goes on. */
int jumps_to_call(int x)
{
	CODE(IF "1f\n"
	     SET_ARG
	     GOTO "2f\n"
	     "1: " SET_OTHER
	     GOTO "2f\n"
	     "3: " CALL_OTHER
	     "2: " CALL);
	return exported(x);
}

int saved(int x)
{
	CODE(SET_SAVED CALL_OTHER USE_SAVED CALL SET_ANEW);
	return exported(x);
}

/* Two reports of one line; where it goes on without, the register gets something else. */
int saved_for_two(int x)
{
	CODE(SET_SAVED
	     IF "1f\n"
	     CALL_OTHER USE_SAVED CALL
	     CALL_OTHER USE_SAVED CALL
	     "1: " SET_ANEW);
	return exported(x);
}

int saved_in_loop(int x)
{
	CODE(SET_SAVED
	     "1: " USE_SAVED CALL
	     IF "1b\n"
	     SET_ANEW);
	return exported(x);
}

/* Over instructions that compilers write for more than numbers. */
int saved_over_others(int x)
{
	CODE(SET_SAVED UNUSUAL USE_SAVED CALL SET_ANEW);
	return exported(x);
}

/* … and such in the place of which the kernel may put nops: control goes both ways from there. */
#if defined(__aarch64__)
#define OR_NOPS(insn)                                                                          \
	"661: " insn "662:\n" RO_TABLE(".altinstructions", 12) ".long 661b - .\n"              \
							       ".long alt_cb_patch_nops - .\n" \
							       ".short 0x8005\n"               \
							       ".byte 662b - 661b\n"           \
							       ".byte 0\n"                     \
							       ".popsection\n"
#else
#define OR_NOPS(insn) ALTERNATIVE(insn, "", 5)
#endif

int saved_over_nops(int x)
{
	CODE(SET_SAVED OR_NOPS(GOTO "1f\n") CALL_OTHER "1: " USE_SAVED CALL SET_ANEW);
	return exported(x);
}

/* A call that does not return is the end, or there is but a nop behind it. */
int saved_and_dies(int x)
{
	extern void die(void) __attribute__((noreturn));

	CODE(SET_SAVED);
	if (x > 3)
		die();
	CODE(USE_SAVED CALL SET_ANEW);
	return exported(x);
}

/* fs/ext4/ext4.h since 5.12, and before */
int inode_now(void *p, int x)
{
	extern void *__ext4_new_inode(void *idmap, void *handle, void *dir, int mode, void *qstr,
				      unsigned int goal, void *owner, unsigned int i_flags,
				      int type, unsigned int line, int nblocks);

	return x + !!__ext4_new_inode(p, p, p, x, p, 0, p, 0, 1, LINE, 300);
}

int inode_before(void *p, int x)
{
	extern void *before(void *handle, void *dir, int mode, void *qstr, unsigned int goal,
			    void *owner, unsigned int i_flags, int type, unsigned int line,
			    int nblocks) asm("__ext4_new_inode");

	return x + !!before(p, p, x, p, 0, p, 0, 1, LINE, 300);
}

/* The number that is printed is the line, by either way. */
#define WARN(line, args...)   \
({                            \
	__warn_printk(args);  \
	warn_at(line, 0x901); \
})

int warns_far(int x)
{
	if (exported(x) > 3)
		WARN(LINE + 8000, "%d at %s (%d)\n", x, "case.c", LINE + 8000);
	if (exported(x) > 5)
		WARN(LINE + 8010, "%d at %s (%d)\n", x, "case.c", LINE + 8010);
	return exported(x);
}

/* The ninth and tenth argument are on the stack everywhere. */
int warns_last(int x)
{
	if (exported(x) > 3)
		WARN(LINE, "%d %d %d %d %d %d %d at %s (%d)\n", x, 2, 3, 4, 5, 6, 7, "case.c",
		     LINE);
	return exported(x);
}
