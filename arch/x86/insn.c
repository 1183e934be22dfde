// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long an x86 instruction is in 64-bit mode, whether control leaves there,
 * and where its PC-relative field is.
 *
 * An instruction is: prefixes, opcode (with its escape bytes), ModRM, SIB,
 * displacement, immediate (SDM 2.1).  Each step below consumes its part; what
 * the later ones need stands in struct decoder.  The opcodes are opcodes.c.
 *
 * Where Intel and AMD differ it is Intel's reading: 66h does not shorten the
 * destination of near branches, UD0 has a ModRM byte.
 */
#include <stdbool.h>

#include "x86.h"

/* Rows of the maps that REX2 makes invalid (APX, REX2 prefix): Jcc, LOOP, escapes, … */
#define REX2_BAD_ONE (1u << 0x4 | 1u << 0x7 | 1u << 0xa | 1u << 0xe)
#define REX2_BAD_TWO (1u << 0x3 | 1u << 0x8)
#define REX2_JMPABS  0xa1

#define REX_W	0x08
#define REX_B	0x01
#define REX2_M0 0x80 /* map 0f */
#define REX2_B4 0x10

struct decoder {
	const uint8_t *p;
	size_t limit; /* bytes that exist and may belong to one instruction */
	size_t pos;   /* bytes consumed */

	bool opsize;   /* 66h; EVEX.pp in map 4 */
	bool addrsize; /* 67h */
	bool lock;
	uint8_t rep;   /* the last of f2h and f3h, or 0 */
	uint8_t rex;   /* the REX prefix, if it stands right before the opcode, or 0 */
	bool wide;     /* REX.W */
	bool high_reg; /* REX.B, REX2.B4: opcode registers beyond the first eight */

	uint8_t map, opcode;
	uint16_t op; /* enum x86_op */
	uint8_t modrm;

	size_t rel_off;	 /* the PC-relative field */
	size_t disp_size, imm_size;
	size_t rel_size; /* 0: there is none */
	bool branch;
};

static int skip(struct decoder *d, size_t n)
{
	if (d->limit - d->pos < n)
		return -1;
	d->pos += n;
	return 0;
}

/* The byte ahead, or -1. */
static int peek(const struct decoder *d)
{
	return d->pos < d->limit ? d->p[d->pos] : -1;
}

static int next(struct decoder *d)
{
	return d->pos < d->limit ? d->p[d->pos++] : -1;
}

/* A REX prefix that others follow is without effect (SDM 2.2.1). */
static int decode_prefixes(struct decoder *d)
{
	for (;; d->pos++) {
		int byte = peek(d);

		if (byte < 0)
			return -1;
		if (!(x86_one_byte[byte] & OP_PREFIX))
			return 0;
		d->rex = 0;
		if ((byte & 0xf0) == 0x40)
			d->rex = (uint8_t)byte;
		else if (byte == 0x66)
			d->opsize = true;
		else if (byte == 0x67)
			d->addrsize = true;
		else if (byte == 0xf0)
			d->lock = true;
		else if (byte == 0xf2 || byte == 0xf3)
			d->rep = (uint8_t)byte;
	}
}

/* VEX, EVEX, XOP and REX2 contain these and may not follow them (SDM 2.3.2, 2.7.11). */
static bool has_simd_or_rex(const struct decoder *d)
{
	return d->opsize || d->lock || d->rep || d->rex;
}

/* The opcode of a map that has one rule. */
static int decode_map(struct decoder *d, unsigned int map, enum x86_form form)
{
	int opcode = next(d);

	if (opcode < 0 || map >= NR_MAPS || !(x86_maps[map].forms & form))
		return -1;
	d->map = (uint8_t)map;
	d->opcode = (uint8_t)opcode;
	d->op = x86_maps[map].op;
	if (form == FORM_LEGACY)
		return 0;
	for (size_t i = 0; i < x86_nr_exceptions; i++) {
		const struct x86_exception *ex = &x86_exceptions[i];

		if (ex->map == map && ex->opcode == opcode)
			d->op = ex->op;
	}
	return 0;
}

/* c5 RvvvvLpp (SDM 2.3.5.1) */
static int decode_vex2(struct decoder *d)
{
	if (has_simd_or_rex(d) || skip(d, 1))
		return -1;
	return decode_map(d, MAP_0F, FORM_VEX);
}

/* c4 RXBmmmmm WvvvvLpp; XOP (8f) is made like it */
static int decode_vex3(struct decoder *d, enum x86_form form)
{
	int byte1 = next(d);

	if (byte1 < 0 || has_simd_or_rex(d) || skip(d, 1))
		return -1;
	return decode_map(d, byte1 & 0x1f, form);
}

/* 62 RXBRBmmm WvvvvXpp zLLbVaaa (SDM 2.7.1; as APX extends it) */
static int decode_evex(struct decoder *d)
{
	int byte1 = next(d), byte2 = next(d);

	if (byte1 < 0 || byte2 < 0 || has_simd_or_rex(d) || skip(d, 1))
		return -1;
	d->wide = byte2 & 0x80;
	d->opsize = (byte2 & 3) == 1;
	return decode_map(d, byte1 & 7, FORM_EVEX);
}

/* d5 MRXBWRXB: an opcode of the first two maps follows, not an escape or prefix. */
static int decode_rex2(struct decoder *d)
{
	int payload = next(d), opcode = next(d);

	if (payload < 0 || opcode < 0 || d->rex)
		return -1;
	d->wide = payload & REX_W;
	d->high_reg = payload & (REX_B | REX2_B4);
	d->opcode = (uint8_t)opcode;
	if (payload & REX2_M0) {
		d->map = MAP_0F;
		d->op = x86_two_byte[opcode];
		return REX2_BAD_TWO >> (opcode >> 4) & 1 ? -1 : 0;
	}
	d->map = MAP_ONE;
	d->op = x86_one_byte[opcode];
	if (opcode == REX2_JMPABS && !d->wide) {
		d->op = OP_IQ | OP_END;
		return 0;
	}
	if (d->op & OP_PREFIX)
		return -1;
	return REX2_BAD_ONE >> (opcode >> 4) & 1 ? -1 : 0;
}

/* After 0f. */
static int decode_two_byte(struct decoder *d)
{
	int opcode = next(d);

	if (opcode < 0)
		return -1;
	if (opcode == 0x38)
		return decode_map(d, MAP_0F38, FORM_LEGACY);
	if (opcode == 0x3a)
		return decode_map(d, MAP_0F3A, FORM_LEGACY);
	d->map = MAP_0F;
	d->opcode = (uint8_t)opcode;
	d->op = x86_two_byte[opcode];
	return 0;
}

/* POP has ModRM.reg 0, and then XOP's map number is below 8 (APM, XOP prefix). */
static bool is_xop(const struct decoder *d)
{
	int byte = peek(d);

	return byte >= 0 && (byte & 0x1f) >= MAP_XOP8;
}

static int decode_opcode(struct decoder *d)
{
	int opcode = next(d);

	d->wide = d->rex & REX_W;
	d->high_reg = d->rex & REX_B;
	switch (opcode) {
	case -1:
		return -1;
	case 0x0f:
		return decode_two_byte(d);
	case 0x62:
		return decode_evex(d);
	case 0xc4:
		return decode_vex3(d, FORM_VEX);
	case 0xc5:
		return decode_vex2(d);
	case 0xd5:
		return decode_rex2(d);
	case 0x8f:
		if (is_xop(d))
			return decode_vex3(d, FORM_XOP);
		break;
	}
	d->map = MAP_ONE;
	d->opcode = (uint8_t)opcode;
	d->op = x86_one_byte[opcode];
	return 0;
}

/* Of several mandatory prefixes f2h and f3h count before 66h. */
static uint16_t find_variant(const struct decoder *d)
{
	uint8_t prefix = d->rep ? d->rep : d->opsize ? 0x66 : 0;

	for (size_t i = 0; i < x86_nr_variants; i++) {
		const struct x86_variant *v = &x86_variants[i];

		if (v->map == d->map && v->opcode == d->opcode &&
		    (v->prefix == PREFIX_ANY || v->prefix == prefix) &&
		    (d->modrm & v->mask) == v->value)
			return v->op;
	}
	return OP_BAD;
}

/*
 * Follow what depends on ModRM and prefixes; afterwards d->op is plain.  If
 * there is no byte for ModRM, an opcode that needs it fails in decode_modrm().
 */
static int decode_details(struct decoder *d)
{
	int modrm = peek(d);

	if (modrm >= 0)
		d->modrm = (uint8_t)modrm;
	if (d->op & OP_GROUP)
		d->op = x86_groups[d->op & OP_IMM][d->modrm >> 3 & 7];
	if (d->op & OP_VARIANT)
		d->op = find_variant(d);
	return d->op & OP_BAD ? -1 : 0;
}

static int skip_disp(struct decoder *d, size_t size)
{
	d->disp_size = size;
	return skip(d, size);
}

/* ModRM, SIB and displacement (SDM tables 2-2, 2-3, 2-7; 67h changes none of their sizes) */
static int decode_modrm(struct decoder *d)
{
	unsigned int mod = d->modrm >> 6, rm = d->modrm & 7;
	bool rip = mod == 0 && rm == 5;

	if (!(d->op & OP_MODRM))
		return 0;
	if (skip(d, 1))
		return -1;
	if (mod == 3 || d->op & OP_REG)
		return 0;
	if (rm == 4) {
		int sib = next(d);

		if (sib < 0)
			return -1;
		if (mod == 0 && (sib & 7) == 5) /* no base */
			return skip_disp(d, 4);
	}
	if (rip) {
		d->rel_off = d->pos;
		d->rel_size = 4;
	}
	if (mod == 1)
		return skip_disp(d, 1);
	return mod == 2 || rip ? skip_disp(d, 4) : 0;
}

/* Bytes of the immediate.  REX.W counts before 66h (SDM 2.2.1.2). */
static size_t imm_size(const struct decoder *d)
{
	size_t z = d->opsize && !d->wide ? 2 : 4;

	switch (d->op & OP_IMM) {
	case OP_IB:
	case OP_JB:
		return 1;
	case OP_IW:
		return 2;
	case OP_IWB:
		return 3;
	case OP_IZ:
	case OP_JZ:
		return z;
	case OP_IV:
		return d->wide ? 8 : z;
	case OP_ID:
	case OP_JD:
		return 4;
	case OP_IQ:
		return 8;
	case OP_MOFFS:
		return d->addrsize ? 4 : 8;
	}
	return 0;
}

static int decode_imm(struct decoder *d)
{
	unsigned int imm = d->op & OP_IMM;
	size_t size = imm_size(d);

	d->imm_size = size;
	if (imm == OP_JB || imm == OP_JD || imm == OP_JZ) {
		d->branch = true;
		d->rel_off = d->pos;
		d->rel_size = size;
	}
	return skip(d, size);
}

/* The destination of the PC-relative field, which counts from the end of the instruction. */
static int64_t destination(const struct decoder *d)
{
	const uint8_t *field = d->p + d->rel_off;
	int64_t end = (int64_t)d->pos;

	switch (d->rel_size) {
	case 1:
		return end + (int8_t)field[0];
	case 2:
		return end + (int16_t)get_le16(field);
	default:
		return end + (int32_t)get_le32(field);
	}
}

static uint8_t insn_flags(const struct decoder *d)
{
	unsigned int flags = OP_INSN_FLAGS(d->op);

	if (d->rel_size)
		flags |= INSN_PCREL;
	if (d->branch)
		flags |= INSN_BRANCH;
	/* 90 with a high register is XCHG; LOCK faults. */
	if (d->lock || (d->map == MAP_ONE && d->high_reg))
		flags &= ~(unsigned int)INSN_NOP;
	return (uint8_t)flags;
}

int x86_decode(const uint8_t *p, size_t avail, struct insn *insn)
{
	struct decoder d = {
		.p = p,
		.limit = avail < X86_MAX_INSN ? avail : X86_MAX_INSN,
	};

	if (decode_prefixes(&d) || decode_opcode(&d) || decode_details(&d) || decode_modrm(&d) ||
	    decode_imm(&d))
		return -1;

	*insn = (struct insn){
		.len = (uint8_t)d.pos,
		.flags = insn_flags(&d),
		.rel_off = (uint8_t)d.rel_off,
		.rel_size = (uint8_t)d.rel_size,
		.disp_size = (uint8_t)d.disp_size,
		.imm_size = (uint8_t)d.imm_size,
	};
	if (d.rel_size)
		insn->rel = destination(&d);
	return 0;
}
