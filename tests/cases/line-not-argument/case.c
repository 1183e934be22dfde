// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A number that differs is a change where it may be more than a line that is
 * reported: of printk, in another argument, or in a register that something else
 * uses, too.
 */
#include "kernel.h"

#ifdef PATCHED
#define LINE 203
#else
#define LINE 201
#endif

int __warn_printk(const char *fmt, ...);
void __might_sleep(const char *file, int line);
void __might_resched(const char *file, int line, unsigned int offsets);
void my_report(const char *file, int line);

int prints(int x)
{
	printk("line %d", LINE);
	return x;
}

int warns(int x)
{
	if (x > 3)
		__warn_printk("line %d", LINE);
	return x;
}

/* Where the trap behind the call states another line than the number that is printed. */
#define WARN(line, args...)   \
({                            \
	__warn_printk(args);  \
	warn_at(line, 0x901); \
})

int warns_number(int x)
{
	if (x > 3)
		WARN(LINE, "%s (%d)", "case.c", LINE - 195);
	return x;
}

/* … which moved as far as the lines of the file */
int warns_as_far(int x)
{
	if (x > 3)
		WARN(LINE, "%s (%d)", "case.c", LINE + 100);
	return x;
}

/* … which was the line, and is not any more; is the line, and was another number */
int warns_once_line(int x)
{
	if (x > 3)
		WARN(201, "%s (%d)", "case.c", LINE);
	return x;
}

int warns_now_line(int x)
{
	if (x > 3)
		WARN(203, "%s (%d)", "case.c", LINE);
	return x;
}

/* … of which one is a number that differs, too */
int warns_both(int x)
{
	if (x > 3)
		WARN(LINE, "%d %s (%d)", LINE - 100, "case.c", LINE);
	return x;
}

int dies_number(int x)
{
	if (x > 3) {
		printk("failure in %s() at %s:%d\n", "dies", "case.c", LINE - 195);
		warn_at(LINE, 0);
		__builtin_unreachable();
	}
	return x;
}

/* Another warning's trap. */
int warns_elsewhere(int x)
{
	__warn_printk("%s (%d)", "case.c", LINE);
	if (exported(x))
		warn_at(LINE, 0x901);
	return x;
}

/* Before Linux 6.3 the third one is a type, of which there are few. */
int starts_type(void *p)
{
	extern int __ext4_journal_start_sb(void *sb, unsigned int line, int type, int blocks);

	return __ext4_journal_start_sb(p, 100, LINE - 195, 7);
}

/* Of another file than the one that has a static function of that name which reports a line. */
noinline static int __ext4_read_dirblock(void *p, int block, int type, const char *f, int line)
{
	asm volatile("" : : "r"(p), "r"(block), "r"(type), "r"(f), "r"(line));
	return exported(block);
}

int reads(void *p, int x)
{
	return __ext4_read_dirblock(p, x, x + 1, "reads", LINE) + 1;
}

int reads_otherwise(void *p, int x)
{
	return __ext4_read_dirblock(p, x, x + 2, (char *)p, x);
}

int other_argument(int x)
{
	__might_resched("case.c", 100, LINE);
	return exported(x);
}

int other_callee(int x)
{
	my_report("case.c", LINE);
	return exported(x);
}

#if __has_attribute(noipa)
__attribute__((noipa))
#else
noinline
#endif
static int assfail(int x, int y, int z, int n)
{
	asm volatile("" : "+r"(n));
	return x + n;
}

/* What is not the kernel's function of that name. */
int namesake(int x)
{
	return assfail(x, 1, 2, LINE) + assfail(x, 1, 2, x);
}

/* The number is in a register of its own, since it must outlive the call. */
int kept(int x)
{
	int line = LINE;

	asm volatile("" : "+r"(line));
	__might_sleep("case.c", line);
	return exported(x) + line;
}

#if defined(__x86_64__)
#define SET_ARG	     "mov $" str(LINE) ", %%esi\n"
#define SET_OTHER    "mov $7, %%esi\n"
#define USE_ARG	     "mov %%esi, %%eax\n"
#define STORE_ARG    "mov %%esi, (%%rsp)\n"
#define IF	     "test %%edi, %%edi\nje "
#define RETURN	     "ret\n"
#define CALL	     "call __might_sleep\n"
#define CALL_OTHER   "call my_report\n"
#define CLOBBERS     "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11"
#elif defined(__aarch64__)
#define SET_ARG	     "mov w1, #" str(LINE) "\n"
#define SET_OTHER    "mov w1, #7\n"
#define USE_ARG	     "mov w9, w1\n"
#define STORE_ARG    "str w1, [sp]\n"
#define IF	     "cbz w0, "
#define CALL	     "bl __might_sleep\n"
#define CALL_OTHER   "bl my_report\n"
#define RETURN	     "ret\n"
#define CLOBBERS     "x0", "x1", "x9", "x30"
#elif defined(__powerpc64__)
#define SET_ARG	     "li 4, " str(LINE) "\n"
#define SET_OTHER    "li 4, 7\n"
#define USE_ARG	     "mr 9, 4\n"
#define STORE_ARG    "std 4, 8(1)\n"
#define IF	     "cmpwi 3, 0\nbeq "
#define CALL	     "bl __might_sleep\nnop\n"
#define CALL_OTHER   "bl my_report\nnop\n"
#define RETURN	     "blr\n"
#define CLOBBERS     "r3", "r4", "r9", "lr"
#else
#define SET_ARG	     "addi.w $a1, $zero, " str(LINE) "\n"
#define SET_OTHER    "addi.w $a1, $zero, 7\n"
#define USE_ARG	     "move $t0, $a1\n"
#define STORE_ARG    "st.d $a1, $sp, 0\n"
#define IF	     "beqz $a0, "
#define CALL	     "bl __might_sleep\n"
#define CALL_OTHER   "bl my_report\n"
#define RETURN	     "ret\n"
#define CLOBBERS     "$a0", "$a1", "$t0", "$ra"
#endif

#define CODE(text) asm volatile(text : : : CLOBBERS, "memory")

/* A list of calls is no way to them. */
#ifdef __x86_64__
#define LISTED ".pushsection .call_sites, \"a\"\n" \
	       ".long 1f - .\n.popsection\n" \
	       "1:\n"
#else
#define LISTED ""
#endif

/* What comes next holds for code by hand: the compiler decides on registers. */
int straight(int x)
{
	CODE(SET_ARG JUMP_NOP LISTED CALL);
	return exported(x);
}

int used_between(int x)
{
	CODE(SET_ARG USE_ARG CALL);
	return exported(x);
}

int stored_between(int x)
{
	CODE(SET_ARG STORE_ARG CALL);
	return exported(x);
}

/* Bits that are set in some other number: it is no line, which has no upper half here. */
#ifdef __loongarch64
int warns_bits(int x)
{
	CODE("ori $a1, $a0, " str(LINE) "\nbl __warn_printk\n");
	warn_at(LINE, 0x901);
	return exported(x);
}
#endif

int left_between(int x)
{
	CODE(SET_ARG
	     IF "1f\n"
	     CALL
	     "1:\n");
	return exported(x);
}

int set_twice(int x)
{
	CODE(SET_ARG SET_OTHER CALL);
	return exported(x);
}

int across_call(int x)
{
	CODE(SET_ARG CALL_OTHER CALL);
	return exported(x);
}

int trapped_between(int x)
{
	CODE(SET_ARG TRAP CALL);
	return exported(x);
}

/* Bytes that the object calls data may be an instruction: this one sets the argument anew. */
#ifdef __aarch64__
int data_between(int x)
{
	CODE(SET_ARG ".word 0x528000e1\n" CALL);
	return exported(x);
}
#endif

/* As the compiler says of its functions that ftrace can reach them. */
#if defined(__powerpc64__)
#define TRACED(f) "bl _mcount\nnop\n"
#elif defined(__x86_64__) && defined(__clang__)
#define TRACED(f) "call __fentry__\n"
#else
#define TRACED(f) "777: nop\n.pushsection __mcount_loc, \"a\"\n" \
		  ".balign 8\n" LONG_ADDR " 777b\n.popsection\n"
#endif

/*
 * What stands at the end of one function is not on the way to the call at the begin of the next,
 * which has another number at the same distance from its begin.
 */
int holder(int x)
{
	CODE(".pushsection .text.before, \"ax\"\n"
	     ".globl before\n"
	     ".type before, @function\n"
	     "before: " CALL
	     SET_OTHER
	     ".size before, . - before\n"
	     ".popsection\n"
	     ".pushsection .text.behind, \"ax\"\n"
	     ".globl behind\n"
	     ".type behind, @function\n"
	     "behind: " CALL
	     SET_ARG
	     CALL_OTHER
	     TRACED("behind")
	     RETURN
	     ".size behind, . - behind\n"
	     ".popsection\n");
	return exported(x);
}

/* Where a fault at the load goes on, the register still has the number. */
int faults_between(ulong *p)
{
	ulong v = 0;

	asm volatile(SET_ARG
		     "1: " LOAD
		     CALL
		     "2:\n" EXTABLE("1b", "2b", 1)
		     : "+r"(v), "+r"(v) : "r"(p) : CLOBBERS, "memory");
	return exported((int)v);
}

/* The kernel may put another instruction in its place. */
int alternative_of(int x)
{
	CODE(ALTERNATIVE(SET_ARG, SET_OTHER, 7) CALL);
	return exported(x);
}

int alternative_between(int x)
{
	CODE(SET_ARG ALTERNATIVE(OLD_INSN, NEW_INSN, 7) CALL);
	return exported(x);
}

static struct static_key key;

int branched_between(int x)
{
	asm goto(SET_ARG
		 "1: " JUMP_NOP
		 ".pushsection __jump_table, \"aw\"\n"
		 ".balign 8\n"
		 ".long 1b - .\n"
		 ".long %l1 - .\n"
		 LONG_ADDR " " CONST "0 - .\n"
		 ".popsection\n"
		 CALL
		 : : "i"(&key) : CLOBBERS, "memory" : yes);
	return exported(x);
yes:
	return exported(x + 1);
}
