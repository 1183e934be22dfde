// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check's reader of the instructions by which a copy loads an address from the GOT.  Written
 * from the manual and not from the code that writes them (far.c), so that the two agree because
 * both are right.
 *
 * PCALA_HI20 with target T puts (T + 0x800) & ~0xfff into the register of pcalau12i:
 * rounded, since the lower 12 bits that are added to it are signed.  PCALA_LO12 in
 * addi.d completes it to T.  GOT_PC_HI20 and GOT_PC_LO12 with ld.d give T.
 */
#include "loongarch.h"

#define FIELD(word, low, bits) ((word) >> (low) & ((1u << (bits)) - 1))

/* op rd, rj, imm12 */
static bool is_imm12(uint32_t word, unsigned int op, unsigned int rd, unsigned int rj,
		     unsigned int imm)
{
	return FIELD(word, 22, 10) == op && FIELD(word, 0, 5) == rd && FIELD(word, 5, 5) == rj &&
	       FIELD(word, 10, 12) == imm;
}

static bool is_addi_d(uint32_t word, unsigned int rd, unsigned int rj, unsigned int imm)
{
	return is_imm12(word, 0x00b, rd, rj, imm);
}

static bool is_ld_d(uint32_t word, unsigned int rd, unsigned int rj)
{
	return is_imm12(word, 0x0a3, rd, rj, 0);
}

static bool is_pcalau12i(uint32_t word, unsigned int rd)
{
	return FIELD(word, 25, 7) == 0x0d && FIELD(word, 0, 5) == rd;
}

/* bstrins.d rd, $zero, 11, 0 */
static bool clears_low_12(uint32_t word, unsigned int rd)
{
	return FIELD(word, 22, 10) == 0x002 && FIELD(word, 16, 6) == 11 &&
	       FIELD(word, 10, 6) == 0 && FIELD(word, 5, 5) == 0 && FIELD(word, 0, 5) == rd;
}

/* Nobody may need what pcalau12i gave: the next instruction overwrites it. */
bool larch_reads_got_pair(const uint8_t *out, const uint8_t *in)
{
	unsigned int rd = FIELD(get_le32(in), 0, 5);

	return is_pcalau12i(get_le32(in), rd) && is_pcalau12i(get_le32(out), rd) &&
	       is_addi_d(get_le32(in + 4), rd, rd, FIELD(get_le32(in + 4), 10, 12)) &&
	       is_ld_d(get_le32(out + 4), rd, rd);
}

size_t larch_reads_got_detour(const uint8_t *out, size_t avail, const uint8_t *in)
{
	unsigned int rd = FIELD(get_le32(in), 0, 5);

	if (avail < 6 * LARCH_INSN_SIZE || !is_pcalau12i(get_le32(in), rd) ||
	    !is_pcalau12i(get_le32(out), rd) || !is_ld_d(get_le32(out + 4), rd, rd) ||
	    !is_addi_d(get_le32(out + 8), rd, rd, 0x7ff) ||
	    !is_addi_d(get_le32(out + 12), rd, rd, 1) ||
	    !clears_low_12(get_le32(out + 16), rd) || FIELD(get_le32(out + 20), 26, 6) != 0x14)
		return 0;
	return 6 * LARCH_INSN_SIZE;
}
