// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LoongArch instructions that load an argument's register: a0 to a7, r4 to r11
 * (psABI, "Integer calling convention").  Opcodes are those of the manual's
 * appendix B.
 */
#include "loongarch.h"

#define RD(word) ((word) & 0x1f)
#define RJ(word) ((word) >> 5 & 0x1f)
#define RK(word) ((word) >> 10 & 0x1f)

/* Bits 31:22 */
#define ADDI_W 0x02800000u
#define ADDI_D 0x02c00000u
#define ORI    0x03800000u
#define OPCODE_I12(word) ((word) & 0xffc00000u)

#define IS_LU12I_W(word) (((word) & 0xfe000000u) == 0x14000000u)

static bool may_touch(uint32_t word, uint32_t reg)
{
	uint32_t op = word >> 26;

	if (RD(word) == reg)
		return true;
	if (word >= 0x14000000u && word < 0x20000000u)	/* lu12i.w … pcaddu18i: rd only */
		return false;
	if (RJ(word) == reg)
		return true;
	if (word >= 0x00100000u && word < 0x002a0000u)	/* add.w … crcc.w.d.w: rd, rj, rk */
		return RK(word) == reg;
	if (word >= 0x00400000u && word < 0x01000000u)	/* shifts, bstrins, bstrpick */
		return false;
	if (word >> 25 == 1)	/* slti … xori */
		return false;
	return op != 0x09 && op != 0x0a;	/* ldptr.w … stptr.d; ld.b … */
}

enum arg_use larch_arg_insn(const uint8_t *p, const struct insn *insn, unsigned int arg,
			    struct arg_imm *imm)
{
	uint32_t word = get_le32(p), op = OPCODE_I12(word), reg = arg + 3;

	(void)insn;
	if (arg > 8)
		return ARG_USED;
	*imm = (struct arg_imm){ .mask = LARCH_IMM12, .known = UINT32_MAX };
	imm->value = word >> 10 & 0xfff;
	if ((op == ADDI_W || op == ADDI_D) && RD(word) == reg && !RJ(word)) {
		imm->value |= imm->value & 0x800 ? 0xfffff000u : 0;
		return ARG_SET;
	}
	if (op == ORI && RD(word) == reg) {	/* … with the upper half of another register */
		imm->keep = UINT32_MAX;
		imm->known = RJ(word) == reg || !RJ(word) ? UINT32_MAX : 0xfff;
		return RJ(word) == reg ? ARG_PART : ARG_SET;
	}
	if (IS_LU12I_W(word) && RD(word) == reg) {
		imm->mask = LARCH_IMM20;
		imm->value = word >> 5 << 12;
		return ARG_SET;
	}
	return may_touch(word, reg) ? ARG_USED : ARG_UNTOUCHED;
}
