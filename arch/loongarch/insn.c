// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LoongArch instructions as far as a differ cares: where control goes, and which
 * fields are relative to the PC.
 *
 * Every instruction has four bytes.  "Manual" is the LoongArch Reference Manual,
 * volume 1; the numbers in comments are the opcodes of its appendix B.
 */
#include "loongarch.h"

#define OPCODE(word) ((word) >> 26)

/* Appendix B, bits 31:26 */
enum opcode {
	OP_BEQZ = 0x10,
	OP_BNEZ = 0x11,
	OP_BCEQZ = 0x12, /* bits 9:8: 0 bceqz, 1 bcnez, 2 and 3 jiscr0 and jiscr1 (LBT) */
	OP_JIRL = 0x13,
	OP_B = 0x14,
	OP_BL = 0x15,
	OP_BEQ = 0x16,
	OP_BGEU = 0x1b,
};

/* Bits 31:25 of the instructions that add an immediate to the PC. */
enum pc_opcode {
	PC_ADDI = 0x0c,
	PC_ALAU12I = 0x0d,
	PC_ADDU12I = 0x0e,
	PC_ADDU18I = 0x0f,
};

#define INSN_NOP_WORD 0x03400000u /* andi $zero, $zero, 0 */
#define INSN_ERTN     0x06483800u
#define IS_BREAK(word) (((word) & 0xffff8000u) == 0x002a0000u)
#define IS_DBCL(word)  (((word) & 0xffff8000u) == 0x002a8000u)

/* A destination that is inside of nothing: the field has no meaning without its relocation. */
#define NOWHERE (INT64_MIN / 2)

static int64_t sign_extend(uint64_t value, unsigned int bits)
{
	uint64_t sign = (uint64_t)1 << (bits - 1);

	return (int64_t)(((value & (2 * sign - 1)) ^ sign) - sign);
}

static int64_t imm16(uint32_t word)
{
	return sign_extend(word >> 10, 16) * 4;
}

static int64_t imm21(uint32_t word)
{
	return sign_extend((word & 0x1f) << 16 | (word >> 10 & 0xffff), 21) * 4;
}

static int64_t imm26(uint32_t word)
{
	return sign_extend((word & 0x3ff) << 16 | (word >> 10 & 0xffff), 26) * 4;
}

static int64_t imm20(uint32_t word)
{
	return sign_extend(word >> 5, 20);
}

static void relative(struct insn *insn, unsigned int flags, uint32_t type, int64_t to)
{
	insn->flags = (uint8_t)(INSN_PCREL | flags);
	insn->rel_size = insn->len;
	insn->rel_type = type;
	insn->rel = to;
}

/* pcaddu18i with the jirl that uses it is one call (the psABI's CALL36), and relocated as one. */
static bool is_far_call(const uint8_t *p, size_t avail)
{
	uint32_t first = get_le32(p), second;

	if (first >> 25 != PC_ADDU18I || avail < 2 * LARCH_INSN_SIZE)
		return false;
	second = get_le32(p + LARCH_INSN_SIZE);
	return OPCODE(second) == OP_JIRL && (second >> 5 & 0x1f) == (first & 0x1f);
}

static void decode_far_call(const uint8_t *p, struct insn *insn)
{
	uint32_t second = get_le32(p + LARCH_INSN_SIZE);

	insn->len = 2 * LARCH_INSN_SIZE;
	relative(insn, INSN_BRANCH | (second & 0x1f ? INSN_CALL : INSN_END), LARCH_CALL36,
		 imm20(get_le32(p)) * (1 << 18) + imm16(second));
}

/*
 * The upper bits of an address, which another instruction completes: only the
 * PC itself (an immediate of 0) means something by itself.  pcalau12i also
 * clears the lower bits, so that its value depends on where in a page it is.
 */
static void decode_pc(uint32_t word, struct insn *insn)
{
	int64_t imm = imm20(word);

	switch (word >> 25) {
	case PC_ADDI:
		relative(insn, 0, LARCH_PCREL20_S2, imm * 4);
		break;
	case PC_ALAU12I:
		relative(insn, 0, LARCH_NONE, NOWHERE);
		break;
	default:
		relative(insn, 0, LARCH_NONE, imm ? NOWHERE : 0);
	}
}

static void decode_branch(uint32_t word, struct insn *insn)
{
	switch (OPCODE(word)) {
	case OP_BCEQZ:
		if (word & 1u << 9) {
			insn->flags = INSN_END;
			break;
		}
		/* fall through */
	case OP_BEQZ:
	case OP_BNEZ:
		relative(insn, INSN_BRANCH, LARCH_B21, imm21(word));
		break;
	case OP_JIRL:
		insn->flags = word & 0x1f ? INSN_CALL : INSN_END;
		break;
	case OP_B:
		relative(insn, INSN_BRANCH | INSN_END, LARCH_B26, imm26(word));
		break;
	case OP_BL:
		relative(insn, INSN_BRANCH | INSN_CALL, LARCH_B26, imm26(word));
		break;
	default:
		relative(insn, INSN_BRANCH, LARCH_B16, imm16(word));
	}
}

int larch_decode(const uint8_t *p, size_t avail, struct insn *insn)
{
	uint32_t word;

	if (avail < LARCH_INSN_SIZE)
		return -1;
	word = get_le32(p);
	if (!word)
		return -1;
	*insn = (struct insn){ .len = LARCH_INSN_SIZE };
	if (is_far_call(p, avail))
		decode_far_call(p, insn);
	else if (word >> 25 >= PC_ADDI && word >> 25 <= PC_ADDU18I)
		decode_pc(word, insn);
	else if (OPCODE(word) >= OP_BEQZ && OPCODE(word) <= OP_BGEU)
		decode_branch(word, insn);
	else if (word == INSN_NOP_WORD)
		insn->flags = INSN_NOP;
	else if (word == INSN_ERTN)
		insn->flags = INSN_END;
	else if (IS_BREAK(word) || IS_DBCL(word))
		insn->flags = INSN_TRAP; /* WARN() goes on behind it */
	return 0;
}

/* The loader applies B26 alone of these; the others are refused by name if they are needed. */
uint32_t larch_pcrel_type(const struct insn *insn)
{
	return insn->rel_type;
}

/* ---- encoding ---- */

static bool fits(int64_t value, unsigned int bits)
{
	return value >= -((int64_t)1 << (bits - 1)) && value < (int64_t)1 << (bits - 1);
}

static void put_field(uint8_t *p, uint32_t mask, uint32_t bits)
{
	put_le32(p, (get_le32(p) & ~mask) | (bits & mask));
}

/* A field of bits, in units of four bytes, whose upper part stands below bit 10. */
static bool put_branch(uint8_t *p, uint32_t mask, unsigned int bits, int64_t value)
{
	uint64_t imm = (uint64_t)value >> 2;

	if (value & 3 || !fits(value, bits + 2))
		return false;
	put_field(p, mask, (uint32_t)(imm << 10 & LARCH_IMM16) | (uint32_t)(imm >> 16 & 0x3ff));
	return true;
}

static bool put_call36(uint8_t *p, size_t avail, int64_t value)
{
	int64_t high = (value + 0x20000) >> 18;

	if (avail < 2 * LARCH_INSN_SIZE || value & 3 || !fits(high, 20))
		return false;
	put_field(p, LARCH_IMM20, (uint32_t)high << 5);
	put_field(p + LARCH_INSN_SIZE, LARCH_IMM16, (uint32_t)((uint64_t)value >> 2) << 10);
	return true;
}

/* Add to a little-endian number of that many bytes; carries beyond it are lost. */
static bool add_bytes(uint8_t *p, unsigned int size, int64_t value)
{
	uint64_t v = (uint64_t)value;

	for (unsigned int i = 0; i < size; i++) {
		v += p[i];
		p[i] = (uint8_t)v;
		v = (uint64_t)((int64_t)v >> 8);
	}
	return true;
}

/* As long as it was: what follows it stands where it stands. */
static bool add_uleb128(uint8_t *p, size_t avail, int64_t value)
{
	uint64_t v = 0;
	size_t n = 0;

	do {
		if (n == avail || n == 10)
			return false;
		v |= (uint64_t)(p[n] & 0x7f) << 7 * n;
	} while (p[n++] & 0x80);
	v += (uint64_t)value;
	for (size_t i = 0; i < n; i++, v >>= 7)
		p[i] = (uint8_t)((v & 0x7f) | (i + 1 < n ? 0x80 : 0));
	return !v;
}

bool larch_apply(uint32_t type, uint8_t *field, size_t avail, int64_t value)
{
	switch (type) {
	case LARCH_B16:
		return put_branch(field, LARCH_IMM16, 16, value);
	case LARCH_B21:
		return put_branch(field, LARCH_IMM21, 21, value);
	case LARCH_B26:
		return put_branch(field, LARCH_IMM26, 26, value);
	case LARCH_PCREL20_S2:
		if (value & 3 || !fits(value, 22))
			return false;
		put_field(field, LARCH_IMM20, (uint32_t)((uint64_t)value >> 2) << 5);
		return true;
	case LARCH_CALL36:
		return put_call36(field, avail, value);
	case LARCH_ADD6:
		field[0] = (uint8_t)((field[0] & 0xc0) | ((field[0] + value) & 0x3f));
		return true;
	case LARCH_ADD8:
		return add_bytes(field, 1, value);
	case LARCH_ADD16:
		return add_bytes(field, 2, value);
	case LARCH_ADD24:
		return add_bytes(field, 3, value);
	case LARCH_ADD32:
		return add_bytes(field, 4, value);
	case LARCH_ADD64:
		return add_bytes(field, 8, value);
	case LARCH_ADD_ULEB128:
		return add_uleb128(field, avail, value);
	}
	return false;
}
