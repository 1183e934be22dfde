// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Instructions of the Power ISA (3.1), as far as the flow of control and
 * PC-relative fields are concerned.  All are words, but those with a prefix
 * (primary opcode 1) are two.
 *
 * Any word is taken for an instruction: GCC puts jump tables, without
 * relocations, between them.
 */
#include "ppc64.h"

#define PRIMARY(word)  ((word) >> 26)
#define EXTENDED(word) ((word) >> 1 & 0x3ff)
#define LK	       0x00000001u
#define AA	       0x00000002u
#define BO_ALWAYS(word) (((word) >> 21 & 0x14) == 0x14)
#define TO_ALWAYS(word) (((word) >> 21 & 0x1f) == 0x1f)

/* Prefixed instructions: type (bits 6 and 7), R (bit 11) of the prefix. */
#define PREFIX_TYPE(word) ((word) >> 24 & 3)
#define PREFIX_8LS	  0
#define PREFIX_MLS	  2
#define PREFIX_MRR	  3
#define PREFIX_R	  0x00100000u

static int64_t sign_extend(uint64_t value, int bits)
{
	uint64_t sign = (uint64_t)1 << (bits - 1);

	return (int64_t)(((value & (sign * 2 - 1)) ^ sign) - sign);
}

/* insn->flags and len are set; what the instruction has is a distance. */
static void relative(struct insn *insn, uint32_t type, uint64_t field, int bits)
{
	insn->flags |= INSN_PCREL;
	insn->rel_size = insn->len;
	insn->rel = sign_extend(field, bits);
	insn->rel_type = type;
}

static void decode_branch(uint32_t word, bool always, uint32_t type, uint32_t field, int bits,
			  struct insn *insn)
{
	if (word & LK)
		insn->flags |= INSN_CALL;
	else if (always)
		insn->flags |= INSN_END;
	if (word & AA)
		return;
	insn->flags |= INSN_BRANCH;
	relative(insn, type, field, bits);
}

/* Primary opcode 19: branches to registers, returns from interrupts. */
static void decode_19(uint32_t word, struct insn *insn)
{
	switch (EXTENDED(word)) {
	case 16:	/* bclr */
	case 528:	/* bcctr */
	case 560:	/* bctar */
		if (word & LK)
			insn->flags |= INSN_CALL;
		else if (BO_ALWAYS(word))
			insn->flags |= INSN_END;
		break;
	case 18:	/* rfid */
	case 82:	/* rfscv */
	case 274:	/* hrfid */
		insn->flags |= INSN_END;
		break;
	}
}

static void decode_prefixed(uint32_t word, uint32_t suffix, struct insn *insn)
{
	uint32_t type = PREFIX_TYPE(word);

	insn->len = 2 * PPC64_INSN_SIZE;
	if (type == PREFIX_MRR && !(word & 0x00ffffff))
		insn->flags = INSN_NOP;	/* pnop */
	else if ((type == PREFIX_8LS || type == PREFIX_MLS) && word & PREFIX_R)
		relative(insn, PPC64_PCREL34,
			 (uint64_t)(word & 0x3ffff) << 16 | (suffix & 0xffff), 34);
}

/* tw, td with all conditions: the instruction after it is not reached. */
static bool is_trap(uint32_t word)
{
	switch (PRIMARY(word)) {
	case 0:
		return !word;	/* no instruction; what gaps are filled with */
	case 2:	/* tdi */
	case 3:	/* twi */
		return TO_ALWAYS(word);
	case 31:
		return TO_ALWAYS(word) && (EXTENDED(word) == 4 || EXTENDED(word) == 68);
	}
	return false;
}

/* ori rX,rX,0: of some, the hardware makes an end of a group of instructions. */
static bool is_nop(uint32_t word)
{
	return PRIMARY(word) == 24 && !(word & 0xffff) && (word >> 21 & 31) == (word >> 16 & 31);
}

int ppc64_decode(const uint8_t *p, size_t avail, struct insn *insn)
{
	uint32_t word;

	if (avail < PPC64_INSN_SIZE)
		return -1;
	word = get_le32(p);
	*insn = (struct insn){ .len = PPC64_INSN_SIZE };
	switch (PRIMARY(word)) {
	case 1:
		if (avail >= 2 * PPC64_INSN_SIZE)
			decode_prefixed(word, get_le32(p + PPC64_INSN_SIZE), insn);
		break;
	case 16:
		decode_branch(word, BO_ALWAYS(word), PPC64_REL14, word & PPC64_BD, 16, insn);
		break;
	case 18:
		decode_branch(word, true, PPC64_REL24, word & PPC64_LI, 26, insn);
		break;
	case 19:
		decode_19(word, insn);
		break;
	default:
		if (is_trap(word))
			insn->flags = INSN_TRAP;
		else if (is_nop(word))
			insn->flags = INSN_NOP;
	}
	return 0;
}

uint32_t ppc64_pcrel_type(const struct insn *insn)
{
	return insn->rel_type;
}

static bool apply_branch(uint8_t *field, int64_t value, uint32_t mask, int bits)
{
	if (value & 3 || value != sign_extend((uint64_t)value, bits))
		return false;
	put_le32(field, (get_le32(field) & ~mask) | ((uint32_t)value & mask));
	return true;
}

bool ppc64_apply(uint32_t type, uint8_t *field, size_t avail, int64_t value)
{
	if (avail < PPC64_INSN_SIZE)
		return false;
	switch (type) {
	case PPC64_REL24:
		return apply_branch(field, value, PPC64_LI, 26);
	case PPC64_REL14:
	case PPC64_REL14_BRTAKEN:	/* the hint stands in the instruction already */
	case PPC64_REL14_BRNTAKEN:
		return apply_branch(field, value, PPC64_BD, 16);
	}
	return false;
}
