// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What instructions do to the register of an argument, on every architecture.
 */
#include <stdio.h>
#include <stdlib.h>

#include <klp/arch.h>

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
	X("48 c7 c7 00 00 00 00", 1, USED),
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
	X("f7 e1", 3, USED),					/* mul %ecx writes edx */
	X("f7 da", 2, UNTOUCHED), X("f7 da", 3, USED),		/* neg %edx */
	X("d3 e0", 2, UNTOUCHED), X("d3 e0", 4, USED),		/* shl %cl,%eax */
	X("c1 e6 03", 2, USED), X("c1 e6 03", 4, UNTOUCHED),	/* shl $3,%esi */
	X("ff 75 28", 2, UNTOUCHED), X("ff 76 28", 2, USED),	/* push 40(%rbp), 40(%rsi) */
	X("ff d0", 2, USED), X("ff 65 28", 2, USED),		/* call *%rax, jmp *40(%rbp) */
	X("99", 3, USED),					/* cltd */
	X("0f a2", 3, USED),					/* cpuid */
	X("f0 0f b1 0f", 2, USED),				/* lock: not looked into */
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
	A("62 00 20 b8", 2, USED),				/* ldadd: not looked into */
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
	P("74 00 29 7d", 2, UNTOUCHED), P("20 01 29 7d", 2, USED),	/* cntlzd; mtcrf */
	/* b, beq, bl, blr, bctr, bctrl, trap */
	P("20 00 00 48", 2, USED), P("20 00 82 41", 2, USED), P("21 00 00 48", 2, USED),
	P("20 00 80 4e", 2, USED), P("20 04 80 4e", 2, USED), P("21 04 80 4e", 2, USED),
	P("08 00 e0 7f", 2, USED),

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

/* What a register holds: bits that it keeps, and those that the instruction sets. */
static const struct {
	const struct arch *arch;
	const char *bytes;
	unsigned int arg;
	uint32_t keep, value, known;
} values[] = {
	{ &arch_x86, "be c9 00 01 00", 2, 0, 0x100c9, UINT32_MAX },
	{ &arch_arm64, "21 19 80 52", 2, 0, 201, UINT32_MAX },			/* mov w1, #201 */
	{ &arch_arm64, "21 00 a0 d2", 2, 0, 0x10000, UINT32_MAX },		/* mov x1, #1, lsl #16 */
	{ &arch_arm64, "21 00 a0 72", 2, 0xffff, 0x10000, UINT32_MAX },		/* movk w1, #1, lsl #16 */
	{ &arch_arm64, "21 19 80 72", 2, 0xffff0000, 201, UINT32_MAX },		/* movk w1, #201 */
	{ &arch_arm64, "21 00 c0 d2", 2, 0, 0, 0 },				/* mov x1, #1, lsl #32 */
	{ &arch_ppc64, "c9 00 80 38", 2, 0, 201, UINT32_MAX },			/* li r4,201 */
	{ &arch_ppc64, "ff ff 80 38", 2, 0, UINT32_MAX, UINT32_MAX },		/* li r4,-1 */
	{ &arch_ppc64, "01 00 80 3c", 2, 0, 0x10000, UINT32_MAX },		/* lis r4,1 */
	{ &arch_ppc64, "c9 00 84 60", 2, UINT32_MAX, 201, UINT32_MAX },		/* ori r4,r4,201 */
	{ &arch_ppc64, "c9 00 24 61", 2, UINT32_MAX, 201, 0xffff },		/* ori r4,r9,201 */
	{ &arch_loongarch, "05 24 83 02", 2, 0, 201, UINT32_MAX },		/* addi.w a1, zero, 201 */
	{ &arch_loongarch, "05 fc bf 02", 2, 0, UINT32_MAX, UINT32_MAX },	/* addi.w a1, zero, -1 */
	{ &arch_loongarch, "25 00 00 14", 2, 0, 0x1000, UINT32_MAX },		/* lu12i.w a1, 1 */
	{ &arch_loongarch, "05 24 83 03", 2, UINT32_MAX, 201, UINT32_MAX },	/* ori a1, zero, 201 */
	{ &arch_loongarch, "a5 24 83 03", 2, UINT32_MAX, 201, UINT32_MAX },	/* ori a1, a1, 201 */
	{ &arch_loongarch, "e5 26 83 03", 2, UINT32_MAX, 201, 0xfff },		/* ori a1, s0, 201 */
};

static int check_values(void)
{
	int failures = 0;

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		uint8_t code[16] = { 0 };
		struct insn insn;
		struct arg_imm imm = { 0 };
		size_t len = parse(values[i].bytes, code);

		if (values[i].arch->decode(code, len, &insn))
			failures++;
		else
			values[i].arch->arg_insn(code, &insn, values[i].arg, &imm);
		if (imm.known == values[i].known &&
		    (!imm.known || (imm.keep == values[i].keep && imm.value == values[i].value)))
			continue;
		printf("%s: %s: keeps %#x, value %#x, known %#x\n", values[i].arch->name,
		       values[i].bytes, imm.keep, imm.value, imm.known);
		failures++;
	}
	return failures;
}

int main(void)
{
	int failures = check_values();

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		uint8_t code[16] = { 0 };
		struct insn insn;
		struct arg_imm imm = { 0 };
		size_t len = parse(r->bytes, code);
		enum arg_use use;

		if (r->arch->decode(code, len, &insn) || insn.len != len) {
			printf("%s: %s: not one instruction\n", r->arch->name, r->bytes);
			failures++;
			continue;
		}
		use = r->arch->arg_insn(code, &insn, r->arg, &imm);
		if (use != r->use || (r->mask && (imm.at != r->at || imm.mask != r->mask))) {
			printf("%s: %s: argument %u: %d instead of %d, at %u, mask %#x\n",
			       r->arch->name, r->bytes, r->arg, use, r->use, imm.at, imm.mask);
			failures++;
		}
	}
	return failures != 0;
}
