/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the x86_64 backend: the instruction decoder and its opcode
 * tables.
 *
 * References: "SDM" is the Intel 64 and IA-32 Architectures Software Developer's
 * Manual, volume 2; "APM" the AMD64 Architecture Programmer's Manual, volume 3
 * (XOP: volume 6); "APX" Intel's Advanced Performance Extensions specification.
 */
#ifndef KLP_ARCH_X86_H
#define KLP_ARCH_X86_H

#include <stddef.h>
#include <stdint.h>

#include <klp/arch.h>
#include <klp/special.h>

#define X86_MAX_INSN 15 /* SDM 2.3.11 */

/*
 * One opcode, as far as its length and its flow of control are concerned: an
 * immediate (at most one), whether a ModRM byte follows, and INSN_* flags.
 */
enum x86_op {
	/* What follows ModRM and displacement; the letters are those of SDM A.2.1, A.2.2. */
	OP_NO_IMM,
	OP_IB,	  /* one byte */
	OP_IW,	  /* two bytes; or two times one (EXTRQ, INSERTQ) */
	OP_IWB,	  /* two and one (ENTER) */
	OP_IZ,	  /* 2 or 4, by operand size */
	OP_IV,	  /* 2, 4 or 8, by operand size */
	OP_ID,	  /* always 4 */
	OP_IQ,	  /* always 8 */
	OP_MOFFS, /* an absolute address: 4 or 8, by address size */
	OP_JB,	  /* a destination: one byte */
	OP_JD,	  /* always 4 (Jz where 66h is ignored: "f64" in SDM table A-2) */
	OP_JZ,	  /* 2 or 4, by operand size */
	OP_IMM = 0xf,

	OP_MODRM = 1 << 4,
	OP_REG = 1 << 5,   /* its ModRM's mod is ignored: there is no memory operand */
	OP_GROUP = 1 << 6, /* go on in x86_groups[bits 0-3] with ModRM.reg */
	OP_BAD = 1 << 7,   /* not an instruction in 64-bit mode */

	/* Bits 8-13: enum insn_flags.  PCREL and BRANCH follow from the operands. */
	OP_CALL = INSN_CALL << 8,
	OP_END = INSN_END << 8,
	OP_NOP = INSN_NOP << 8,
	OP_TRAP = INSN_TRAP << 8,

	OP_VARIANT = 1 << 14, /* go on in x86_variants[] */
	OP_PREFIX = 1 << 15,  /* legacy or REX prefix */
};

#define OP_INSN_FLAGS(op) ((op) >> 8 & (INSN_CALL | INSN_END | INSN_NOP | INSN_TRAP))

/* Numbers of x86_groups[]. */
enum x86_group {
	GRP_1A,
	GRP_3B, /* with byte operands */
	GRP_3V,
	GRP_4,
	GRP_5,
	GRP_7,
	GRP_8,
	GRP_11B,
	GRP_11V,
	GRP_NOP,
	NR_GROUPS,
};

/* Opcode maps, as VEX and EVEX number them; MAP_ONE cannot be had through those. */
enum x86_map_nr {
	MAP_ONE,  /* SDM table A-2 */
	MAP_0F,	  /* */
	MAP_0F38, /* */
	MAP_0F3A, /* */
	MAP_4,	  /* EVEX: promoted one-byte and 0f opcodes (APX) */
	MAP_5,
	MAP_6,
	MAP_7,
	MAP_XOP8,
	MAP_XOP9,
	MAP_XOPA,
	NR_MAPS,
};

/* How an opcode of a map can be reached; what an x86_map is for. */
enum x86_form {
	FORM_LEGACY = 1 << 0,
	FORM_VEX = 1 << 1,
	FORM_EVEX = 1 << 2,
	FORM_XOP = 1 << 3,
};

/* Maps in which (nearly) all opcodes have the same form. */
struct x86_map {
	uint16_t op;
	uint8_t forms; /* enum x86_form */
};

/* Opcodes of those maps that differ, for VEX and EVEX. */
struct x86_exception {
	uint8_t map, opcode;
	uint16_t op;
};

#define PREFIX_ANY 1

/* A meaning that holds with a mandatory prefix or for some ModRM bytes only. */
struct x86_variant {
	uint8_t map, opcode;
	uint8_t prefix;	     /* 0xf3, 0xf2, 0x66; 0: none of them; PREFIX_ANY */
	uint8_t mask, value; /* (ModRM & mask) == value */
	uint16_t op;
};

extern const uint16_t x86_one_byte[256];
extern const uint16_t x86_two_byte[256];
extern const uint16_t x86_groups[NR_GROUPS][8];
extern const struct x86_map x86_maps[NR_MAPS];
extern const struct x86_exception x86_exceptions[];
extern const size_t x86_nr_exceptions;
extern const struct x86_variant x86_variants[]; /* the first that fits; none: OP_BAD */
extern const size_t x86_nr_variants;

/* struct arch.decode */
int x86_decode(const uint8_t *p, size_t avail, struct insn *insn);

/* struct arch.effect */
bool x86_effect(const uint8_t *p, const struct insn *insn, struct effect *e);

/* Special sections of x86, before the generic ones. */
extern const struct special_rule x86_special[];

#endif
