// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * x86 instructions that load an argument's register (psABI 3.2.3: rdi, rsi, rdx,
 * rcx, r8, r9).  Between it and the call compilers have moves, addresses and
 * arithmetic; what is not one of these counts as a use.
 */
#include "x86.h"

#define REX_W 8
#define REX_R 4
#define REX_X 2
#define REX_B 1

/* The prefixes and the opcode of one instruction that was decoded. */
struct operands {
	const uint8_t *p;	/* of ModRM, or of what follows the opcode */
	uint8_t rex;
	bool two_byte;		/* 0f … */
	bool opsize;		/* 66h */
	uint8_t opcode;
};

static void find_opcode(struct operands *o, const uint8_t *p)
{
	while (*p == 0x66 || *p == 0x65 || *p == 0x64 || *p == 0x2e || *p == 0x3e)
		o->opsize |= *p++ == 0x66;
	if ((*p & 0xf0) == 0x40)
		o->rex = *p++;
	if (*p == 0x0f) {
		o->two_byte = true;
		p++;
	}
	o->opcode = *p++;
	o->p = p;
}

static unsigned int number(const struct operands *o, unsigned int low, unsigned int rex_bit)
{
	return (low & 7) | (o->rex & rex_bit ? 8 : 0);
}

/* How ModRM.reg and ModRM.r/m are meant. */
enum modrm_use {
	REG_EXTENDS = 1 << 0,	/* reg is part of the opcode */
	BYTE_REG = 1 << 1,	/* reg is a byte register: 4 to 7 may be ah to bh */
	BYTE_RM = 1 << 2,
};

/* Not mul, div: these have rax and rdx. */
static bool is_unary(const struct operands *o)
{
	return (o->p[0] >> 3 & 7) < 4;
}

/* Not a call or jmp. */
static bool is_push_or_inc(const struct operands *o)
{
	uint8_t reg = o->p[0] >> 3 & 7;

	return reg < 2 || reg == 6;
}

/* The instruction is one whose registers are in ModRM alone: true, and how. */
static bool only_modrm(const struct operands *o, unsigned int *use)
{
	uint8_t op = o->opcode;

	*use = 0;
	if (o->two_byte) {
		if (op == 0xb6 || op == 0xbe)	/* movzx, movsx */
			*use = BYTE_RM;
		if ((op & 0xf0) == 0x90)	/* setcc */
			*use = BYTE_RM | REG_EXTENDS;
		return *use || op == 0xb7 || op == 0xbf || (op & 0xf0) == 0x40 || /* cmovcc */
		       op == 0xaf || op == 0x1f;	/* imul, nop */
	}
	if ((op < 0x40 && (op & 7) < 4) || (op >= 0x84 && op <= 0x8b)) /* add …, test, xchg, mov */
		*use = op & 1 ? 0 : BYTE_REG | BYTE_RM;
	else if (op == 0x80 || op == 0xc6)	/* add … imm, mov imm */
		*use = BYTE_RM | REG_EXTENDS;
	else if (op == 0xc0 || op == 0xd0 || op == 0xd2 || (op == 0xf6 && is_unary(o)))
		*use = BYTE_RM | REG_EXTENDS;	/* shl …, test imm, not, neg */
	else if (op == 0x81 || op == 0x83 || op == 0xc7 || op == 0xc1 || op == 0xd1 || op == 0xd3 ||
		 (op == 0xf7 && is_unary(o)) || (op == 0xff && is_push_or_inc(o)))
		*use = REG_EXTENDS;
	else
		return op == 0x63 || op == 0x69 || op == 0x6b || op == 0x8d; /* movsxd, imul, lea */
	return true;
}

static bool is_reg(const struct operands *o, unsigned int nr, unsigned int reg, bool byte)
{
	if (byte && !o->rex && nr >= 4)
		nr &= 3;
	return nr == reg;
}

static bool modrm_has(const struct operands *o, unsigned int use, unsigned int reg)
{
	uint8_t modrm = o->p[0];

	if (!(use & REG_EXTENDS) &&
	    is_reg(o, number(o, modrm >> 3, REX_R), reg, use & BYTE_REG))
		return true;
	if (modrm >> 6 == 3)
		return is_reg(o, number(o, modrm, REX_B), reg, use & BYTE_RM);
	if ((modrm & 7) != 4)	/* a base; RIP-relative looks like rbp */
		return number(o, modrm, REX_B) == reg;
	return number(o, o->p[1], REX_B) == reg || number(o, o->p[1] >> 3, REX_X) == reg;
}

static bool may_touch(const struct operands *o, unsigned int reg)
{
	unsigned int use;

	if (!o->two_byte && (o->opcode & 0xfe) == 0xd2 && reg == 1)	/* shl %cl, … */
		return true;
	if (only_modrm(o, &use))
		return modrm_has(o, use, reg);
	if (o->two_byte)
		return true;
	if (o->opcode >= 0x50 && o->opcode <= 0x5f)	/* push, pop */
		return number(o, o->opcode, REX_B) == reg;
	if ((o->opcode & 0xf0) == 0xb0)	/* mov $imm, %reg */
		return is_reg(o, number(o, o->opcode, REX_B), reg, o->opcode < 0xb8);
	return !((o->opcode < 0x40 && (o->opcode & 6) == 4) ||	/* add … $imm, %eax */
		 o->opcode == 0x68 || o->opcode == 0x6a ||	/* push $imm */
		 o->opcode == 0xa8 || o->opcode == 0xa9 ||
		 (o->opcode == 0x90 && !(o->rex & REX_B)));
}

enum arg_use x86_arg_insn(const uint8_t *p, const struct insn *insn, unsigned int arg,
			  struct arg_imm *imm)
{
	static const uint8_t regs[] = { 7, 6, 2, 1, 8, 9 };
	struct operands o = { 0 };

	if (arg > sizeof(regs))
		return ARG_USED;
	find_opcode(&o, p);
	*imm = (struct arg_imm){ .at = (uint8_t)(o.p - p), .mask = UINT32_MAX };
	if (!o.two_byte && o.opcode >= 0xb8 && o.opcode <= 0xbf &&
	    number(&o, o.opcode, REX_B) == regs[arg - 1] && !o.opsize && !(o.rex & REX_W) &&
	    insn->len == imm->at + 4) {
		imm->known = UINT32_MAX;
		imm->value = get_le32(p + imm->at);
		return ARG_SET;
	}
	return may_touch(&o, regs[arg - 1]) ? ARG_USED : ARG_UNTOUCHED;
}
