// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The effects of A64 instructions on registers and the stack.  Names of groups are those of
 * DDI 0487, C4.1.  Number 31 is the stack pointer where an address is computed or used, and zero
 * elsewhere.
 */
#include "arm64.h"

#define RD(word) ((word)&0x1f)
#define RN(word) ((word) >> 5 & 0x1f)
#define RA(word) ((word) >> 10 & 0x1f) /* also Rt2 */
#define RM(word) ((word) >> 16 & 0x1f)

#define SP    31
#define IMM16 0x001fffe0u

/* None for number 31. */
static uint32_t bit(uint32_t reg)
{
	return reg == SP ? 0 : 1u << reg;
}

static int32_t sign_extend(uint32_t value, unsigned int bits)
{
	uint32_t sign = 1u << (bits - 1);

	value &= (sign << 1) - 1;
	return (int32_t)((value ^ sign) - sign);
}

/* movz, movk; movn counts as something unknown. */
static bool move_wide(uint32_t word, struct effect *e)
{
	unsigned int shift = (word >> 21 & 3) * 16;
	uint32_t opc = word >> 29 & 3;

	e->writes = bit(RD(word));
	if (shift > 16 || opc == 0) {
		e->reads = opc == 3 ? bit(RD(word)) : 0;
		return true;
	}
	e->kind = opc == 2 ? EFFECT_CONST : EFFECT_PART;
	e->dst = e->src = RD(word);
	e->imm = (struct imm_at){ .mask = IMM16 };
	e->keep = opc == 2 ? 0 : ~(0xffffu << shift);
	e->value = (word >> 5 & 0xffff) << shift;
	return true;
}

/* add, sub; number 31 is the stack pointer unless flags are set. */
static bool add_immediate(uint32_t word, struct effect *e)
{
	int32_t imm = (int32_t)(word >> 10 & 0xfff) << (word >> 22 & 1 ? 12 : 0);
	bool flags = word >> 29 & 1, sub = word >> 30 & 1;

	e->reads = bit(RN(word));
	e->writes = bit(RD(word));
	if (RD(word) == SP && !flags) {
		e->sp = sub ? -imm : imm;
		e->sp_lost = RN(word) != SP; /* from the frame pointer */
	} else if (RN(word) == SP) {
		e->stack = STACK_READ; /* an address: what is from there on may be read */
		e->off = sub ? -imm : imm;
		e->len = STACK_ALL;
	}
	return true;
}

static bool immediate(uint32_t word, struct effect *e)
{
	switch (word >> 23 & 7) {
	case 0:
	case 1: /* adr, adrp */
		e->writes = bit(RD(word));
		return true;
	case 2: /* add, sub */
		return add_immediate(word, e);
	case 4: /* logical; and writes the stack pointer if it is to be aligned */
		e->reads = bit(RN(word));
		e->writes = bit(RD(word));
		return RD(word) != SP || (word >> 29 & 3) == 3;
	case 5:
		return move_wide(word, e);
	case 6: /* bitfield; bfm keeps the rest */
		e->reads = bit(RN(word)) | ((word >> 29 & 3) == 1 ? bit(RD(word)) : 0);
		e->writes = bit(RD(word));
		return true;
	case 7: /* extr */
		e->reads = bit(RN(word)) | bit(RM(word));
		e->writes = bit(RD(word));
		return true;
	}
	return false;
}

/* "Data processing -- register" */
static bool processing(uint32_t word, struct effect *e)
{
	e->writes = bit(RD(word));
	if ((word & 0x7fe0ffe0) == 0x2a0003e0 && RM(word) != SP) { /* mov, of orr */
		e->kind = EFFECT_MOVE;
		e->dst = RD(word);
		e->src = RM(word);
		return true;
	}
	e->reads = bit(RN(word)) | bit(RM(word));
	if ((word & 0x1f000000) == 0x1b000000) /* of three sources: madd */
		e->reads |= bit(RA(word));
	if ((word & 0x5fe00000) == 0x5ac00000 && RM(word) == 1) /* pacia: signs what is there */
		e->reads |= bit(RD(word));
	if ((word & 0x1fe00000) == 0x0b200000) /* add, extended register: with the stack pointer */
		return RN(word) != SP && RD(word) != SP;
	if ((word & 0x3fe00000) == 0x3a400000) /* ccmp: no register is written */
		e->writes = 0;
	return true;
}

/* A load or store at off from the stack pointer, which changes as from the writeback on. */
static bool on_stack(struct effect *e, bool load, bool pre, bool post, int32_t off, uint32_t len)
{
	if (post && !load)
		return false;
	if (post) {
		e->sp = off; /* what was below it then is read before */
		e->stack = STACK_READ;
		e->off = -off;
		e->len = len;
		return true;
	}
	if (pre) {
		e->sp = off;
		off = 0;
	}
	e->stack = load ? STACK_READ : STACK_WRITE;
	e->off = off;
	e->len = len;
	return true;
}

/* What is read so far is stored; a register that makes the address as well changes by nothing. */
static void at_address(struct effect *e, bool stores, uint32_t address)
{
	e->stores = stores;
	e->address = address & ~e->reads;
	e->address_end = 4;
}

static bool load_store_pair(uint32_t word, struct effect *e)
{
	uint32_t mode = word >> 23 & 3, opc = word >> 30, size = opc >> 1 ? 8 : 4;
	bool load = word >> 22 & 1;
	uint32_t both = bit(RD(word)) | bit(RA(word));

	*(load ? &e->writes : &e->reads) = both;
	at_address(e, !load, mode & 1 ? 0 : bit(RN(word)));
	e->reads |= bit(RN(word));
	e->writes |= mode & 1 ? bit(RN(word)) : 0;
	if (RN(word) != SP)
		return true;
	return on_stack(e, load, mode == 3, mode == 1, sign_extend(word >> 15, 7) * (int32_t)size,
			2 * size);
}

/* ldadd, ldclr, … and swp; not ld64b, which loads eight registers, and what else is new there. */
static bool atomic(uint32_t word, struct effect *e)
{
	bool swap = (word >> 12 & 0xf) == 8;

	e->reads = bit(RM(word));
	e->writes = bit(RD(word));
	at_address(e, true, bit(RN(word)));
	e->reads |= bit(RN(word));
	return (swap || !(word >> 15 & 1)) && RN(word) != SP;
}

/* stxr, ldxr, stlr, ldar and cas; not those of two registers. */
static bool exclusive(uint32_t word, struct effect *e)
{
	bool load = word >> 22 & 1, ordered = word >> 23 & 1, two = word >> 21 & 1;

	e->reads = (load && !two ? 0 : bit(RD(word))) | (two ? bit(RM(word)) : 0);
	at_address(e, !load || two, bit(RN(word)));
	e->reads |= bit(RN(word));
	e->writes = two || (!load && !ordered) ? bit(RM(word)) : load ? bit(RD(word)) : 0;
	return (!two || ordered) && RN(word) != SP;
}

static bool load_store(uint32_t word, struct effect *e)
{
	uint32_t opc = word >> 22 & 3, size = word >> 30, mode = word >> 10 & 3;
	bool scaled = word >> 24 & 1, offset = !scaled && word >> 21 & 1;
	bool prefetch = size == 3 && opc == 2, load = opc != 0;

	if (offset && mode == 0)
		return atomic(word, e);
	if (offset && mode != 2)
		return false; /* with pointer authentication: not looked into */
	if (!prefetch)
		*(load ? &e->writes : &e->reads) = bit(RD(word));
	at_address(e, !load,
		   !scaled && mode & 1 ? 0 : bit(RN(word)) | (offset ? bit(RM(word)) : 0));
	e->reads |= bit(RN(word)) | (offset ? bit(RM(word)) : 0);
	e->writes |= !scaled && mode & 1 ? bit(RN(word)) : 0;
	if (RN(word) != SP || prefetch)
		return true;
	if (offset)
		return false;
	if (!on_stack(e, load, !scaled && mode == 3, !scaled && mode == 1,
		      scaled ? (int32_t)((word >> 10 & 0xfff) << size) : sign_extend(word >> 12, 9),
		      1u << size))
		return false;
	if (load && size >= 2 && RD(word) != SP) {
		e->kind = EFFECT_LOAD;
		e->dst = (uint8_t)RD(word);
	} else if (!load && size >= 2) {
		e->kind = EFFECT_STORE;
		e->stores = false;
		e->src = (uint8_t)RD(word);
		e->reads &= ~bit(RD(word));
		if (RD(word) == SP) { /* zero */
			e->kind = EFFECT_STORE_CONST;
			e->value = 0;
		}
	}
	return true;
}

static bool system_insn(uint32_t word, struct effect *e)
{
	if ((word & 0xfffff01f) == 0xd503301f || (word & 0xfff8f01f) == 0xd500401f)
		return true;			 /* barriers, msr daifset */
	if ((word & 0xfffff01f) == 0xd503201f) { /* hints; pacia1716, paciasp sign a register */
		if (word != A64_NOP)
			e->reads = e->writes = 1u << 16 | 1u << 17 | 1u << 30;
		return true;
	}
	if ((word & 0xffd00000) != 0xd5100000)
		return false;
	*(word >> 21 & 1 ? &e->writes : &e->reads) = bit(RD(word)); /* mrs, msr */
	e->stores = !(word >> 21 & 1);
	return true;
}

/* Transfers of control: what they test, and where they go. */
static bool transfer(uint32_t word, struct effect *e)
{
	if ((word & 0x7e000000) == 0x34000000 || (word & 0x7e000000) == 0x36000000)
		e->reads = bit(RD(word));
	else if ((word & 0xfe000000) == 0xd6000000)
		e->reads = bit(RN(word)) | bit(RD(word)), e->returns = (word >> 21 & 0xf) == 2;
	else
		return (word & 0x7c000000) == 0x14000000 || (word & 0xff000000) == 0x54000000 ||
		       (word & 0xffe0001f) == 0xd4200000;
	return true;
}

bool a64_effect(const uint8_t *p, const struct insn *insn, struct effect *e)
{
	uint32_t word = get_le32(p);

	(void)insn;
	*e = (struct effect){ .kind = EFFECT_OTHER };
	if ((word & 0x1c000000) == 0x10000000)
		return immediate(word, e);
	if ((word & 0x0e000000) == 0x0a000000)
		return processing(word, e);
	if ((word & 0x3b000000) == 0x18000000 && word >> 30 != 3) { /* ldr of a literal */
		e->writes = bit(RD(word));
		return !(word >> 26 & 1);
	}
	if ((word & 0x3f000000) == 0x08000000)
		return exclusive(word, e);
	if ((word & 0x3e000000) == 0x28000000)
		return load_store_pair(word, e);
	if ((word & 0x3e000000) == 0x38000000)
		return load_store(word, e);
	return system_insn(word, e) || transfer(word, e);
}
