// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * arm64 (AArch64, LP64, little-endian): the relocation types of its ELF ABI, and
 * which the kernel applies.
 *
 * Reference: ELF for the Arm 64-bit Architecture (AArch64),
 * https://github.com/ARM-software/abi-aa/blob/main/aaelf64/aaelf64.rst,
 * "Relocation" and "Mapping symbols".
 *
 * Its peculiarities:
 *
 *  - adrp gives a page: the PC's with its lower 12 bits cleared, plus imm21 <<
 *    12.  The lower 12 bits of an address come with the add, load or store that
 *    uses it (*_ABS_LO12_NC), somewhere behind; one adrp may serve several of
 *    them, with addends of their own, where an object's alignment says that all
 *    are in one page.  Copies keep that alignment.
 *  - Mapping symbols say what bytes are: $x begins instructions, $d data, with
 *    any suffix after a dot.  They are local, without type and size, and name
 *    nothing.  Literal pools, type hashes of kCFI and what .S files put among
 *    code are data: decoded, they might pass for branches.
 *  - With -fpatchable-function-entry=4,2 two nops stand before the symbol, which
 *    so has the value 8 in a section of its own, and the entry of
 *    __patchable_function_entries refers to them.  With kCFI the hash of the
 *    function's type stands before these nops.
 *  - GCC lets one section __patchable_function_entries (SHF_LINK_ORDER) hold the
 *    entries of all functions, Clang writes one for each.
 *  - Jump tables have no relocations: a byte or half-word each, the distance of
 *    the destination from a place in the function, in instructions.
 *  - The kernel writes the replacement of an alternative into .subsection 1,
 *    which the assembler places at the end of the same section; in an alternative
 *    with a callback the second word of the entry leads to a function instead.
 *  - bl and b reach 128 MB.  The kernel's module loader makes veneers for those
 *    that go further, and for an adrp that erratum 843419 forbids.
 *
 * LOADER below is what apply_relocate_add() of arch/arm64/kernel/module.c (Linux
 * 6.12) applies: no GOT, no TLS, no PLT32.
 */
#include <string.h>

#include "arm64.h"

#define PCREL  RELOC_PCREL
#define BRANCH (RELOC_PCREL | RELOC_BRANCH)
#define GOT    RELOC_GOT
#define PAIR   RELOC_PAIR
#define MARKER RELOC_MARKER
#define LOADER RELOC_LOADER
#define ANCHOR RELOC_ANCHOR

#define ADR   0x60ffffe0u /* [30:29], above it [23:5] */
#define IMM12 0x003ffc00u /* [21:10] */
#define IMM14 0x0007ffe0u /* [18:5] */
#define IMM16 0x001fffe0u /* [20:5] */
#define IMM19 0x00ffffe0u /* [23:5] */
#define IMM26 0x03ffffffu

/* By number: glibc's elf.h has only those that are as old as itself. */
#define LIKE(nr, t, size, mask, flags, like) { nr, "R_AARCH64_" #t, size, mask, flags, like }
#define R(nr, t, size, mask, flags)	     LIKE(nr, t, size, mask, flags, nr)

/* clang-format off */
static const struct arch_reloc relocs[] = {
	R(0,	NONE,				0, 0,		MARKER | LOADER),
	R(256,	NULL,				0, 0,		MARKER | LOADER),
	R(257,	ABS64,				8, 0,		LOADER),
	R(258,	ABS32,				4, 0,		LOADER),
	R(259,	ABS16,				2, 0,		LOADER),
	R(260,	PREL64,				8, 0,		PCREL | LOADER),
	R(261,	PREL32,				4, 0,		PCREL | LOADER),
	R(262,	PREL16,				2, 0,		PCREL | LOADER),
	R(263,	MOVW_UABS_G0,			4, IMM16,	PAIR | LOADER),
	R(264,	MOVW_UABS_G0_NC,		4, IMM16,	PAIR | LOADER),
	R(265,	MOVW_UABS_G1,			4, IMM16,	PAIR | LOADER),
	R(266,	MOVW_UABS_G1_NC,		4, IMM16,	PAIR | LOADER),
	R(267,	MOVW_UABS_G2,			4, IMM16,	PAIR | LOADER),
	R(268,	MOVW_UABS_G2_NC,		4, IMM16,	PAIR | LOADER),
	R(269,	MOVW_UABS_G3,			4, IMM16,	PAIR | LOADER),
	R(270,	MOVW_SABS_G0,			4, IMM16,	PAIR | LOADER),
	R(271,	MOVW_SABS_G1,			4, IMM16,	PAIR | LOADER),
	R(272,	MOVW_SABS_G2,			4, IMM16,	PAIR | LOADER),
	R(273,	LD_PREL_LO19,			4, IMM19,	PCREL | LOADER),
	R(274,	ADR_PREL_LO21,			4, ADR,		PCREL | LOADER),
	R(275,	ADR_PREL_PG_HI21,		4, ADR,		PCREL | PAIR | LOADER),
	LIKE(276,	ADR_PREL_PG_HI21_NC,	4, ADR,		PCREL | PAIR | LOADER, 275),
	R(277,	ADD_ABS_LO12_NC,		4, IMM12,	PAIR | LOADER | ANCHOR),
	R(278,	LDST8_ABS_LO12_NC,		4, IMM12,	PAIR | LOADER),
	R(279,	TSTBR14,			4, IMM14,	BRANCH | LOADER),
	R(280,	CONDBR19,			4, IMM19,	BRANCH | LOADER),
	LIKE(282,	JUMP26,			4, IMM26,	BRANCH | LOADER, 283),
	R(283,	CALL26,				4, IMM26,	BRANCH | LOADER),
	R(284,	LDST16_ABS_LO12_NC,		4, IMM12,	PAIR | LOADER),
	R(285,	LDST32_ABS_LO12_NC,		4, IMM12,	PAIR | LOADER),
	R(286,	LDST64_ABS_LO12_NC,		4, IMM12,	PAIR | LOADER),
	R(287,	MOVW_PREL_G0,			4, IMM16,	PCREL | PAIR | LOADER),
	R(288,	MOVW_PREL_G0_NC,		4, IMM16,	PCREL | PAIR | LOADER),
	R(289,	MOVW_PREL_G1,			4, IMM16,	PCREL | PAIR | LOADER),
	R(290,	MOVW_PREL_G1_NC,		4, IMM16,	PCREL | PAIR | LOADER),
	R(291,	MOVW_PREL_G2,			4, IMM16,	PCREL | PAIR | LOADER),
	R(292,	MOVW_PREL_G2_NC,		4, IMM16,	PCREL | PAIR | LOADER),
	R(293,	MOVW_PREL_G3,			4, IMM16,	PCREL | PAIR | LOADER),
	R(299,	LDST128_ABS_LO12_NC,		4, IMM12,	PAIR | LOADER),
	R(300,	MOVW_GOTOFF_G0,			4, IMM16,	PAIR | GOT),
	R(301,	MOVW_GOTOFF_G0_NC,		4, IMM16,	PAIR | GOT),
	R(302,	MOVW_GOTOFF_G1,			4, IMM16,	PAIR | GOT),
	R(303,	MOVW_GOTOFF_G1_NC,		4, IMM16,	PAIR | GOT),
	R(304,	MOVW_GOTOFF_G2,			4, IMM16,	PAIR | GOT),
	R(305,	MOVW_GOTOFF_G2_NC,		4, IMM16,	PAIR | GOT),
	R(306,	MOVW_GOTOFF_G3,			4, IMM16,	PAIR | GOT),
	R(307,	GOTREL64,			8, 0,		0),
	R(308,	GOTREL32,			4, 0,		0),
	R(309,	GOT_LD_PREL19,			4, IMM19,	PCREL | GOT),
	R(310,	LD64_GOTOFF_LO15,		4, IMM12,	PAIR | GOT),
	R(311,	ADR_GOT_PAGE,			4, ADR,		PCREL | PAIR | GOT),
	R(312,	LD64_GOT_LO12_NC,		4, IMM12,	PAIR | GOT),
	R(313,	LD64_GOTPAGE_LO15,		4, IMM12,	PAIR | GOT),
	LIKE(314,	PLT32,			4, 0,		PCREL, 261),
	R(315,	GOTPCREL32,			4, 0,		PCREL | GOT),
	R(316,	PATCHINST,			4, ~0u,		0),
	R(317,	FUNCINIT64,			8, 0,		0),
	R(512,	TLSGD_ADR_PREL21,		4, ADR,		PCREL | GOT),
	R(513,	TLSGD_ADR_PAGE21,		4, ADR,		PCREL | PAIR | GOT),
	R(514,	TLSGD_ADD_LO12_NC,		4, IMM12,	PAIR | GOT),
	R(515,	TLSGD_MOVW_G1,			4, IMM16,	PAIR | GOT),
	R(516,	TLSGD_MOVW_G0_NC,		4, IMM16,	PAIR | GOT),
	R(517,	TLSLD_ADR_PREL21,		4, ADR,		PCREL | GOT),
	R(518,	TLSLD_ADR_PAGE21,		4, ADR,		PCREL | PAIR | GOT),
	R(519,	TLSLD_ADD_LO12_NC,		4, IMM12,	PAIR | GOT),
	R(520,	TLSLD_MOVW_G1,			4, IMM16,	PAIR | GOT),
	R(521,	TLSLD_MOVW_G0_NC,		4, IMM16,	PAIR | GOT),
	R(522,	TLSLD_LD_PREL19,		4, IMM19,	PCREL | GOT),
	R(523,	TLSLD_MOVW_DTPREL_G2,		4, IMM16,	PAIR),
	R(524,	TLSLD_MOVW_DTPREL_G1,		4, IMM16,	PAIR),
	R(525,	TLSLD_MOVW_DTPREL_G1_NC,	4, IMM16,	PAIR),
	R(526,	TLSLD_MOVW_DTPREL_G0,		4, IMM16,	PAIR),
	R(527,	TLSLD_MOVW_DTPREL_G0_NC,	4, IMM16,	PAIR),
	R(528,	TLSLD_ADD_DTPREL_HI12,		4, IMM12,	PAIR),
	R(529,	TLSLD_ADD_DTPREL_LO12,		4, IMM12,	PAIR),
	R(530,	TLSLD_ADD_DTPREL_LO12_NC,	4, IMM12,	PAIR),
	R(531,	TLSLD_LDST8_DTPREL_LO12,	4, IMM12,	PAIR),
	R(532,	TLSLD_LDST8_DTPREL_LO12_NC,	4, IMM12,	PAIR),
	R(533,	TLSLD_LDST16_DTPREL_LO12,	4, IMM12,	PAIR),
	R(534,	TLSLD_LDST16_DTPREL_LO12_NC,	4, IMM12,	PAIR),
	R(535,	TLSLD_LDST32_DTPREL_LO12,	4, IMM12,	PAIR),
	R(536,	TLSLD_LDST32_DTPREL_LO12_NC,	4, IMM12,	PAIR),
	R(537,	TLSLD_LDST64_DTPREL_LO12,	4, IMM12,	PAIR),
	R(538,	TLSLD_LDST64_DTPREL_LO12_NC,	4, IMM12,	PAIR),
	R(539,	TLSIE_MOVW_GOTTPREL_G1,		4, IMM16,	PAIR | GOT),
	R(540,	TLSIE_MOVW_GOTTPREL_G0_NC,	4, IMM16,	PAIR | GOT),
	R(541,	TLSIE_ADR_GOTTPREL_PAGE21,	4, ADR,		PCREL | PAIR | GOT),
	R(542,	TLSIE_LD64_GOTTPREL_LO12_NC,	4, IMM12,	PAIR | GOT),
	R(543,	TLSIE_LD_GOTTPREL_PREL19,	4, IMM19,	PCREL | GOT),
	R(544,	TLSLE_MOVW_TPREL_G2,		4, IMM16,	PAIR),
	R(545,	TLSLE_MOVW_TPREL_G1,		4, IMM16,	PAIR),
	R(546,	TLSLE_MOVW_TPREL_G1_NC,		4, IMM16,	PAIR),
	R(547,	TLSLE_MOVW_TPREL_G0,		4, IMM16,	PAIR),
	R(548,	TLSLE_MOVW_TPREL_G0_NC,		4, IMM16,	PAIR),
	R(549,	TLSLE_ADD_TPREL_HI12,		4, IMM12,	PAIR),
	R(550,	TLSLE_ADD_TPREL_LO12,		4, IMM12,	PAIR),
	R(551,	TLSLE_ADD_TPREL_LO12_NC,	4, IMM12,	PAIR),
	R(552,	TLSLE_LDST8_TPREL_LO12,		4, IMM12,	PAIR),
	R(553,	TLSLE_LDST8_TPREL_LO12_NC,	4, IMM12,	PAIR),
	R(554,	TLSLE_LDST16_TPREL_LO12,	4, IMM12,	PAIR),
	R(555,	TLSLE_LDST16_TPREL_LO12_NC,	4, IMM12,	PAIR),
	R(556,	TLSLE_LDST32_TPREL_LO12,	4, IMM12,	PAIR),
	R(557,	TLSLE_LDST32_TPREL_LO12_NC,	4, IMM12,	PAIR),
	R(558,	TLSLE_LDST64_TPREL_LO12,	4, IMM12,	PAIR),
	R(559,	TLSLE_LDST64_TPREL_LO12_NC,	4, IMM12,	PAIR),
	R(560,	TLSDESC_LD_PREL19,		4, IMM19,	PCREL | GOT),
	R(561,	TLSDESC_ADR_PREL21,		4, ADR,		PCREL | GOT),
	R(562,	TLSDESC_ADR_PAGE21,		4, ADR,		PCREL | PAIR | GOT),
	R(563,	TLSDESC_LD64_LO12,		4, IMM12,	PAIR | GOT),
	R(564,	TLSDESC_ADD_LO12,		4, IMM12,	PAIR | GOT),
	R(565,	TLSDESC_OFF_G1,			4, IMM16,	PAIR | GOT),
	R(566,	TLSDESC_OFF_G0_NC,		4, IMM16,	PAIR | GOT),
	R(567,	TLSDESC_LDR,			0, 0,		MARKER),
	R(568,	TLSDESC_ADD,			0, 0,		MARKER),
	R(569,	TLSDESC_CALL,			0, 0,		MARKER),
	R(570,	TLSLE_LDST128_TPREL_LO12,	4, IMM12,	PAIR),
	R(571,	TLSLE_LDST128_TPREL_LO12_NC,	4, IMM12,	PAIR),
	R(572,	TLSLD_LDST128_DTPREL_LO12,	4, IMM12,	PAIR),
	R(573,	TLSLD_LDST128_DTPREL_LO12_NC,	4, IMM12,	PAIR),
	R(580,	AUTH_ABS64,			8, 0,		0),
	R(1024,	COPY,				0, 0,		0),
	R(1025,	GLOB_DAT,			8, 0,		0),
	R(1026,	JUMP_SLOT,			8, 0,		0),
	R(1027,	RELATIVE,			8, 0,		0),
	R(1028,	TLS_DTPMOD,			8, 0,		0),
	R(1029,	TLS_DTPREL,			8, 0,		0),
	R(1030,	TLS_TPREL,			8, 0,		0),
	R(1031,	TLSDESC,			16, 0,		0),
	R(1032,	IRELATIVE,			8, 0,		0),
};
/* clang-format on */

static const struct arch_refusal too_near = {
	"out-of-reach",
	"the instruction reaches 1 MiB at most, and modules are further away than that from the "
	"kernel's image",
};

/* Branches have veneers, and adrp reaches 4 GiB. */
static const struct arch_refusal *refuse_outside(const uint8_t *code, uint64_t size,
						 uint64_t place, uint32_t type, int64_t off)
{
	(void)code;
	(void)size;
	(void)place;
	(void)off;
	return type == A64_LD_PREL_LO19 || type == A64_ADR_PREL_LO21 || type == A64_TSTBR14 ||
			       type == A64_CONDBR19
		       ? &too_near
		       : NULL;
}

/* Of kernels from before __patchable_function_entries (-pg). */
/* module_frob_arch_sections() of arch/arm64/kernel/module-plts.c */
static const char *const module_sections[] = { ".plt", ".init.plt", NULL };

static const char *const trace_symbols[] = { "_mcount", NULL };

/* $x, $d, and these with a suffix: $x.12 */
static enum mapping mapping(const struct elf_sym *sym)
{
	const char *name = sym->name;

	if (sym->bind != STB_LOCAL || sym->type != STT_NOTYPE || name[0] != '$' ||
	    (name[1] != 'x' && name[1] != 'd') || (name[2] && name[2] != '.'))
		return MAPPING_NONE;
	return name[1] == 'x' ? MAPPING_CODE : MAPPING_DATA;
}

/* Arm ARM C4.1; addresses and bit masks are encoded */
static const struct arch_imm imms[] = {
	{ 0x1f800000, 0x11000000, 0x003ffc00, IMM_UNSIGNED }, /* ADD, SUB */
	{ 0x1f800000, 0x12000000, 0x007ffc00, IMM_ENCODED },  /* AND, ORR, … */
	{ 0x1f800000, 0x12800000, 0x001fffe0, IMM_UNSIGNED }, /* MOVN, MOVZ, MOVK */
	{ 0x1f800000, 0x13000000, 0x003ffc00, IMM_ENCODED },  /* shifts, bit fields */
	{ 0x1fe00800, 0x1a400800, 0x001f0000, IMM_UNSIGNED }, /* CCMN, CCMP */
	{ 0x3a000000, 0x28000000, 0x003f8000, IMM_ENCODED },  /* LDP, STP */
	{ 0x3b200000, 0x38000000, 0x001ff000, IMM_SIGNED },   /* LDUR, STUR, pre- and post-indexed */
	{ 0x3b000000, 0x39000000, 0x003ffc00, IMM_ENCODED },  /* LDR, STR: scaled */
	{ 0xff000000, 0xd4000000, 0x001fffe0, IMM_UNSIGNED }, /* BRK, SVC, … */
	{ 0 },
};

static bool makes_page(const uint8_t *insn, uint64_t addr, uint64_t *page)
{
	uint32_t word = get_le32(insn);
	uint64_t pages = (uint64_t)(word >> 5 & 0x7ffff) << 2 | (word >> 29 & 3);

	*page = (addr & ~0xfffull) + ((pages ^ 1 << 20) - (1 << 20)) * 0x1000;
	return (word & 0x9f000000) == 0x90000000;
}

/* ADD of an immediate that is not shifted, to the register of the ADRP: ADRP x0; ADD x1, x0, #low
 */
static bool adds_to_page(const uint8_t *adrp, const uint8_t *insn, uint64_t *low)
{
	uint32_t word = get_le32(insn);

	*low = word >> 10 & 0xfff;
	return (word & 0xffc00000) == 0x91000000 && (word >> 5 & 0x1f) == (get_le32(adrp) & 0x1f);
}

/* Arm ARM, BTI and PACIASP: what BLR may arrive at in a guarded page */
static const struct arch_pad pads[] = {
	{ 0xd503245f, true, "BTI c" },	  { 0xd50324df, true, "BTI jc" },
	{ 0xd503233f, false, "PACIASP" }, { 0xd503237f, false, "PACIBSP" },
	{ 0 },
};

/* Documentation/arch/arm64/booting.rst: the magic number of Image. */
static bool is_image(const uint8_t *data, uint64_t size)
{
	return size >= 0x40 && !memcmp(data + 0x38, "ARM\x64", 4);
}

const struct arch arch_arm64 = {
	.name = "arm64",
	.machine = EM_AARCH64,
	.flags_mask = 0, /* the ABI defines none */

	.relocs = relocs,
	.nr_relocs = sizeof(relocs) / sizeof(*relocs),
	.none = A64_NONE,
	.abs64 = A64_ABS64,
	.relative = A64_RELATIVE,
	.traces_before = true,
	.is_image = is_image,
	.abs32 = A64_ABS32,
	.pcrel32 = A64_PREL32,
	.pcrel_type = a64_pcrel_type,

	.insn_align = A64_INSN_SIZE,
	.insn_size = A64_INSN_SIZE,
	.rewrites_pairs = true,
	.section_anchors = true,
	.text_fill = 0, /* udf: traps */
	.objdump = "aarch64-linux-gnu-objdump",
	.imms = imms,
	.pads = pads,

	.trace_symbols = trace_symbols,
	.module_sections = module_sections,
	.special = a64_special,

	.decode = a64_decode,
	.effect = a64_effect,
	.abi = {	/* AAPCS64, "General-purpose registers" */
		.args = { 0, 1, 2, 3, 4, 5, 6, 7 }, .nr_args = 8, .stack_args = 0,
		.saved = 0x3ff80000, .passed = 0x401ff, .returned = 0x3,
	},
	.load_boot_const = a64_load_boot_const,
	.makes_page = makes_page,
	.adds_to_page = adds_to_page,
	.mapping = mapping,
	.refuse_outside = refuse_outside,
};
