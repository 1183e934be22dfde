// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A64 instructions that load an argument's register: x0 to x7 (AAPCS64, "Parameter
 * passing").  Names of groups are those of DDI 0487, C4.1.
 */
#include "arm64.h"

#define RD(word) ((word) & 0x1f)
#define RN(word) ((word) >> 5 & 0x1f)
#define RA(word) ((word) >> 10 & 0x1f) /* also Rt2 */
#define RM(word) ((word) >> 16 & 0x1f)

#define IMM16 0x001fffe0u

/* "Data processing -- immediate"; "move wide" has no source register. */
static bool immediate_has(uint32_t word, uint32_t reg)
{
	uint32_t group = word >> 23 & 7;

	if (RD(word) == reg)
		return true;
	if (group <= 1 || group == 5)	/* PC-relative, move wide */
		return false;
	return RN(word) == reg || (group == 7 && RM(word) == reg);
}

static bool any_has(uint32_t word, uint32_t reg)
{
	return RD(word) == reg || RN(word) == reg || RA(word) == reg || RM(word) == reg;
}

/* "Load/store register pair", and of one register but for the atomic ones. */
static bool load_has(uint32_t word, uint32_t reg)
{
	bool pair = (word & 0x3a000000) == 0x28000000;
	bool one = (word & 0x3a000000) == 0x38000000;
	bool indexed = one && !(word >> 24 & 1) && word >> 21 & 1;

	if (!(pair || one) || (indexed && (word >> 10 & 3) != 2))
		return true;
	if (RD(word) == reg || RN(word) == reg)
		return true;
	return (pair && RA(word) == reg) || (indexed && RM(word) == reg);
}

static bool may_touch(uint32_t word, uint32_t reg)
{
	if ((word & 0x1c000000) == 0x10000000)
		return immediate_has(word, reg);
	if ((word & 0x0e000000) == 0x0a000000)	/* "Data processing -- register" */
		return any_has(word, reg);
	if ((word & 0x0a000000) == 0x08000000)	/* "Loads and stores" */
		return load_has(word, reg);
	if ((word & 0xfffff01f) == 0xd503201f)	/* hints */
		return false;
	if ((word & 0xffd00000) == 0xd5100000)	/* msr, mrs */
		return RD(word) == reg;
	return true;
}

enum arg_use a64_arg_insn(const uint8_t *p, const struct insn *insn, unsigned int arg,
			  struct arg_imm *imm)
{
	uint32_t word = get_le32(p), reg = arg - 1;

	(void)insn;
	if (arg > 8)
		return ARG_USED;
	*imm = (struct arg_imm){ .mask = IMM16, .known = word >> 22 & 1 ? 0 : UINT32_MAX };
	imm->value = (word >> 5 & 0xffff) << (word >> 21 & 1 ? 16 : 0);
	imm->keep = word >> 29 & 1 ? ~(0xffffu << (word >> 21 & 1 ? 16 : 0)) : 0;
	if ((word & 0x7f800000) == 0x52800000 && RD(word) == reg)	/* movz */
		return ARG_SET;
	if ((word & 0x7f800000) == 0x72800000 && RD(word) == reg)	/* movk */
		return ARG_PART;
	return may_touch(word, reg) ? ARG_USED : ARG_UNTOUCHED;
}
