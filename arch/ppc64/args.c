// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Instructions of the Power ISA that load an argument's register: r3 to r10 (ELFv2
 * ABI 2.2.4.1).
 */
#include "ppc64.h"

#define PRIMARY(word)  ((word) >> 26)
#define EXTENDED(word) ((word) >> 1 & 0x3ff)
#define RT(word)       ((word) >> 21 & 0x1f) /* also RS */
#define RA(word)       ((word) >> 16 & 0x1f)
#define RB(word)       ((word) >> 11 & 0x1f)

#define IMM16 0x0000ffffu

enum primary {
	OP_CMPLI = 10,
	OP_CMPI = 11,
	OP_ADDI = 14,
	OP_ADDIS = 15,
	OP_RLWIMI = 20,
	OP_RLWINM = 21,
	OP_ORI = 24,
	OP_ANDIS = 29,
	OP_RLD = 30,
	OP_31 = 31,
	OP_LWZ = 32,
	OP_STHU = 45,
	OP_LD = 58,
	OP_STD = 62,
};

/* Those of primary opcode 31 that have nothing but RT, RA and RB. */
static bool is_plain_31(uint32_t word)
{
	static const uint16_t plain[] = {
		0 /* cmp */, 21 /* ldx */, 23 /* lwzx */, 24 /* slw */, 26 /* cntlzw */,
		27 /* sld */, 28 /* and */, 32 /* cmpl */, 40 /* subf */, 58 /* cntlzd */,
		60 /* andc */, 83 /* mfmsr */, 87 /* lbzx */, 104 /* neg */, 124 /* nor */,
		149 /* stdx */, 151 /* stwx */, 215 /* stbx */, 233 /* mulld */, 235 /* mullw */,
		266 /* add */, 279 /* lhzx */, 316 /* xor */, 339 /* mfspr */, 341 /* lwax */,
		407 /* sthx */, 412 /* orc */, 444 /* or */, 467 /* mtspr */, 489 /* divd */,
		506 /* popcntd */, 536 /* srw */, 539 /* srd */, 824 /* srawi */, 922 /* extsh */,
		954 /* extsb */, 986 /* extsw */,
	};

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (EXTENDED(word) == plain[i])
			return true;
	return false;
}

static bool may_touch(uint32_t word, uint32_t reg)
{
	uint32_t op = PRIMARY(word);

	if (op == OP_CMPLI || op == OP_CMPI)	/* RT is a field of cr */
		return RA(word) == reg;
	if (op == OP_ADDI || op == OP_ADDIS || op == OP_RLWIMI || op == OP_RLWINM ||
	    (op >= OP_ORI && op <= OP_ANDIS) || (op >= OP_LWZ && op <= OP_STHU) ||
	    op == OP_LD || (op == OP_STD && !(word & 2)))	/* 2: stq, of two registers */
		return RT(word) == reg || RA(word) == reg;
	if (op == OP_RLD || (op == OP_31 && is_plain_31(word)))
		return RT(word) == reg || RA(word) == reg || RB(word) == reg;
	return true;
}

enum arg_use ppc64_arg_insn(const uint8_t *p, const struct insn *insn, unsigned int arg,
			    struct arg_imm *imm)
{
	uint32_t word = get_le32(p), op = PRIMARY(word), reg = arg + 2;

	(void)insn;
	if (arg > 8)
		return ARG_USED;
	*imm = (struct arg_imm){ .mask = IMM16, .known = UINT32_MAX, .value = word & IMM16 };
	if (op == OP_ADDI && RT(word) == reg && !RA(word)) {	/* li */
		imm->value = (uint32_t)(int16_t)word;
		return ARG_SET;
	}
	if (op == OP_ADDIS && RT(word) == reg && !RA(word)) {	/* lis */
		imm->value = word << 16;
		return ARG_SET;
	}
	if (op == OP_ORI && RA(word) == reg) {	/* … with the upper half of another register */
		imm->keep = UINT32_MAX;
		imm->known = RT(word) == reg ? UINT32_MAX : IMM16;
		return RT(word) == reg ? ARG_PART : ARG_SET;
	}
	return may_touch(word, reg) ? ARG_USED : ARG_UNTOUCHED;
}
