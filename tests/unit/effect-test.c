// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What instructions do with registers and the stack, on every architecture.
 */
#include <stdio.h>
#include <stdlib.h>

#include <klp/arch.h>

/* What becomes of one argument's register. */
enum arg_use { ARG_UNTOUCHED, ARG_SET, ARG_PART, ARG_USED };

struct row {
	const struct arch *arch;
	const char *bytes;
	unsigned int arg;
	enum arg_use use;
	unsigned int at;
	uint32_t mask;
};

#define X(bytes, arg, use) { &arch_x86, bytes, arg, ARG_##use, 0, 0 }
#define W(arch, word, arg, use) { &arch_##arch, word, arg, ARG_##use, 0, 0 }
#define A(word, arg, use) W(arm64, word, arg, use)
#define P(word, arg, use) W(ppc64, word, arg, use)
#define L(word, arg, use) W(loongarch, word, arg, use)

/* clang-format off */
static const struct row rows[] = {
	/* mov $imm32, %esi, as what it is, and for another argument */
	{ &arch_x86, "be c9 00 00 00", 2, ARG_SET, 1, 0xffffffff },
	X("be c9 00 00 00", 3, UNTOUCHED),
	X("be c9 00 00 00", 1, UNTOUCHED),
	{ &arch_x86, "bf c9 00 00 00", 1, ARG_SET, 1, 0xffffffff },
	{ &arch_x86, "ba c9 00 00 00", 3, ARG_SET, 1, 0xffffffff },
	{ &arch_x86, "b9 c9 00 00 00", 4, ARG_SET, 1, 0xffffffff },
	{ &arch_x86, "41 b8 c9 00 00 00", 5, ARG_SET, 2, 0xffffffff },
	{ &arch_x86, "41 b9 c9 00 00 00", 6, ARG_SET, 2, 0xffffffff },
	X("41 ba c9 00 00 00", 3, UNTOUCHED),			/* r10d, not edx */
	X("41 be c9 00 00 00", 2, UNTOUCHED),			/* r14d, not esi */
	X("66 be c9 00", 2, USED),				/* half of it */
	X("48 be c9 00 00 00 00 00 00 00", 2, USED),
	X("40 b6 c9", 2, USED),					/* mov $imm, %sil */
	X("b6 c9", 2, UNTOUCHED),				/* … %dh */
	X("b6 c9", 3, USED),
	X("be c9 00 00 00", 7, USED),				/* on the stack */
	X("48 89 f0", 2, USED),					/* mov %rsi,%rax */
	X("48 89 c6", 2, USED),
	X("49 89 f6", 2, USED),					/* mov %rsi,%r14 */
	X("4d 89 f7", 2, UNTOUCHED),				/* mov %r14,%r15 */
	X("48 8d 7e 08", 2, USED),				/* lea 8(%rsi),%rdi */
	X("48 8d 3c f0", 2, USED),				/* lea (%rax,%rsi,8),%rdi */
	X("4a 8d 3c f0", 2, UNTOUCHED),				/* lea (%rax,%r14,8),%rdi */
	X("48 c7 c7 00 00 00 00", 2, UNTOUCHED),		/* mov $0,%rdi */
	{ &arch_x86, "48 c7 c7 c9 00 00 00", 1, ARG_SET, 3, 0xffffffff },
	X("81 ff 10 00 00 00", 2, UNTOUCHED),			/* cmp $16,%edi: /7 */
	X("83 f0 01", 2, UNTOUCHED),				/* xor $1,%eax: /6 is no rsi */
	X("31 f6", 2, USED),
	X("0f b6 f0", 2, USED),					/* movzbl %al,%esi */
	X("0f b6 c6", 2, UNTOUCHED),				/* movzbl %dh,%eax */
	X("0f b6 c6", 3, USED),
	X("40 0f b6 c6", 2, USED),				/* movzbl %sil,%eax */
	X("6a 09", 2, UNTOUCHED), X("68 00 00 00 00", 2, UNTOUCHED),	/* push $9, $0 */
	X("56", 2, USED), X("53", 2, UNTOUCHED), X("41 56", 2, UNTOUCHED),
	X("65 48 8b 04 25 00 00 00 00", 2, UNTOUCHED),		/* mov %gs:0,%rax */
	X("f3 a4", 2, USED),					/* rep movsb */
	X("f3 48 ab", 2, UNTOUCHED), X("f3 48 ab", 1, USED),	/* rep stosq */
	X("f3 48 ab", 4, USED), X("48 ab", 4, UNTOUCHED),	/* … and stosq */
	X("48 ad", 2, USED), X("48 ad", 1, UNTOUCHED),		/* lodsq */
	X("f2 ae", 1, USED), X("f2 ae", 2, UNTOUCHED),		/* repne scasb */
	X("f7 e1", 3, USED),					/* mul %ecx writes edx */
	X("f7 da", 2, UNTOUCHED), X("f7 da", 3, USED),		/* neg %edx */
	X("d3 e0", 2, UNTOUCHED), X("d3 e0", 4, USED),		/* shl %cl,%eax */
	X("c1 e6 03", 2, USED), X("c1 e6 03", 4, UNTOUCHED),	/* shl $3,%esi */
	X("ff 75 28", 2, UNTOUCHED), X("ff 76 28", 2, USED),	/* push 40(%rbp), 40(%rsi) */
	X("ff d0", 2, USED), X("ff 65 28", 2, USED),		/* call *%rax, jmp *40(%rbp) */
	X("99", 3, USED),					/* cltd */
	X("0f a2", 3, USED),					/* cpuid */
	X("f0 0f b1 0f", 2, UNTOUCHED), X("f0 0f b1 0f", 4, USED),	/* lock cmpxchg %ecx,(%rdi) */
	X("90", 2, UNTOUCHED), X("0f 1f 44 00 00", 2, UNTOUCHED),
	/* what goes somewhere else: jmp, je, near too, jmp *%rax, call, ret, ud2, int3 */
	X("e9 00 01 00 00", 2, USED), X("eb 10", 2, USED), X("74 10", 2, USED),
	X("0f 84 00 01 00 00", 2, USED), X("ff e0", 2, USED), X("e8 00 01 00 00", 2, USED),
	X("c3", 2, USED), X("0f 0b", 2, USED), X("cc", 2, USED),

	{ &arch_arm64, "21 19 80 52", 2, ARG_SET, 0, 0x001fffe0 },	/* mov w1, #201 */
	{ &arch_arm64, "21 00 a0 72", 2, ARG_PART, 0, 0x001fffe0 },	/* movk w1, #1, lsl #16 */
	{ &arch_arm64, "24 19 80 52", 5, ARG_SET, 0, 0x001fffe0 },
	A("21 19 80 52", 3, UNTOUCHED),
	A("22 00 80 52", 2, UNTOUCHED),				/* mov w2, #1: no register 1 */
	A("21 00 80 12", 2, USED),				/* mov w1, #-2: movn */
	A("e1 03 02 2a", 2, USED),				/* mov w1, w2 */
	A("e2 03 01 2a", 2, USED),				/* mov w2, w1 */
	A("e2 03 03 2a", 2, UNTOUCHED),
	A("00 04 00 91", 2, UNTOUCHED),				/* add x0, x0, #1 */
	A("20 04 00 91", 2, USED),				/* add x0, x1, #1 */
	A("00 00 00 90", 2, UNTOUCHED),				/* adrp x0 */
	A("01 00 00 90", 2, USED),
	A("02 04 c1 93", 2, USED),				/* extr x2, x0, x1, #1 */
	A("e1 03 00 f9", 2, USED),				/* str x1, [sp] */
	A("e0 03 00 f9", 2, UNTOUCHED),
	A("20 00 40 f9", 2, USED),				/* ldr x0, [x1] */
	A("60 68 61 f8", 2, USED),				/* ldr x0, [x3, x1] */
	A("60 68 64 f8", 2, UNTOUCHED),				/* ldr x0, [x3, x4] */
	A("e0 07 01 a9", 2, USED),				/* stp x0, x1, [sp, #16] */
	A("fd 7b bf a9", 2, UNTOUCHED),				/* stp x29, x30, [sp, #-16]! */
	A("62 00 20 b8", 1, USED), A("62 00 20 b8", 3, USED),	/* ldadd w0, w2, [x3] */
	A("62 00 20 b8", 4, USED), A("62 00 20 b8", 2, UNTOUCHED),
	A("62 80 20 b8", 1, USED), A("62 80 20 b8", 2, UNTOUCHED),	/* swp w0, w2, [x3] */
	A("3f 10 20 f8", 1, USED), A("3f 10 20 f8", 3, UNTOUCHED),	/* stclr x0, [x1] */
	A("62 7c 5f 88", 3, USED), A("62 7c 5f 88", 1, UNTOUCHED),	/* ldxr w2, [x3] */
	A("62 7c 00 88", 1, USED), A("62 7c 00 88", 3, USED),	/* stxr w0, w2, [x3] */
	A("62 fc 9f 88", 3, USED), A("62 fc 9f 88", 1, UNTOUCHED),	/* stlr w2, [x3] */
	A("62 7c a0 88", 1, USED), A("62 7c a0 88", 3, USED),	/* cas w0, w2, [x3] */
	A("62 7c a0 88", 2, UNTOUCHED),
	A("60 d0 3f f8", 2, USED),				/* ld64b x0, [x3]: x0 to x7 */
	A("63 7c 20 48", 2, USED),				/* casp: pairs */
	A("01 00 00 d4", 2, USED),				/* svc #0 */
	A("1f 20 03 d5", 2, UNTOUCHED),
	A("20 41 38 d5", 2, UNTOUCHED),				/* mrs x0, sp_el0 */
	A("01 41 38 d5", 2, USED),
	/* b, b.eq, cbz, tbz, bl, br, blr, ret, brk */
	A("08 00 00 14", 2, USED), A("00 01 00 54", 2, USED), A("00 01 00 b4", 2, USED),
	A("00 01 00 36", 2, USED), A("08 00 00 94", 2, USED), A("00 00 1f d6", 2, USED),
	A("00 00 3f d6", 2, USED), A("c0 03 5f d6", 2, USED), A("00 00 21 d4", 2, USED),

	{ &arch_ppc64, "c9 00 80 38", 2, ARG_SET, 0, 0xffff },		/* li r4,201 */
	{ &arch_ppc64, "01 00 80 3c", 2, ARG_SET, 0, 0xffff },		/* lis r4,1 */
	{ &arch_ppc64, "71 11 84 60", 2, ARG_PART, 0, 0xffff },		/* ori r4,r4,4465 */
	{ &arch_ppc64, "71 11 a4 60", 2, ARG_SET, 0, 0xffff },		/* ori r4,r5,4465 */
	P("71 11 85 60", 2, USED),				/* ori r5,r4,4465 */
	P("c9 00 80 38", 3, UNTOUCHED),
	P("c9 00 83 38", 2, USED),				/* addi r4,r3,201 */
	P("c9 00 64 38", 2, USED),
	P("78 1b 64 7c", 2, USED),				/* mr r4,r3 */
	P("78 23 83 7c", 2, USED),				/* mr r3,r4 */
	P("78 1b 65 7c", 2, UNTOUCHED),
	P("08 00 81 f8", 2, USED),				/* std r4,8(r1) */
	P("08 00 61 f8", 2, UNTOUCHED),
	P("0a 00 61 f8", 2, USED),				/* stq r3: r4 too */
	P("08 00 61 b8", 2, USED),				/* lmw r3 */
	P("2c 22 a0 7c", 2, USED),
	P("aa 3c 60 7c", 2, USED),				/* lswi r3 */
	P("00 00 24 2c", 2, USED), P("00 00 03 2e", 2, UNTOUCHED),	/* cmpdi r4; cmpwi cr4,r3 */
	P("04 00 00 44", 2, USED),
	P("f4 03 29 7d", 2, UNTOUCHED), P("f4 03 89 7c", 2, USED),	/* popcntd r9,r9; r9,r4 */
	P("f4 03 24 7d", 2, USED),				/* popcntd r4,r9 */
	P("f8 48 29 7d", 2, UNTOUCHED), P("d2 49 29 7d", 2, UNTOUCHED),	/* nor, mulld */
	P("74 00 29 7d", 2, UNTOUCHED), P("20 01 29 7d", 2, UNTOUCHED),	/* cntlzd; mtcrf */
	/* b, beq, bl, blr, bctr, bctrl, trap */
	P("20 00 00 48", 2, USED), P("20 00 82 41", 2, USED), P("21 00 00 48", 2, USED),
	P("20 00 80 4e", 2, USED), P("20 04 80 4e", 2, USED), P("21 04 80 4e", 2, USED),
	P("08 00 e0 7f", 2, USED),
	P("10 29 69 7c", 1, USED), P("10 29 a9 7c", 2, UNTOUCHED),	/* subfe r3,r9,r5 */
	P("94 01 a5 7c", 3, USED), P("94 01 a5 7c", 2, UNTOUCHED),	/* addze r5,r5 */
	P("14 0a 89 7c", 2, USED), P("14 0a 09 7f", 2, UNTOUCHED),	/* add r4,r9,r1; r24,r9,r1 */
	P("2a 48 01 7f", 2, USED),				/* ldx r24,r1,r9 */

	{ &arch_loongarch, "05 24 83 02", 2, ARG_SET, 0, 0x003ffc00 },	/* addi.w a1,zero,201 */
	{ &arch_loongarch, "05 24 83 03", 2, ARG_SET, 0, 0x003ffc00 },	/* ori a1,zero,201 */
	{ &arch_loongarch, "25 00 00 14", 2, ARG_SET, 0, 0x01ffffe0 },	/* lu12i.w a1,1 */
	{ &arch_loongarch, "a5 24 83 03", 2, ARG_PART, 0, 0x003ffc00 },	/* ori a1,a1,201 */
	{ &arch_loongarch, "85 24 83 03", 2, ARG_SET, 0, 0x003ffc00 },	/* ori a1,a0,201 */
	L("a4 24 83 03", 2, USED),				/* ori a0,a1,201 */
	L("05 24 83 02", 3, UNTOUCHED),
	L("85 24 83 02", 2, USED),				/* addi.w a1,a0,201 */
	L("a5 00 00 16", 2, USED),				/* lu32i.d a1 */
	L("a4 00 00 10", 2, USED),				/* addu16i.d a0,a1,0 */
	L("a4 00 00 14", 2, UNTOUCHED),				/* lu12i.w a0,5: no register 5 */
	L("85 00 15 00", 2, USED),				/* move a1,a0 */
	L("a4 00 15 00", 2, USED),				/* move a0,a1 */
	L("04 14 15 00", 2, USED),				/* or a0,zero,a1 */
	L("04 18 15 00", 2, UNTOUCHED),				/* or a0,zero,a2 */
	L("65 00 c0 29", 2, USED), L("64 00 c0 29", 2, UNTOUCHED),	/* st.d */
	L("04 14 86 38", 2, USED),				/* amswap: not looked into */
	L("00 00 2b 00", 2, USED),				/* syscall */
	L("00 00 40 03", 2, UNTOUCHED),
	/* b, beq, beqz, bl, jirl, ret, break */
	L("00 20 00 50", 2, USED), L("80 21 00 58", 2, USED), L("80 20 00 40", 2, USED),
	L("00 20 00 54", 2, USED), L("81 01 00 4c", 2, USED), L("20 00 00 4c", 2, USED),
	L("01 00 2a 00", 2, USED),
};
/* clang-format on */

static size_t parse(const char *s, uint8_t *out)
{
	size_t n = 0;

	for (char *end; *s; s = end)
		out[n++] = (uint8_t)strtoul(s, &end, 16);
	return n;
}

/* Another register's bits that stay make it as good as used up to now. */
static enum arg_use use_of(const struct effect *e, unsigned int reg)
{
	if (e->kind == EFFECT_CONST && e->dst == reg)
		return e->imm.mask ? ARG_SET : ARG_USED;
	if (e->kind == EFFECT_PART && e->dst == reg)
		return e->src == reg ? ARG_PART : ARG_SET;
	if ((e->kind == EFFECT_PART || e->kind == EFFECT_MOVE || e->kind == EFFECT_STORE) &&
	    e->src == reg)
		return ARG_USED;
	return (e->reads | e->writes) >> reg & 1 ? ARG_USED : ARG_UNTOUCHED;
}

/* What a register holds: bits that it keeps, and those that the instruction sets. */
static const struct {
	const struct arch *arch;
	const char *bytes;
	enum effect_kind kind;
	uint8_t dst, src;
	uint32_t keep, value;
} values[] = {
	{ &arch_x86, "be c9 00 01 00", EFFECT_CONST, 6, 0, 0, 0x100c9 },
	{ &arch_x86, "31 f6", EFFECT_CONST, 6, 0, 0, 0 },			/* xor %esi,%esi */
	{ &arch_x86, "89 de", EFFECT_MOVE, 6, 3, 0, 0 },			/* mov %ebx,%esi */
	{ &arch_x86, "48 8b f3", EFFECT_MOVE, 6, 3, 0, 0 },
	{ &arch_arm64, "21 19 80 52", EFFECT_CONST, 1, 0, 0, 201 },		/* mov w1, #201 */
	{ &arch_arm64, "21 00 a0 d2", EFFECT_CONST, 1, 0, 0, 0x10000 },	/* mov x1, #1, lsl #16 */
	{ &arch_arm64, "21 00 a0 72", EFFECT_PART, 1, 1, 0xffff, 0x10000 },	/* movk w1, #1, lsl #16 */
	{ &arch_arm64, "21 19 80 72", EFFECT_PART, 1, 1, 0xffff0000, 201 },	/* movk w1, #201 */
	{ &arch_arm64, "21 00 c0 d2", EFFECT_OTHER, 0, 0, 0, 0 },		/* mov x1, #1, lsl #32 */
	{ &arch_arm64, "e1 03 13 2a", EFFECT_MOVE, 1, 19, 0, 0 },		/* mov w1, w19 */
	{ &arch_ppc64, "c9 00 80 38", EFFECT_CONST, 4, 0, 0, 201 },		/* li r4,201 */
	{ &arch_ppc64, "ff ff 80 38", EFFECT_CONST, 4, 0, 0, UINT32_MAX },	/* li r4,-1 */
	{ &arch_ppc64, "01 00 80 3c", EFFECT_CONST, 4, 0, 0, 0x10000 },	/* lis r4,1 */
	{ &arch_ppc64, "c9 00 84 60", EFFECT_PART, 4, 4, UINT32_MAX, 201 },	/* ori r4,r4,201 */
	{ &arch_ppc64, "c9 00 24 61", EFFECT_PART, 4, 9, UINT32_MAX, 201 },	/* ori r4,r9,201 */
	{ &arch_ppc64, "78 f3 c4 7f", EFFECT_MOVE, 4, 30, 0, 0 },		/* mr r4,r30 */
	{ &arch_loongarch, "05 24 83 02", EFFECT_CONST, 5, 0, 0, 201 },	/* addi.w a1, zero, 201 */
	{ &arch_loongarch, "05 fc bf 02", EFFECT_CONST, 5, 0, 0, UINT32_MAX },	/* addi.w a1, zero, -1 */
	{ &arch_loongarch, "25 00 00 14", EFFECT_CONST, 5, 0, 0, 0x1000 },	/* lu12i.w a1, 1 */
	{ &arch_loongarch, "05 24 83 03", EFFECT_CONST, 5, 0, 0, 201 },	/* ori a1, zero, 201 */
	{ &arch_loongarch, "a5 24 83 03", EFFECT_PART, 5, 5, UINT32_MAX, 201 },/* ori a1, a1, 201 */
	{ &arch_loongarch, "e5 26 83 03", EFFECT_PART, 5, 23, UINT32_MAX, 201 },	/* ori a1, s0, 201 */
	{ &arch_loongarch, "05 03 15 00", EFFECT_MOVE, 5, 24, 0, 0 },		/* move a1, s1 */
};

/* What becomes of what it reads: the address of memory, and nothing else; or it may be stored. */
static const struct {
	const struct arch *arch;
	const char *bytes;
	uint32_t address;
	uint8_t address_end;
	bool stores;
} addresses[] = {
	{ &arch_x86, "8b 04 fd 00 00 00 00", 1 << 7, 7, false },	/* mov 0(,%rdi,8),%eax */
	{ &arch_x86, "48 8d 3c f0", 0, 0, false },			/* lea (%rax,%rsi,8),%rdi */
	{ &arch_x86, "48 89 37", 1 << 7, 3, true },			/* mov %rsi,(%rdi) */
	{ &arch_x86, "48 89 3f", 0, 3, true },				/* mov %rdi,(%rdi) */
	{ &arch_x86, "48 c7 07 00 00 00 00", 1 << 7, 3, true },	/* movq $0,(%rdi): $0 is behind */
	{ &arch_x86, "53", 0, 0, false },				/* push: EFFECT_STORE tells */
	{ &arch_x86, "48 3b 37", 1 << 7, 3, false },			/* cmp (%rdi),%rsi */
	{ &arch_arm64, "20 00 40 f9", 1 << 1, 4, false },		/* ldr x0, [x1] */
	{ &arch_arm64, "20 84 40 f8", 0, 4, false },			/* ldr x0, [x1], #8 */
	{ &arch_arm64, "20 00 00 f9", 1 << 1, 4, true },		/* str x0, [x1] */
	{ &arch_arm64, "21 00 00 f9", 0, 4, true },			/* str x1, [x1] */
	{ &arch_arm64, "60 68 61 f8", 1 << 3 | 1 << 1, 4, false },	/* ldr x0, [x3, x1] */
	{ &arch_arm64, "20 04 00 91", 0, 0, false },			/* add x0, x1, #1 */
	{ &arch_ppc64, "00 00 64 e8", 1 << 4, 4, false },		/* ld r3,0(r4) */
	{ &arch_ppc64, "00 00 64 f8", 1 << 4, 4, true },		/* std r3,0(r4) */
	{ &arch_ppc64, "00 00 84 f8", 0, 4, true },			/* std r4,0(r4) */
	{ &arch_ppc64, "2a 28 64 7c", 1 << 4 | 1 << 5, 4, false },	/* ldx r3,r4,r5 */
	{ &arch_ppc64, "08 00 64 38", 0, 0, false },			/* addi r3,r4,8 */
	{ &arch_ppc64, "a6 03 69 7c", 0, 0, true },			/* mtctr r3 */
	{ &arch_loongarch, "a4 00 c0 28", 1 << 5, 4, false },		/* ld.d a0, a1, 0 */
	{ &arch_loongarch, "a4 00 c0 29", 1 << 5, 4, true },		/* st.d a0, a1, 0 */
	{ &arch_loongarch, "a5 00 c0 29", 0, 4, true },		/* st.d a1, a1, 0 */
	{ &arch_loongarch, "a4 04 c0 02", 0, 0, false },		/* addi.d a0, a1, 1 */
};

/* What it does with the stack. */
static const struct {
	const struct arch *arch;
	const char *bytes;
	enum effect_kind kind;
	enum stack_use stack;
	int32_t sp, off;
	uint32_t len;
	bool lost;
} stacks[] = {
	{ &arch_x86, "68 c9 00 00 00", EFFECT_STORE_CONST, STACK_WRITE, -8, 0, 8, false },
	{ &arch_x86, "53", EFFECT_STORE, STACK_WRITE, -8, 0, 8, false },		/* push %rbx */
	{ &arch_x86, "5b", EFFECT_OTHER, STACK_READ, 8, -8, 8, false },		/* pop %rbx */
	{ &arch_x86, "c7 44 24 08 c9 00 00 00", EFFECT_STORE_CONST, STACK_WRITE, 0, 8, 4, false },
	{ &arch_x86, "c7 45 08 c9 00 00 00", EFFECT_OTHER, STACK_NONE, 0, 0, 0, false },	/* rbp */
	{ &arch_x86, "48 89 74 24 10", EFFECT_STORE, STACK_WRITE, 0, 16, 8, false },
	{ &arch_x86, "48 8b 74 24 10", EFFECT_LOAD, STACK_READ, 0, 16, 8, false },
	{ &arch_x86, "48 8d 74 24 10", EFFECT_OTHER, STACK_READ, 0, 16, STACK_ALL, false },
	{ &arch_x86, "48 83 ec 18", EFFECT_OTHER, STACK_NONE, -24, 0, 0, false },
	{ &arch_x86, "48 81 c4 00 01 00 00", EFFECT_OTHER, STACK_NONE, 256, 0, 0, false },
	{ &arch_x86, "48 89 ec", EFFECT_OTHER, STACK_NONE, 0, 0, 0, true },	/* mov %rbp,%rsp */
	{ &arch_x86, "c9", EFFECT_OTHER, STACK_NONE, 0, 0, 0, true },		/* leave */
	{ &arch_x86, "83 44 24 08 01", EFFECT_OTHER, STACK_CHANGE, 0, 8, 4, false },
	{ &arch_arm64, "e8 03 00 b9", EFFECT_STORE, STACK_WRITE, 0, 0, 4, false },	/* str w8, [sp] */
	{ &arch_arm64, "e8 07 00 f9", EFFECT_STORE, STACK_WRITE, 0, 8, 8, false },
	{ &arch_arm64, "ff 03 00 b9", EFFECT_STORE_CONST, STACK_WRITE, 0, 0, 4, false },	/* wzr */
	{ &arch_arm64, "fd 7b bf a9", EFFECT_OTHER, STACK_WRITE, -16, 0, 16, false },
	{ &arch_arm64, "fd 7b c1 a8", EFFECT_OTHER, STACK_READ, 16, -16, 16, false },
	{ &arch_arm64, "ff 43 00 d1", EFFECT_OTHER, STACK_NONE, -16, 0, 0, false },	/* sub sp */
	{ &arch_arm64, "e0 43 00 91", EFFECT_OTHER, STACK_READ, 0, 16, STACK_ALL, false },
	{ &arch_arm64, "bf 03 00 91", EFFECT_OTHER, STACK_NONE, 0, 0, 0, true },	/* mov sp, x29 */
	{ &arch_ppc64, "60 00 01 f9", EFFECT_STORE, STACK_WRITE, 0, 96, 8, false },	/* std r8,96(r1) */
	{ &arch_ppc64, "81 ff 21 f8", EFFECT_STORE, STACK_WRITE, -128, 0, 8, false },	/* stdu r1 */
	{ &arch_ppc64, "20 00 61 e8", EFFECT_LOAD, STACK_READ, 0, 32, 8, false },
	{ &arch_ppc64, "80 00 21 38", EFFECT_OTHER, STACK_NONE, 128, 0, 0, false },	/* addi r1,r1 */
	{ &arch_ppc64, "20 00 61 38", EFFECT_OTHER, STACK_READ, 0, 32, STACK_ALL, false },
	{ &arch_ppc64, "14 0a 09 7f", EFFECT_OTHER, STACK_READ, 0, INT32_MIN, STACK_ALL, false },
	{ &arch_loongarch, "65 20 c0 29", EFFECT_STORE, STACK_WRITE, 0, 8, 8, false },	/* st.d a1, sp */
	{ &arch_loongarch, "65 00 00 27", EFFECT_STORE, STACK_WRITE, 0, 0, 8, false },	/* stptr.d */
	{ &arch_loongarch, "60 00 c0 29", EFFECT_STORE_CONST, STACK_WRITE, 0, 0, 8, false },
	{ &arch_loongarch, "64 20 c0 28", EFFECT_LOAD, STACK_READ, 0, 8, 8, false },
	{ &arch_loongarch, "63 80 ff 02", EFFECT_OTHER, STACK_NONE, -32, 0, 0, false },
	{ &arch_loongarch, "64 40 c0 02", EFFECT_OTHER, STACK_READ, 0, 16, STACK_ALL, false },
};

static bool effect_of(const struct arch *arch, const char *bytes, struct effect *e)
{
	uint8_t code[16] = { 0 };
	struct insn insn;
	size_t len = parse(bytes, code);

	return !arch->decode(code, len, &insn) && insn.len == len && arch->effect(code, &insn, e);
}

static int check_values(void)
{
	struct effect e;
	int failures = 0;

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		if (effect_of(values[i].arch, values[i].bytes, &e) && e.kind == values[i].kind &&
		    (e.kind == EFFECT_OTHER ||
		     (e.dst == values[i].dst && (e.kind == EFFECT_CONST || e.src == values[i].src) &&
		      e.keep == values[i].keep && e.value == values[i].value)))
			continue;
		printf("%s: %s: kind %d, %u, %u, keeps %#x, value %#x\n", values[i].arch->name,
		       values[i].bytes, e.kind, e.dst, e.src, e.keep, e.value);
		failures++;
	}
	return failures;
}

static int check_stacks(void)
{
	struct effect e;
	int failures = 0;

	for (size_t i = 0; i < sizeof(stacks) / sizeof(*stacks); i++) {
		if (effect_of(stacks[i].arch, stacks[i].bytes, &e) && e.kind == stacks[i].kind &&
		    e.stack == stacks[i].stack && e.sp == stacks[i].sp && e.off == stacks[i].off &&
		    e.len == stacks[i].len && e.sp_lost == stacks[i].lost)
			continue;
		printf("%s: %s: kind %d, stack %d, moves %d, at %d, %u bytes\n", stacks[i].arch->name,
		       stacks[i].bytes, e.kind, e.stack, e.sp, e.off, e.len);
		failures++;
	}
	return failures;
}

static int check_addresses(void)
{
	struct effect e;
	int failures = 0;

	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		if (effect_of(addresses[i].arch, addresses[i].bytes, &e) &&
		    e.address == addresses[i].address && e.stores == addresses[i].stores &&
		    e.address_end == addresses[i].address_end)
			continue;
		printf("%s: %s: address of %#x up to byte %u, %s\n", addresses[i].arch->name,
		       addresses[i].bytes, e.address, e.address_end,
		       e.stores ? "stores" : "does not store");
		failures++;
	}
	return failures;
}

int main(void)
{
	int failures = check_values() + check_stacks() + check_addresses();

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		uint8_t code[16] = { 0 };
		struct insn insn;
		struct effect e;
		size_t len = parse(r->bytes, code);
		enum arg_use use = ARG_USED;

		if (r->arch->decode(code, len, &insn) || insn.len != len) {
			printf("%s: %s: not one instruction\n", r->arch->name, r->bytes);
			failures++;
			continue;
		}
		if (r->arg <= r->arch->abi.nr_args && r->arch->effect(code, &insn, &e) &&
		    !(insn.flags & (INSN_BRANCH | INSN_CALL | INSN_END | INSN_TRAP)))
			use = use_of(&e, r->arch->abi.args[r->arg - 1]);
		if (use != r->use || (r->mask && (e.imm.at != r->at || e.imm.mask != r->mask))) {
			printf("%s: %s: argument %u: %d instead of %d, at %u, mask %#x\n",
			       r->arch->name, r->bytes, r->arg, use, r->use, e.imm.at, e.imm.mask);
			failures++;
		}
	}
	return failures != 0;
}
