/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the arm64 backend: the decoder, special sections.
 */
#ifndef KLP_ARCH_ARM64_H
#define KLP_ARCH_ARM64_H

#include <klp/arch.h>
#include <klp/special.h>

#define A64_INSN_SIZE 4
#define A64_NOP	      0xd503201fu

/* Relocation types that the code names; the table of relocations has all of them. */
enum a64_reloc {
	A64_NONE = 0,
	A64_ABS64 = 257,
	A64_RELATIVE = 1027,	/* of linked files only */
	A64_ABS32 = 258,
	A64_PREL32 = 261,
	A64_LD_PREL_LO19 = 273,
	A64_ADR_PREL_LO21 = 274,
	A64_ADR_PREL_PG_HI21 = 275,
	A64_TSTBR14 = 279,
	A64_CONDBR19 = 280,
	A64_JUMP26 = 282,
	A64_CALL26 = 283,
	A64_LDST64_ABS_LO12_NC = 286,
};

/* struct arch: decode, pcrel_type, load_boot_const */
int a64_decode(const uint8_t *p, size_t avail, struct insn *insn);
uint32_t a64_pcrel_type(const struct insn *insn);
bool a64_load_boot_const(uint8_t *code, uint64_t size, uint64_t place, struct boot_const *load);

/* struct arch: effect */
bool a64_effect(const uint8_t *p, const struct insn *insn, struct effect *e);

extern const struct special_rule a64_special[];

#endif
