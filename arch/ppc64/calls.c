// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls and data outside of a ppc64 module.
 *
 * A call of a function that is not in the module goes through a stub of the module loader
 * (create_stub() in arch/powerpc/kernel/module_64.c), which saves r2 in the caller's frame and
 * enters the callee at its global entry.  The caller has to load r2 again when the callee
 * returns; the loader writes that instruction over a nop behind the call.  Compilers leave a nop
 * only where they know the callee to be elsewhere: for a static one there is none.  Nor can a
 * sibling call leave the module: it has no frame of its own, so r2 would be saved in that of the
 * caller, who returns with the wrong one.  A kernel with PC-relative code (REL24_NOTOC) does
 * without r2.
 *
 * Code made for the kernel's image (-mcmodel=medium) makes the address of data by adding a
 * distance to r2, in two halves.  From a module's TOC the kernel's data is too far, and the
 * loader does not check.  The copy loads the address from a slot of the module's TOC:
 *  - addis and the addi behind it, of one register, become addis and ld;
 *  - otherwise the lower half may be in loads and stores anywhere behind the upper one, so that
 *    there is no room for one more load.  The upper half alone is replaced, by a branch to
 *    instructions that make the value that the lower halves expect: r2 plus the distance, rounded
 *    as @ha rounds it.
 */
#include <string.h>

#include "ppc64.h"

#define FILTER                                                                                     \
	"build both objects with scripts/ppc64-as (gcc -B DIRECTORY; clang also needs "            \
	"-fno-integrated-as), or let it be copied as well: --force FUNCTION"

static const struct arch_refusal no_nop = {
	"call-without-nop",
	"no nop follows the bl, so that the kernel's module loader cannot restore r2 after the "
	"call: " FILTER,
};
/* Of a static branch or a fixup, which the kernel writes to on its own. */
const struct arch_refusal ppc64_nop_is_taken = {
	"call-without-nop",
	"the nop behind the bl, over which the kernel's module loader would write the instruction "
	"that restores r2, is there for something else: " FILTER,
};
static const struct arch_refusal sibling_call = {
	"sibling-call",
	"a sibling call (b) cannot leave the module, since nothing restores r2 for the caller: "
	"compile both objects with -fno-optimize-sibling-calls, or let it be copied as well: "
	"--force FUNCTION",
};
static const struct arch_refusal middle = {
	"branch-into-middle",
	"the module loader's stubs enter functions only at their begin",
};
static const struct arch_refusal too_far = {
	"out-of-reach",
	"a distance of 32 bits, and modules are further away than that from the kernel's image",
};

const struct arch_refusal *ppc64_refuse_outside(const uint8_t *code, uint64_t size, uint64_t place,
						uint32_t type, int64_t off)
{
	uint32_t next;

	if (type >= PPC64_REL16 && type <= PPC64_REL16_HA)
		return &too_far;
	if (type == PPC64_REL24_NOTOC)
		return off ? &middle : NULL;
	if (type != PPC64_REL24)
		return NULL;	/* data, or what the loader does not apply anyway */
	if (off)
		return &middle;
	if (!(get_le32(code + place) & 1))
		return &sibling_call;
	next = place + 2 * PPC64_INSN_SIZE <= size ? get_le32(code + place + PPC64_INSN_SIZE) : 0;
	return next == PPC64_NOP || next == PPC64_RESTORE_R2 ? NULL : &no_nop;
}

/* D-forms: opcode, target register, base register, 16 bits. */
#define D_FORM(op, rt, ra, imm) ((op) << 26 | (rt) << 21 | (ra) << 16 | (imm))
#define X_FORM(rt, ra, rb, xo)	(31u << 26 | (rt) << 21 | (ra) << 16 | (rb) << 11 | (xo) << 1)
#define RT(word)		((word) >> 21 & 31)
#define RA(word)		((word) >> 16 & 31)

#define OP_ADDI	 14u
#define OP_ADDIS 15u
#define OP_B	 18u
#define OP_LD	 58u
#define XO_SUBF	 40u
#define XO_ADD	 266u
#define TOC	 2u /* r2 */

/* rldicr rA,rA,0,47: the lower 16 bits cleared */
#define CLEAR_LOW_16(reg) (30u << 26 | (reg) << 21 | (reg) << 16 | 0x3e4u)

static bool is_upper_half(uint32_t word, uint32_t type)
{
	return type == PPC64_TOC16_HA && word >> 26 == OP_ADDIS && RA(word) == TOC && RT(word);
}

bool ppc64_through_got(uint8_t *code, size_t avail, uint32_t types[2])
{
	uint32_t high, low;

	if (avail < 2 * PPC64_INSN_SIZE || types[1] != PPC64_TOC16_LO)
		return false;
	high = get_le32(code);
	low = get_le32(code + PPC64_INSN_SIZE);
	if (!is_upper_half(high, types[0]) || low >> 26 != OP_ADDI || RA(low) != RT(high) ||
	    RT(low) != RA(low))
		return false;
	put_le32(code + PPC64_INSN_SIZE, D_FORM(OP_LD, RT(low), RT(low), 0));
	types[1] = PPC64_TOC16_LO_DS;
	return true;
}

bool ppc64_detour(uint8_t *insn, uint32_t type, struct detour *out)
{
	uint32_t word = get_le32(insn), reg = RT(word);
	const uint32_t code[] = {
		D_FORM(OP_ADDIS, reg, TOC, 0),	     /* addis reg,r2,slot@toc@ha */
		D_FORM(OP_LD, reg, reg, 0),	     /* ld    reg,slot@toc@l(reg) */
		X_FORM(reg, TOC, reg, XO_SUBF),	     /* subf  reg,r2,reg */
		D_FORM(OP_ADDI, reg, reg, 0x7fff),   /* + 0x8000: the lower half is signed */
		D_FORM(OP_ADDI, reg, reg, 1),
		CLEAR_LOW_16(reg),
		X_FORM(reg, reg, TOC, XO_ADD),	     /* add   reg,reg,r2 */
		OP_B << 26,
	};

	if (!is_upper_half(word, type))
		return false;
	*out = (struct detour){
		.size = sizeof(code),
		.back = sizeof(code) - PPC64_INSN_SIZE,
		.branch = PPC64_REL24,
		.refs = { { .at = 0, .type = PPC64_TOC16_HA },
			  { .at = PPC64_INSN_SIZE, .type = PPC64_TOC16_LO_DS } },
	};
	for (size_t i = 0; i < sizeof(code) / sizeof(*code); i++)
		put_le32(out->code + i * PPC64_INSN_SIZE, code[i]);
	put_le32(insn, OP_B << 26);
	return true;
}
