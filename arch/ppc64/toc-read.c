// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check's reader of the instructions by which a copy loads an address from a slot of .toc.
 * Written from the manual (Power ISA 3.1, book I) and not from the code that writes them
 * (calls.c), so that the two agree because both are right.
 *
 * 	addis X,r2,sym@toc@ha			addis X,r2,slot@toc@ha
 * 	addi  X,X,sym@toc@l			ld    X,slot@toc@l(X)
 *
 * 	addis X,r2,sym@toc@ha			b     to code that makes the same of a slot
 *
 * where the slot in .toc holds the address of sym.
 */
#include "ppc64.h"

#define REG(word) ((word) >> 21 & 31)
#define IMM	  0x0000ffffu
#define LI	  PPC64_LI

/* addis X,r2,… with an X that is neither r2 nor the r0 that addi takes for zero */
static bool is_upper(uint32_t word)
{
	return (word & ~IMM) == (0x3c020000u | REG(word) << 21) && REG(word) && REG(word) != 2;
}

bool ppc64_reads_got_pair(const uint8_t *out, const uint8_t *in)
{
	uint32_t upper = get_le32(out), x = REG(upper);

	return is_upper(upper) && (upper & ~IMM) == (get_le32(in) & ~IMM) &&
	       (get_le32(out + 4) & ~0xfffcu) == (58u << 26 | x << 21 | x << 16) &&
	       (get_le32(in + 4) & ~IMM) == (14u << 26 | x << 21 | x << 16);
}

/* X = r2 + ((slot - r2 + 0x8000) & ~0xffff), which is what the upper half makes. */
size_t ppc64_reads_got_detour(const uint8_t *out, size_t avail, const uint8_t *in)
{
	uint32_t x = REG(get_le32(in));
	const uint32_t code[][2] = {
		{ 0x3c020000u | x << 21, IMM },		      /* addis  X,r2,slot@toc@ha */
		{ 0xe8000000u | x << 21 | x << 16, 0xfffcu }, /* ld     X,slot@toc@l(X) */
		{ 0x7c020050u | x << 21 | x << 11, 0 },	      /* subf   X,r2,X */
		{ 0x38007fffu | x << 21 | x << 16, 0 },	      /* addi   X,X,0x7fff */
		{ 0x38000001u | x << 21 | x << 16, 0 },	      /* addi   X,X,1 */
		{ 0x780003e4u | x << 21 | x << 16, 0 },	      /* rldicr X,X,0,47 */
		{ 0x7c001214u | x << 21 | x << 16, 0 },	      /* add    X,X,r2 */
		{ 0x48000000u, LI },			      /* b      back */
	};
	size_t nr = sizeof(code) / sizeof(*code);

	if (!is_upper(get_le32(in)) || avail < nr * PPC64_INSN_SIZE)
		return 0;
	for (size_t i = 0; i < nr; i++)
		if ((get_le32(out + i * PPC64_INSN_SIZE) & ~code[i][1]) != code[i][0])
			return 0;
	return nr * PPC64_INSN_SIZE;
}
