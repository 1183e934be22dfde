/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the LoongArch backend: the decoder and encoder of PC-relative fields,
 * the ways to what is out of a module's reach, special
 * sections.
 */
#ifndef KLP_ARCH_LOONGARCH_H
#define KLP_ARCH_LOONGARCH_H

#include <klp/arch.h>
#include <klp/special.h>

#define LARCH_INSN_SIZE 4

/* Relocation types that the code names; the table of relocations has all of them. */
enum larch_reloc {
	LARCH_NONE = 0,
	LARCH_32 = 1,
	LARCH_64 = 2,
	LARCH_RELATIVE = 3,	/* of linked files only */
	LARCH_ADD8 = 47,
	LARCH_ADD16 = 48,
	LARCH_ADD24 = 49,
	LARCH_ADD32 = 50,
	LARCH_ADD64 = 51,
	LARCH_B16 = 64,
	LARCH_B21 = 65,
	LARCH_B26 = 66,
	LARCH_PCALA_HI20 = 71,
	LARCH_PCALA_LO12 = 72,
	LARCH_PCALA64_LO20 = 73,
	LARCH_GOT_PC_HI20 = 75,
	LARCH_GOT_PC_LO12 = 76,
	LARCH_32_PCREL = 99,
	LARCH_PCREL20_S2 = 103,
	LARCH_ADD6 = 105,
	LARCH_ADD_ULEB128 = 107,
	LARCH_64_PCREL = 109,
	LARCH_CALL36 = 110,
};

/* Fields of instructions, as masks. */
#define LARCH_IMM12 0x003ffc00u	/* [21:10] */
#define LARCH_IMM16 0x03fffc00u	/* [25:10] */
#define LARCH_IMM20 0x01ffffe0u	/* [24:5] */
#define LARCH_IMM21 0x03fffc1fu	/* [25:10], above it [4:0] */
#define LARCH_IMM26 0x03ffffffu	/* [25:10], above it [9:0] */

/* struct arch: decode, pcrel_type, apply */
int larch_decode(const uint8_t *p, size_t avail, struct insn *insn);
uint32_t larch_pcrel_type(const struct insn *insn);
bool larch_apply(uint32_t type, uint8_t *field, size_t avail, int64_t value);

/* struct arch: through_got, detour */
bool larch_through_got(uint8_t *code, size_t avail, uint32_t types[2]);
bool larch_detour(uint8_t *insn, uint32_t type, struct detour *out);

/* struct arch: reads_got_pair, reads_got_detour */
bool larch_reads_got_pair(const uint8_t *out, const uint8_t *in);
size_t larch_reads_got_detour(const uint8_t *out, size_t avail, const uint8_t *in);

/* struct arch: effect */
bool larch_effect(const uint8_t *p, const struct insn *insn, struct effect *e);

extern const struct special_rule larch_special[];

#endif
