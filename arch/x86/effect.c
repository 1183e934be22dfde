// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The effects of x86 instructions on registers and the stack: of those that compilers use for
 * integers.  Numbers are those of the encoding: rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 … r15.
 */
#include <string.h>

#include "x86.h"

#define REX_W 8
#define REX_R 4
#define REX_X 2
#define REX_B 1

enum { RAX = 0, RCX = 1, RDX = 2, SP = 4, RBP = 5, RSI = 6, RDI = 7 };

#define BIT(reg) (1u << (reg))

/* The prefixes, the opcode and ModRM of one instruction that was decoded. */
struct operands {
	const uint8_t *begin, *p; /* p: ModRM, or what follows the opcode */
	uint8_t rex, rep;
	bool two_byte; /* 0f … */
	bool opsize;   /* 66h */
	uint8_t opcode;

	/* of ModRM */
	unsigned int ext, reg; /* the middle bits: as they are, and as a register */
	bool is_reg;	       /* r/m is the register rm */
	unsigned int rm;
	uint32_t address; /* registers of which the address is made */
	bool on_stack;	  /* memory: disp from the stack pointer */
	bool stack_index; /* memory on the stack with an index: anywhere */
	int32_t disp;
	const uint8_t *imm;
};

static void find_opcode(struct operands *o, const uint8_t *p)
{
	o->begin = p;
	for (;; p++) {
		if (*p == 0xf2 || *p == 0xf3)
			o->rep = *p;
		else if (*p == 0x66)
			o->opsize = true;
		else if (*p != 0x65 && *p != 0x64 && *p != 0x2e && *p != 0x3e && *p != 0xf0)
			break;
	}
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

/* A register of one byte: without REX, 4 to 7 are ah to bh. */
static unsigned int byte_number(const struct operands *o, unsigned int nr)
{
	return !o->rex && nr >= 4 && nr < 8 ? nr & 3 : nr;
}

/* The registers and the distance of a memory operand (SDM tables 2-2, 2-3). */
static void find_address(struct operands *o, unsigned int mod, unsigned int rm)
{
	const uint8_t *p = o->p + 1;
	unsigned int base = number(o, rm, REX_B), index = SP;

	if (rm == 4) {
		index = number(o, *p >> 3, REX_X);
		base = number(o, *p, REX_B);
		rm = *p++ & 7;
	}
	if (mod == 0 && rm == 5) { /* RIP, or no base */
		mod = 2;
		base = SP;
		o->address = 0;
	} else {
		o->address = base == SP ? 0 : BIT(base);
		o->on_stack = base == SP;
	}
	if (index != SP) {
		o->address |= BIT(index);
		o->stack_index = o->on_stack;
	}
	if (mod == 1)
		o->disp = (int8_t)*p++;
	else if (mod == 2)
		o->disp = (int32_t)get_le32(p), p += 4;
	o->imm = p;
}

static void find_modrm(struct operands *o)
{
	unsigned int mod = o->p[0] >> 6, rm = o->p[0] & 7;

	o->ext = o->p[0] >> 3 & 7;
	o->reg = number(o, o->ext, REX_R);
	o->is_reg = mod == 3;
	o->rm = number(o, rm, REX_B);
	o->imm = o->p + 1;
	if (!o->is_reg)
		find_address(o, mod, rm);
}

/* ---- an operand is read, or changed ---- */

enum access { READ = 1, WRITE = 2, PART = 4 /* of a register: the rest stays */ };

static bool use_reg(struct effect *e, unsigned int reg, unsigned int access)
{
	if (access & (READ | PART))
		e->reads |= BIT(reg);
	if (access & (WRITE | PART))
		e->writes |= BIT(reg);
	return reg != SP; /* what else is done with the stack pointer is not followed */
}

static bool use_rm(const struct operands *o, struct effect *e, unsigned int access, uint32_t size)
{
	if (o->is_reg)
		return use_reg(e, size == 1 ? byte_number(o, o->rm) : o->rm,
			       size < 4 && access & WRITE ? access | PART : access);
	e->address |= o->address;
	e->address_end = (uint8_t)(o->imm - o->begin);
	e->stores |= access & WRITE;
	if (o->stack_index)
		return false;
	if (o->on_stack) {
		e->stack = access == READ    ? STACK_READ
			   : access == WRITE ? STACK_WRITE
					     : STACK_CHANGE;
		e->off = o->disp;
		e->len = size;
	}
	return true;
}

static bool use_both(const struct operands *o, struct effect *e, unsigned int reg_access,
		     unsigned int rm_access, uint32_t size)
{
	unsigned int reg = size == 1 ? byte_number(o, o->reg) : o->reg;

	if (size < 4 && reg_access & WRITE)
		reg_access |= PART;
	return use_rm(o, e, rm_access, size) && use_reg(e, reg, reg_access);
}

/* ---- what has a form of its own ---- */

static bool set_const(const struct operands *o, struct effect *e, unsigned int dst,
		      const uint8_t *imm, uint32_t value)
{
	e->kind = EFFECT_CONST;
	e->dst = (uint8_t)dst;
	e->value = value;
	if (imm)
		e->imm = (struct imm_at){ (uint8_t)(imm - o->begin), UINT32_MAX };
	return use_reg(e, dst, WRITE);
}

static bool set_register(const struct operands *o, struct effect *e, unsigned int dst,
			 unsigned int src)
{
	if (dst == SP) { /* mov %rbp,%rsp */
		e->sp_lost = true;
		return use_reg(e, src, READ);
	}
	if (src == SP) { /* mov %rsp,%rbp: an address */
		e->stack = STACK_READ;
		e->len = STACK_ALL;
		return use_reg(e, dst, WRITE);
	}
	if (o->opsize)
		return use_reg(e, src, READ) && use_reg(e, dst, PART);
	e->kind = EFFECT_MOVE;
	e->dst = (uint8_t)dst;
	e->src = (uint8_t)src;
	return use_reg(e, dst, WRITE);
}

static bool store(const struct operands *o, struct effect *e, unsigned int src, uint32_t size)
{
	if (!use_rm(o, e, WRITE, size))
		return false;
	if (!o->on_stack || size < 4)
		return use_reg(e, src, READ);
	e->kind = EFFECT_STORE;
	e->stores = false;
	e->src = (uint8_t)src;
	return src != SP;
}

static bool push(struct effect *e, enum effect_kind kind)
{
	e->kind = kind;
	e->sp = -8;
	e->stack = STACK_WRITE;
	e->len = 8;
	return true;
}

static bool pop(struct effect *e)
{
	e->sp = 8;
	e->stack = STACK_READ;
	e->off = -8;
	e->len = 8;
	return true;
}

static bool load_address(const struct operands *o, struct effect *e)
{
	e->reads |= o->address;
	if (o->reg == SP) { /* lea -40(%rbp),%rsp; lea 8(%rsp),%rsp */
		e->sp = o->on_stack ? o->disp : 0;
		e->sp_lost = !o->on_stack || o->stack_index;
		return true;
	}
	if (o->on_stack) {
		e->stack = STACK_READ;
		e->off = o->stack_index ? INT32_MIN : o->disp;
		e->len = STACK_ALL;
	}
	return use_reg(e, o->reg, WRITE);
}

static bool move_imm(struct operands *o, struct effect *e, uint32_t size)
{
	if (size < 4)
		return use_rm(o, e, WRITE, size);
	if (o->is_reg)
		return set_const(o, e, o->rm, o->imm, get_le32(o->imm));
	if (!use_rm(o, e, WRITE, size))
		return false;
	if (o->on_stack) {
		e->kind = EFFECT_STORE_CONST;
		e->stores = false;
		e->value = get_le32(o->imm);
		e->imm = (struct imm_at){ (uint8_t)(o->imm - o->begin), UINT32_MAX };
	}
	return true;
}

/* add … cmp with an immediate: 7 is cmp, 0 and 5 move the stack pointer. */
static bool arithmetic_imm(const struct operands *o, struct effect *e, uint32_t size)
{
	if (o->is_reg && o->rm == SP && size == 8) {
		int32_t imm = o->opcode == 0x83 ? (int8_t)*o->imm : (int32_t)get_le32(o->imm);

		e->sp = o->ext == 5 ? -imm : imm;
		e->sp_lost = o->ext != 5 && o->ext != 0;
		return true;
	}
	return use_rm(o, e, o->ext == 7 ? READ : READ | WRITE, size);
}

/* The first 64 opcodes: add, or, adc, sbb, and, sub, xor, cmp, in six forms each. */
static bool arithmetic(struct operands *o, struct effect *e, uint32_t size)
{
	unsigned int form = o->opcode & 7, to = o->opcode >> 3 == 7 ? READ : READ | WRITE;

	if (form == 4 || form == 5)
		return use_reg(e, RAX, to);
	if (form > 5)
		return false;
	find_modrm(o);
	if ((o->opcode & 0xf8) == 0x30 && o->is_reg && o->reg == o->rm && size >= 4)
		return set_const(o, e, o->rm, NULL, 0); /* xor %eax,%eax */
	return form < 2 ? use_both(o, e, READ, to, size) : use_both(o, e, to, READ, size);
}

/* f6, f7: test, not, neg, mul, div; fe, ff: inc, dec, call, jmp, push */
static bool unary(const struct operands *o, struct effect *e, uint32_t size)
{
	bool multiplies = o->opcode <= 0xf7 && o->ext >= 4;

	if (multiplies) {
		e->reads |= BIT(RAX) | BIT(RDX);
		e->writes |= BIT(RAX) | BIT(RDX);
	}
	if (multiplies || (o->opcode <= 0xf7 && o->ext < 2))
		return use_rm(o, e, READ, size);
	if (o->opcode <= 0xf7 || o->ext < 2)
		return use_rm(o, e, READ | WRITE, size);
	if (o->ext == 6) {
		if (o->on_stack || !use_rm(o, e, READ, 8))
			return false;
		if (o->is_reg)
			e->reads = 0, e->src = (uint8_t)o->rm;
		return push(e, o->is_reg ? EFFECT_STORE : EFFECT_OTHER);
	}
	return (o->ext == 2 || o->ext == 4) && use_rm(o, e, READ, 8);
}

static bool shift(const struct operands *o, struct effect *e, uint32_t size)
{
	if ((o->opcode & 0xfe) == 0xd2)
		e->reads |= BIT(RCX);
	return use_rm(o, e, READ | WRITE, size);
}

static bool with_modrm(struct operands *o, struct effect *e, uint32_t size)
{
	find_modrm(o);
	switch (o->opcode) {
	case 0x63: /* movsxd */
	case 0x69: /* imul */
	case 0x6b:
		return use_both(o, e, WRITE, READ, 4);
	case 0x80:
	case 0x81:
	case 0x83:
		return arithmetic_imm(o, e, size);
	case 0x84: /* test */
	case 0x85:
		return use_both(o, e, READ, READ, size);
	case 0x86: /* xchg */
	case 0x87:
		return use_both(o, e, READ | WRITE, READ | WRITE, size);
	case 0x88:
	case 0x89:
		if (o->is_reg && size >= 2)
			return set_register(o, e, o->rm, o->reg);
		return o->is_reg ? use_both(o, e, READ, WRITE, 1)
				 : store(o, e, size == 1 ? byte_number(o, o->reg) : o->reg, size);
	case 0x8a:
	case 0x8b:
		if (o->is_reg && size >= 2)
			return set_register(o, e, o->reg, o->rm);
		if (o->on_stack && size >= 4) {
			e->kind = EFFECT_LOAD;
			e->dst = (uint8_t)o->reg;
		}
		return use_both(o, e, WRITE, READ, size);
	case 0x8d:
		return load_address(o, e);
	case 0xc0:
	case 0xc1:
	case 0xd0:
	case 0xd1:
	case 0xd2:
	case 0xd3:
		return shift(o, e, size);
	case 0xc6:
	case 0xc7:
		return move_imm(o, e, size);
	case 0xf6:
	case 0xf7:
	case 0xfe:
	case 0xff:
		return unary(o, e, size);
	}
	return false;
}

/* movs, cmps, stos, lods, scas; with a rep they count down rcx. */
static bool is_string(uint8_t op)
{
	return (op >= 0xa4 && op <= 0xa7) || (op >= 0xaa && op <= 0xaf);
}

static bool string(const struct operands *o, struct effect *e)
{
	uint8_t op = o->opcode & 0xfe;

	if (op != 0xaa && op != 0xae)
		e->reads |= BIT(RSI);
	if (op != 0xac)
		e->reads |= BIT(RDI);
	e->writes = e->reads; /* they go on to what is behind */
	e->stores = op == 0xa4 || op == 0xaa;
	if (op == 0xac)
		e->writes |= BIT(RAX);
	if (op >= 0xaa)
		e->reads |= BIT(RAX);
	if (o->rep) {
		e->reads |= BIT(RCX);
		e->writes |= BIT(RCX);
	}
	return true;
}

static bool one_byte(struct operands *o, struct effect *e)
{
	uint8_t op = o->opcode;
	uint32_t wide = o->rex & REX_W ? 8 : o->opsize ? 2 : 4, size = op & 1 ? wide : 1;
	unsigned int reg = number(o, op, REX_B);

	if (op < 0x40)
		return arithmetic(o, e, size);
	if (op <= 0x57) {
		e->src = (uint8_t)reg;
		return push(e, EFFECT_STORE) && reg != SP;
	}
	if (op <= 0x5f)
		return pop(e) && use_reg(e, reg, WRITE);
	if (op == 0x68 || op == 0x6a) {
		e->value = op == 0x68 ? get_le32(o->p) : (uint32_t)(int8_t)o->p[0];
		e->imm = op == 0x68 && !o->opsize
				 ? (struct imm_at){ (uint8_t)(o->p - o->begin), UINT32_MAX }
				 : (struct imm_at){ 0 };
		return push(e, EFFECT_STORE_CONST);
	}
	if ((op & 0xf0) == 0x70 || op == 0xe8 || op == 0xe9 || op == 0xeb || op == 0xc3 ||
	    op == 0xc2) {
		e->returns = op == 0xc3 || op == 0xc2;
		return true; /* transfers of control that read no register */
	}
	if (op == 0x90)
		return !(o->rex & REX_B);
	if (op == 0x98 || op == 0x99) /* cltq, cltd */
		return use_reg(e, RAX, READ) && use_reg(e, op == 0x98 ? RAX : RDX, WRITE);
	if (op == 0x9c) /* pushf, popf */
		return push(e, EFFECT_OTHER);
	if (op == 0x9d)
		return pop(e);
	if (op == 0xa8 || op == 0xa9)
		return use_reg(e, RAX, READ);
	if (is_string(op))
		return string(o, e);
	if ((op & 0xf8) == 0xb0)
		return use_reg(e, byte_number(o, reg), PART);
	if ((op & 0xf8) == 0xb8)
		return wide == 4 ? set_const(o, e, reg, o->p, get_le32(o->p))
				 : use_reg(e, reg, wide == 2 ? PART : WRITE);
	if (op == 0xc9) { /* leave */
		e->sp_lost = true;
		return use_reg(e, RBP, READ | WRITE);
	}
	return with_modrm(o, e, size);
}

static bool two_bytes(struct operands *o, struct effect *e)
{
	uint8_t op = o->opcode;
	uint32_t size = o->rex & REX_W ? 8 : o->opsize ? 2 : 4;

	if ((op & 0xf0) == 0x80 || op == 0x0b) /* jcc, ud2 */
		return true;
	if ((op & 0xf8) == 0xc8) /* bswap */
		return use_reg(e, number(o, op, REX_B), READ | WRITE);
	if (op == 0x31) { /* rdtsc */
		e->writes = BIT(RAX) | BIT(RDX);
		return true;
	}
	find_modrm(o);
	if (op == 0x1e || op == 0x1f || op == 0x0d || op == 0x18) /* nop, prefetch */
		return true;
	if (op == 0xae)
		return o->is_reg && !o->rep;   /* lfence, mfence, sfence */
	if ((op & 0xf0) == 0x40 || op == 0xaf) /* cmovcc, imul */
		return use_both(o, e, READ | WRITE, READ, size);
	if ((op & 0xf0) == 0x90) /* setcc */
		return use_rm(o, e, WRITE, 1);
	if (op == 0xb6 || op == 0xbe) /* movzx, movsx */
		return use_rm(o, e, READ, 1) && use_reg(e, o->reg, size < 4 ? PART : WRITE);
	if (op == 0xb7 || op == 0xbf)
		return use_rm(o, e, READ, 2) && use_reg(e, o->reg, size < 4 ? PART : WRITE);
	if (op == 0xb8 || op == 0xbc || op == 0xbd) /* popcnt, bsf, bsr, tzcnt, lzcnt */
		return use_both(o, e, READ | WRITE, READ, size);
	if (op == 0xb0 || op == 0xb1) { /* cmpxchg */
		e->reads |= BIT(RAX);
		e->writes |= BIT(RAX);
		return use_both(o, e, READ, READ | WRITE, op & 1 ? size : 1);
	}
	if (op == 0xc0 || op == 0xc1) /* xadd */
		return use_both(o, e, READ | WRITE, READ | WRITE, op & 1 ? size : 1);
	if (op == 0xa5 || op == 0xad)
		e->reads |= BIT(RCX);
	if (op == 0xa4 || op == 0xa5 || op == 0xac || op == 0xad) /* shld, shrd */
		return use_both(o, e, READ, READ | WRITE, size);
	/* bt with a register reaches any distance from its operand. */
	if ((op == 0xa3 || op == 0xab || op == 0xb3 || op == 0xbb) && !o->on_stack)
		return use_both(o, e, READ, READ | WRITE, size);
	return op == 0xba && use_rm(o, e, READ | WRITE, size);
}

bool x86_effect(const uint8_t *p, const struct insn *insn, struct effect *e)
{
	uint8_t code[2 * X86_MAX_INSN] = { 0 }; /* what is read behind a short one is not there */
	struct operands o = { 0 };

	memcpy(code, p, insn->len);
	*e = (struct effect){ .kind = EFFECT_OTHER };
	find_opcode(&o, code);
	if (o.rep &&
	    !(o.two_byte &&
	      (o.opcode == 0x1e || o.opcode == 0xb8 || o.opcode == 0xbc || o.opcode == 0xbd)) &&
	    !(!o.two_byte && (o.opcode == 0x90 || o.opcode == 0xc3 || is_string(o.opcode))))
		return false;
	if (!(o.two_byte ? two_bytes(&o, e) : one_byte(&o, e)))
		return false;
	/* A register may make the address and be what is stored there. */
	e->address &= ~e->reads;
	e->reads |= e->address;
	return true;
}
