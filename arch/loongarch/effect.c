// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The effects of LoongArch instructions on registers and the stack.  Opcodes are those of the
 * manual's appendix B.
 */
#include "loongarch.h"

#define RD(word) ((word)&0x1f)
#define RJ(word) ((word) >> 5 & 0x1f)
#define RK(word) ((word) >> 10 & 0x1f)

#define SP 3

/* Bits 31:22 */
#define ADDI_W		 0x02800000u
#define ADDI_D		 0x02c00000u
#define ORI		 0x03800000u
#define OPCODE_I12(word) ((word)&0xffc00000u)

#define IS_LU12I_W(word) (((word)&0xfe000000u) == 0x14000000u)

/* Number 0 is zero. */
static uint32_t bit(uint32_t reg)
{
	return reg ? 1u << reg : 0;
}

static int32_t imm12(uint32_t word)
{
	return (int32_t)((word >> 10 & 0xfff) ^ 0x800) - 0x800;
}

static bool constant(struct effect *e, uint32_t word, uint32_t value, uint32_t mask)
{
	e->kind = EFFECT_CONST;
	e->dst = (uint8_t)RD(word);
	e->writes = bit(RD(word));
	e->imm = (struct imm_at){ .mask = mask };
	e->value = value;
	return true;
}

static bool move(struct effect *e, uint32_t dst, uint32_t src)
{
	e->kind = src ? EFFECT_MOVE : EFFECT_CONST;
	e->dst = (uint8_t)dst;
	e->src = (uint8_t)src;
	e->writes = bit(dst);
	return dst != SP;
}

static bool add_immediate(uint32_t word, struct effect *e)
{
	if (!RJ(word))
		return constant(e, word, (uint32_t)imm12(word), LARCH_IMM12);
	if (RD(word) == SP) {
		e->sp = imm12(word);
		e->sp_lost = RJ(word) != SP; /* from the frame pointer */
		return true;
	}
	e->writes = bit(RD(word));
	if (RJ(word) != SP) {
		e->reads = bit(RJ(word));
		return true;
	}
	e->stack = STACK_READ; /* an address: what is from there on may be read */
	e->off = imm12(word);
	e->len = STACK_ALL;
	return true;
}

static bool or_immediate(uint32_t word, struct effect *e)
{
	if (!RJ(word))
		return constant(e, word, word >> 10 & 0xfff, LARCH_IMM12);
	e->kind = EFFECT_PART;
	e->dst = (uint8_t)RD(word);
	e->src = (uint8_t)RJ(word);
	e->writes = bit(RD(word));
	e->imm = (struct imm_at){ .mask = LARCH_IMM12 };
	e->keep = UINT32_MAX;
	e->value = word >> 10 & 0xfff;
	return RD(word) != SP && RJ(word) != SP;
}

/* The registers address make the address; what is read so far is stored there. */
static void memory(struct effect *e, bool stores, uint32_t address)
{
	e->stores = stores;
	e->address = address & ~e->reads;
	e->address_end = 4;
	e->reads |= address;
}

static bool at_address(uint32_t word, struct effect *e, bool load, int32_t off, uint32_t len)
{
	*(load ? &e->writes : &e->reads) = bit(RD(word));
	memory(e, !load, bit(RJ(word)));
	if (RJ(word) != SP)
		return true;
	e->stack = load ? STACK_READ : STACK_WRITE;
	e->off = off;
	e->len = len;
	if (load && len >= 4 && RD(word)) {
		e->kind = EFFECT_LOAD;
		e->dst = (uint8_t)RD(word);
	} else if (!load && len >= 4) {
		e->kind = RD(word) ? EFFECT_STORE : EFFECT_STORE_CONST;
		e->stores = false;
		e->src = (uint8_t)RD(word);
		e->reads &= ~bit(RD(word));
	}
	return true;
}

static bool load_store(uint32_t word, struct effect *e)
{
	uint32_t op = word >> 22 & 0xf; /* ld.b … st.d, ld.bu … ld.wu, preld */

	if (word >> 26 == 0x09) /* ldptr.w, stptr.w, ldptr.d, stptr.d */
		return at_address(word, e, !(word >> 24 & 1),
				  (int32_t)((word >> 10 & 0x3fff) ^ 0x2000) * 4 - 0x2000 * 4,
				  word >> 25 & 1 ? 8 : 4);
	if (op == 11) /* preld: RD is a hint */
		return RJ(word) != SP;
	if (op > 11)
		return false; /* of floating point */
	return at_address(word, e, op < 4 || op >= 8, imm12(word), 1u << (op & 3));
}

/* ll.w, sc.w, ll.d, sc.d; sc tells in RD whether it has stored it. */
static bool linked(uint32_t word, struct effect *e)
{
	e->reads = word >> 24 & 1 ? bit(RD(word)) : 0;
	memory(e, word >> 24 & 1, bit(RJ(word)));
	e->writes = bit(RD(word));
	return RJ(word) != SP;
}

/* csrrd, csrwr, csrxchg: the operation is where another instruction has a register. */
static bool control_register(uint32_t word, struct effect *e)
{
	e->reads = (RJ(word) ? bit(RD(word)) : 0) | (RJ(word) > 1 ? bit(RJ(word)) : 0);
	e->stores = RJ(word);
	e->writes = bit(RD(word));
	return RD(word) != SP;
}

/* amadd.w and others; amcas and sc.q, which are before them, have three operands. */
static bool atomic(uint32_t word, struct effect *e)
{
	e->reads = bit(RK(word)) | (word < 0x38600000u ? bit(RD(word)) : 0);
	memory(e, true, bit(RJ(word)));
	e->writes = bit(RD(word));
	return RJ(word) != SP && RD(word) != SP;
}

/* 0x38000000: with a register's distance; barriers. */
static bool indexed(uint32_t word, struct effect *e)
{
	uint32_t op = word >> 18 & 0xff; /* ldx.b … stx.d, ldx.bu … ldx.wu */

	if (word >> 16 == 0x3872) /* dbar, ibar */
		return true;
	if (word >= 0x38570000u && word < 0x38720000u)
		return atomic(word, e);
	if (word >> 15 & 7 || op > 10 || RJ(word) == SP || RK(word) == SP)
		return false;
	*(op < 4 || op >= 8 ? &e->writes : &e->reads) = bit(RD(word));
	memory(e, op >= 4 && op < 8, bit(RJ(word)) | bit(RK(word)));
	return true;
}

/* Below 0x01000000: registers alone, and shifts by a number. */
static bool registers(uint32_t word, struct effect *e)
{
	if (word >> 16 == 0x2a) /* break */
		return true;
	if ((word & 0xffff8000u) == 0x00150000u && (!RK(word) || !RJ(word))) /* move: or */
		return move(e, RD(word), RJ(word) + RK(word)) && RJ(word) != SP && RK(word) != SP;
	if ((word >= 0x002a0000u && word < 0x002c0000u) || (word >= 0x6000 && word < 0x6c00))
		return false; /* system calls; rdtime, which writes both */
	e->writes = bit(RD(word));
	e->reads = bit(RJ(word));
	if (word >= 0x00040000u && word < 0x00400000u)
		e->reads |= bit(RK(word));
	if ((word >= 0x00600000u && word < 0x00800000u) || (word & 0xffc00000u) == 0x00800000u)
		e->reads |= bit(RD(word)); /* bstrins, and bstrpick with it */
	return RD(word) != SP && !(e->reads & bit(SP));
}

/* Transfers of control: what they test, and where they go. */
static bool transfer(uint32_t word, struct effect *e)
{
	uint32_t op = word >> 26;

	if (op == 0x10 || op == 0x11) /* beqz, bnez */
		e->reads = bit(RJ(word));
	else if (op == 0x13) /* jirl: what it writes is an address */
		e->reads = bit(RJ(word)), e->returns = word == 0x4c000020;
	else if (op >= 0x16 && op <= 0x1b) /* beq … bgeu */
		e->reads = bit(RJ(word)) | bit(RD(word));
	else
		return op == 0x14 || op == 0x15; /* b, bl */
	return true;
}

bool larch_effect(const uint8_t *p, const struct insn *insn, struct effect *e)
{
	uint32_t word = get_le32(p), op = OPCODE_I12(word);

	*e = (struct effect){ .kind = EFFECT_OTHER };
	if (insn->len > 4) { /* pcaddu18i and jirl are one call */
		e->writes = bit(RD(word));
		return true;
	}
	if (op == ADDI_W || op == ADDI_D)
		return add_immediate(word, e);
	if (op == ORI)
		return or_immediate(word, e);
	if (IS_LU12I_W(word))
		return constant(e, word, word >> 5 << 12, LARCH_IMM20);
	if (word < 0x01000000u)
		return registers(word, e);
	if (word >> 25 == 1) { /* slti … xori */
		e->writes = bit(RD(word));
		e->reads = bit(RJ(word));
		return RD(word) != SP && RJ(word) != SP;
	}
	if (word >= 0x10000000u && word < 0x20000000u) { /* addu16i.d; pcaddi … pcaddu18i */
		e->writes = bit(RD(word));
		e->reads = word < 0x14000000u  ? bit(RJ(word))
			   : word >> 25 == 0xb ? bit(RD(word))
					       : 0; /* lu32i.d keeps the rest */
		return RD(word) != SP;
	}
	if (word >> 26 == 0x09 || word >> 26 == 0x0a)
		return load_store(word, e);
	if (word >> 24 == 0x04)
		return control_register(word, e);
	if (word >> 26 == 0x08)
		return linked(word, e);
	if (word >> 24 == 0x38)
		return indexed(word, e);
	return transfer(word, e);
}
