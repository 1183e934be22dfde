/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the ppc64 backend: the decoder and encoder of instructions,
 * what may leave a module and how, special sections.
 */
#ifndef KLP_ARCH_PPC64_H
#define KLP_ARCH_PPC64_H

#include <klp/arch.h>
#include <klp/special.h>

#define PPC64_INSN_SIZE	 4
#define PPC64_NOP	 0x60000000u /* ori r0,r0,0 */
#define PPC64_RESTORE_R2 0xe8410018u /* ld r2,24(r1): the psABI's TOC save slot */

/* Relocation types that the code names; the table of relocations has all of them. */
enum ppc64_reloc {
	PPC64_NONE = 0,
	PPC64_ADDR32 = 1,
	PPC64_REL24 = 10,
	PPC64_REL14 = 11,
	PPC64_REL14_BRTAKEN = 12,
	PPC64_REL14_BRNTAKEN = 13,
	PPC64_REL32 = 26,
	PPC64_ADDR64 = 38,
	PPC64_REL64 = 44,
	PPC64_TOC16_LO = 48,
	PPC64_TOC16_HA = 50,
	PPC64_TOC16_LO_DS = 64,
	PPC64_REL24_NOTOC = 116,
	PPC64_PCREL34 = 132,
	PPC64_REL16 = 249,
	PPC64_REL16_HA = 252,
};

/* Fields of instructions, as masks. */
#define PPC64_LI 0x03fffffcu /* I-form: 24 bits and two zeroes */
#define PPC64_BD 0x0000fffcu /* B-form: 14 bits and two zeroes */

/* struct arch: decode, pcrel_type, apply */
int ppc64_decode(const uint8_t *p, size_t avail, struct insn *insn);
uint32_t ppc64_pcrel_type(const struct insn *insn);
bool ppc64_apply(uint32_t type, uint8_t *field, size_t avail, int64_t value);

/* struct arch: refuse_outside, through_got, detour */
extern const struct arch_refusal ppc64_nop_is_taken;
const struct arch_refusal *ppc64_refuse_outside(const uint8_t *code, uint64_t size, uint64_t place,
						uint32_t type, int64_t off);
bool ppc64_through_got(uint8_t *code, size_t avail, uint32_t types[2]);
bool ppc64_detour(uint8_t *insn, uint32_t type, struct detour *out);

/* struct arch: effect */
bool ppc64_effect(const uint8_t *p, const struct insn *insn, struct effect *e);

/* struct arch: reads_got_pair, reads_got_detour */
bool ppc64_reads_got_pair(const uint8_t *out, const uint8_t *in);
size_t ppc64_reads_got_detour(const uint8_t *out, size_t avail, const uint8_t *in);

extern const struct special_rule ppc64_special[];

#endif
