// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A64 instructions as far as a differ cares: where control goes, and which
 * fields are relative to the PC.
 *
 * Every instruction has four bytes.  Reference: Arm Architecture Reference Manual
 * for A-profile architecture (DDI 0487), C4.1 "A64 instruction set encoding"; the
 * names of groups below are those of its tables.
 */
#include "arm64.h"

/* A destination that is inside of nothing: the field has no meaning without its relocation. */
#define NOWHERE (INT64_MIN / 2)

static int64_t sign_extend(uint32_t value, unsigned int bits)
{
	uint64_t sign = (uint64_t)1 << (bits - 1);

	return (int64_t)(((value & (2 * sign - 1)) ^ sign) - sign);
}

static int relative(struct insn *insn, unsigned int flags, uint32_t type, int64_t to)
{
	insn->flags = (uint8_t)(INSN_PCREL | flags);
	insn->rel_size = A64_INSN_SIZE;
	insn->rel_type = type;
	insn->rel = to;
	return 0;
}

/* "Unconditional branch (register)": opc is bits 24:21. */
static unsigned int branch_register(uint32_t word)
{
	switch (word >> 21 & 0xf) {
	case 0:		/* br, braaz, brabz */
	case 2:		/* ret, retaa, retab */
	case 4:		/* eret, eretaa, eretab */
	case 5:		/* drps */
	case 8:		/* braa, brab */
		return INSN_END;
	case 1:		/* blr, blraaz, blrabz */
	case 9:		/* blraa, blrab */
		return INSN_CALL;
	}
	return 0;
}

/* "Branches, exception generating and system instructions" with a destination. */
static int decode_branch(uint32_t word, struct insn *insn)
{
	if ((word & 0xfc000000) == 0x14000000)
		return relative(insn, INSN_BRANCH | INSN_END, A64_JUMP26,
				sign_extend(word, 26) * 4);
	if ((word & 0xfc000000) == 0x94000000)
		return relative(insn, INSN_BRANCH | INSN_CALL, A64_CALL26,
				sign_extend(word, 26) * 4);
	if ((word & 0xff000000) == 0x54000000)	/* b.cond, bc.cond */
		return relative(insn, INSN_BRANCH, A64_CONDBR19, sign_extend(word >> 5, 19) * 4);
	if ((word & 0x7e000000) == 0x34000000)	/* cbz, cbnz */
		return relative(insn, INSN_BRANCH, A64_CONDBR19, sign_extend(word >> 5, 19) * 4);
	if ((word & 0x7e000000) == 0x36000000)	/* tbz, tbnz */
		return relative(insn, INSN_BRANCH, A64_TSTBR14, sign_extend(word >> 5, 14) * 4);
	if ((word & 0x7e000000) == 0x74000000)	/* cb<cc>, cbb<cc>, cbh<cc> */
		return relative(insn, INSN_BRANCH, A64_NONE, sign_extend(word >> 5, 9) * 4);
	if ((word & 0xffc0001f) == 0x5500001f)	/* retaasppc, retabsppc: of a place before it */
		return relative(insn, INSN_END, A64_NONE, -(int64_t)(word >> 5 & 0xffff) * 4);
	return -1;
}

/* Addresses and loads relative to the PC. */
static int decode_address(uint32_t word, struct insn *insn)
{
	uint32_t adr = (word >> 5 & 0x7ffff) << 2 | (word >> 29 & 3);

	if ((word & 0x9f000000) == 0x10000000)	/* adr */
		return relative(insn, 0, A64_ADR_PREL_LO21, sign_extend(adr, 21));
	/* adrp clears the lower bits: which page it gives depends on where in one it stands. */
	if ((word & 0x9f000000) == 0x90000000)
		return relative(insn, 0, A64_NONE, NOWHERE);
	/* "Load register (literal)": ldr, ldrsw, prfm, and of SIMD&FP */
	if ((word & 0x3b000000) == 0x18000000)
		return relative(insn, 0, A64_LD_PREL_LO19, sign_extend(word >> 5, 19) * 4);
	if ((word & 0xffc0001f) == 0xf380001f)	/* autiasppc, autibsppc */
		return relative(insn, 0, A64_NONE, -(int64_t)(word >> 5 & 0xffff) * 4);
	return -1;
}

/* NOP alone of the hints: BTI, PACIASP and the others are there for a purpose. */
int a64_decode(const uint8_t *p, size_t avail, struct insn *insn)
{
	uint32_t word;

	if (avail < A64_INSN_SIZE)
		return -1;
	word = get_le32(p);
	*insn = (struct insn){ .len = A64_INSN_SIZE };
	if (!decode_branch(word, insn) || !decode_address(word, insn))
		return 0;
	if ((word & 0xfe000000) == 0xd6000000)
		insn->flags = (uint8_t)branch_register(word);
	else if (word == A64_NOP)
		insn->flags = INSN_NOP;
	else if (!(word >> 16) || (word & 0xffe0001f) == 0xd4200000)
		insn->flags = INSN_TRAP; /* udf, brk; WARN() goes on behind it */
	return 0;
}

uint32_t a64_pcrel_type(const struct insn *insn)
{
	return insn->rel_type;
}

/* ---- arch/arm64/include/asm/runtime-const.h of Linux ---- */

/* movz and three movk of one register, with what the compiler is given for the time being. */
static bool is_placeholder(const uint8_t *code, uint32_t reg)
{
	static const uint32_t words[] = {
		0xd2800000u | 0xcdef << 5,	/* movz #0xcdef */
		0xf2a00000u | 0x89ab << 5,	/* movk #0x89ab, lsl #16 */
		0xf2c00000u | 0x4567 << 5,	/* movk #0x4567, lsl #32 */
		0xf2e00000u | 0x0123 << 5,	/* movk #0x0123, lsl #48 */
	};

	for (int i = 0; i < 4; i++)
		if (get_le32(code + 4 * i) != (words[i] | reg))
			return false;
	return true;
}

/* They become adrp xN, variable; ldr xN, [xN, #:lo12:variable]; nop; nop. */
bool a64_load_boot_const(uint8_t *code, uint64_t size, uint64_t place, struct boot_const *load)
{
	uint32_t reg;

	if (place > size || size - place < 4 * A64_INSN_SIZE)
		return false;
	code += place;
	reg = get_le32(code) & 0x1f;
	if (!is_placeholder(code, reg))
		return false;
	put_le32(code, 0x90000000u | reg);
	put_le32(code + 4, 0xf9400000u | reg << 5 | reg);
	put_le32(code + 8, A64_NOP);
	put_le32(code + 12, A64_NOP);
	*load = (struct boot_const){
		.nr = 2,
		.refs = { { .place = place, .type = A64_ADR_PREL_PG_HI21 },
			  { .place = place + 4, .type = A64_LDST64_ABS_LO12_NC } },
	};
	return true;
}
