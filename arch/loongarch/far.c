// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Let copies reach the kernel's data, which is too far from a module for the instructions that
 * were compiled for the kernel's image (RELOC_NEAR).  The copy loads the address from the GOT
 * that the module loader makes:
 *
 *  - pcalau12i and the addi.d behind it become pcalau12i and ld.d with the GOT's relocations, if
 *    nothing else uses the result of pcalau12i.
 *  - Otherwise the lower half may be in a load or store, or in several of them, anywhere behind
 *    the upper one, so that there is no room for one more load.  Of the two halves only the upper
 *    one is a distance.  So it alone is replaced, by a branch to instructions that make the same
 *    value (the address, rounded as the loader rounds it) from the GOT, and branch back.  The
 *    instructions with the lower half stay as they are.
 */
#include "loongarch.h"

#define OP_PCALAU12I 0x1a000000u
#define OP_ADDI_D    0x02c00000u
#define OP_LD_D	     0x28c00000u
#define OP_BSTRINS_D 0x00800000u
#define OP_B	     0x50000000u

#define RD(word) ((word) & 0x1f)
#define RJ(word) ((word) >> 5 & 0x1f)

static uint32_t rd_rj_imm12(uint32_t op, uint32_t reg, uint32_t imm)
{
	return op | imm << 10 | reg << 5 | reg;
}

bool larch_through_got(uint8_t *code, size_t avail, uint32_t types[2])
{
	uint32_t high, low;

	if (avail < 2 * LARCH_INSN_SIZE || types[0] != LARCH_PCALA_HI20 ||
	    types[1] != LARCH_PCALA_LO12)
		return false;
	high = get_le32(code);
	low = get_le32(code + LARCH_INSN_SIZE);
	if (high >> 25 != OP_PCALAU12I >> 25 || low >> 22 != OP_ADDI_D >> 22 ||
	    RD(high) != RJ(low) || RD(low) != RJ(low))
		return false;
	put_le32(code + LARCH_INSN_SIZE, rd_rj_imm12(OP_LD_D, RD(low), 0));
	types[0] = LARCH_GOT_PC_HI20;
	types[1] = LARCH_GOT_PC_LO12;
	return true;
}

bool larch_detour(uint8_t *insn, uint32_t type, struct detour *out)
{
	uint32_t word = get_le32(insn), rd = RD(word);
	const uint32_t code[] = {
		OP_PCALAU12I | rd,
		rd_rj_imm12(OP_LD_D, rd, 0),
		/* + 0x800, and the lower 12 bits cleared: PCALA_LO12 is signed */
		rd_rj_imm12(OP_ADDI_D, rd, 0x7ff),
		rd_rj_imm12(OP_ADDI_D, rd, 1),
		OP_BSTRINS_D | 11 << 16 | rd,
		OP_B,
	};

	if (type != LARCH_PCALA_HI20 || word >> 25 != OP_PCALAU12I >> 25)
		return false;
	*out = (struct detour){
		.size = sizeof(code),
		.back = sizeof(code) - LARCH_INSN_SIZE,
		.branch = LARCH_B26,
		.refs = { { .at = 0, .type = LARCH_GOT_PC_HI20 },
			  { .at = LARCH_INSN_SIZE, .type = LARCH_GOT_PC_LO12 } },
	};
	for (size_t i = 0; i < sizeof(code) / sizeof(*code); i++)
		put_le32(out->code + i * LARCH_INSN_SIZE, code[i]);
	put_le32(insn, OP_B);
	return true;
}
