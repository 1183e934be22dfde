// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LoongArch, 64-bit: the relocation types of its psABI, and which the kernel
 * applies.
 *
 * Reference: the LoongArch ELF psABI specification,
 * https://github.com/loongson/la-abi-specs (laelf.adoc), "Relocations".
 *
 * Its peculiarities:
 *
 *  - Linkers may shorten code (relaxation).  So that they can, an assembler
 *    leaves open what it knows: every branch has a relocation (B16, B21, B26), a
 *    difference of two labels is a pair of relocations at one offset (ADD32 and
 *    SUB32, …: one adds a symbol's value to what stands there, the other
 *    subtracts one), RELAX stands beside what may shrink, and ALIGN at the nops
 *    from which a linker may take some away.  The first function of a section
 *    may so begin at 0x1c, behind the nops of an alignment of 32.  klp moves
 *    functions whole, so distances inside of one are what they are in the
 *    input: it fills them in, and drops the marks.
 *  - GNU as, and LLVM since 20, refer to labels and never fold them into
 *    section + offset.  The labels are in the symbol table: .L4, .LPFE1, and
 *    for the numbered ones (1:, 10001:) names with control characters in them,
 *    .L1^B7 or L0^A, of which many are the same.  They name nothing; what
 *    counts is where they stand.
 *  - pcalau12i gives a page: (PC + imm20 << 12) with the lower bits cleared.
 *    Which one that is depends on where the instruction stands, the lower 12
 *    bits of the target (PCALA_LO12) do not.  The two halves need not stand
 *    side by side, and one HI20 may serve several LO12.
 *  - CALL36 covers two instructions, pcaddu18i and jirl.
 *  - The SOP_* types of the first psABI are a program for a stack machine.
 *    count_max_entries() in the kernel's module-sections.c sorts the relocations
 *    of a text section by symbol and type before they are applied, which
 *    scrambles such a program; they are taken as what the loader refuses.
 *
 * LOADER below is what apply_relocate_add() of arch/loongarch/kernel/module.c
 * (Linux 6.12) applies.
 *
 * NEAR: the kernel's image is at 0x9000000000200000, in a window that maps
 * physical memory; modules are in the page-mapped half at 0xffff800000000000
 * (MODULES_VADDR).  No 32-bit distance spans that, and the loader does not
 * check: it writes the lower bits, and the module accesses something else.
 * Modules are therefore compiled with -fno-direct-access-external-data, by which
 * external symbols go through the GOT; the kernel's own objects, from which a
 * livepatch is made, are not, and no option makes accesses to static data go
 * through the GOT.  What is done about it stands with the instructions.
 */
#include <klp/special.h>

#include <string.h>

#include "loongarch.h"

#define PCREL  RELOC_PCREL
#define BRANCH (RELOC_PCREL | RELOC_BRANCH)
#define GOT    RELOC_GOT
#define PAIR   RELOC_PAIR
#define ADD    RELOC_ADD
#define SUB    RELOC_SUB
#define MARKER RELOC_MARKER
#define LOADER RELOC_LOADER
#define NEAR   RELOC_NEAR
#define FAR    RELOC_FAR

#define IMM5  0x00007c00u /* [14:10] */
#define IMM12 LARCH_IMM12
#define IMM16 LARCH_IMM16
#define IMM20 LARCH_IMM20
#define IMM21 LARCH_IMM21
#define IMM26 LARCH_IMM26

/* By number: glibc's elf.h has only those that are as old as itself. */
#define R(nr, t, size, mask, flags) { nr, "R_LARCH_" #t, size, mask, flags, nr }

/* clang-format off */
static const struct arch_reloc relocs[] = {
	R(0,	NONE,			0, 0,	  MARKER | LOADER),
	R(1,	32,			4, 0,	  LOADER),
	R(2,	64,			8, 0,	  LOADER),
	R(3,	RELATIVE,		8, 0,	  0),
	R(4,	COPY,			0, 0,	  0),
	R(5,	JUMP_SLOT,		8, 0,	  0),
	R(6,	TLS_DTPMOD32,		4, 0,	  0),
	R(7,	TLS_DTPMOD64,		8, 0,	  0),
	R(8,	TLS_DTPREL32,		4, 0,	  0),
	R(9,	TLS_DTPREL64,		8, 0,	  0),
	R(10,	TLS_TPREL32,		4, 0,	  0),
	R(11,	TLS_TPREL64,		8, 0,	  0),
	R(12,	IRELATIVE,		8, 0,	  0),
	R(13,	TLS_DESC32,		8, 0,	  0),
	R(14,	TLS_DESC64,		16, 0,	  0),
	R(20,	MARK_LA,		0, 0,	  MARKER | LOADER),
	R(21,	MARK_PCREL,		0, 0,	  MARKER | LOADER),
	R(22,	SOP_PUSH_PCREL,		0, 0,	  PCREL),
	R(23,	SOP_PUSH_ABSOLUTE,	0, 0,	  0),
	R(24,	SOP_PUSH_DUP,		0, 0,	  0),
	R(25,	SOP_PUSH_GPREL,		0, 0,	  GOT),
	R(26,	SOP_PUSH_TLS_TPREL,	0, 0,	  0),
	R(27,	SOP_PUSH_TLS_GOT,	0, 0,	  GOT),
	R(28,	SOP_PUSH_TLS_GD,	0, 0,	  GOT),
	R(29,	SOP_PUSH_PLT_PCREL,	0, 0,	  PCREL),
	R(30,	SOP_ASSERT,		0, 0,	  0),
	R(31,	SOP_NOT,		0, 0,	  0),
	R(32,	SOP_SUB,		0, 0,	  0),
	R(33,	SOP_SL,			0, 0,	  0),
	R(34,	SOP_SR,			0, 0,	  0),
	R(35,	SOP_ADD,		0, 0,	  0),
	R(36,	SOP_AND,		0, 0,	  0),
	R(37,	SOP_IF_ELSE,		0, 0,	  0),
	R(38,	SOP_POP_32_S_10_5,	4, IMM5,  0),
	R(39,	SOP_POP_32_U_10_12,	4, IMM12, 0),
	R(40,	SOP_POP_32_S_10_12,	4, IMM12, 0),
	R(41,	SOP_POP_32_S_10_16,	4, IMM16, 0),
	R(42,	SOP_POP_32_S_10_16_S2,	4, IMM16, 0),
	R(43,	SOP_POP_32_S_5_20,	4, IMM20, 0),
	R(44,	SOP_POP_32_S_0_5_10_16_S2, 4, IMM21, 0),
	R(45,	SOP_POP_32_S_0_10_10_16_S2, 4, IMM26, 0),
	R(46,	SOP_POP_32_U,		4, 0,	  0),
	R(47,	ADD8,			1, 0,	  ADD),
	R(48,	ADD16,			2, 0,	  ADD),
	R(49,	ADD24,			3, 0,	  ADD),
	R(50,	ADD32,			4, 0,	  ADD | LOADER | NEAR),
	R(51,	ADD64,			8, 0,	  ADD | LOADER),
	R(52,	SUB8,			1, 0,	  SUB),
	R(53,	SUB16,			2, 0,	  SUB),
	R(54,	SUB24,			3, 0,	  SUB),
	R(55,	SUB32,			4, 0,	  SUB | LOADER | NEAR),
	R(56,	SUB64,			8, 0,	  SUB | LOADER),
	R(57,	GNU_VTINHERIT,		0, 0,	  MARKER),
	R(58,	GNU_VTENTRY,		0, 0,	  MARKER),
	R(64,	B16,			4, IMM16, BRANCH),
	R(65,	B21,			4, IMM21, BRANCH),
	R(66,	B26,			4, IMM26, BRANCH | LOADER),
	R(67,	ABS_HI20,		4, IMM20, PAIR),
	R(68,	ABS_LO12,		4, IMM12, PAIR),
	R(69,	ABS64_LO20,		4, IMM20, PAIR),
	R(70,	ABS64_HI12,		4, IMM12, PAIR),
	R(71,	PCALA_HI20,		4, IMM20, PAIR | PCREL | LOADER | NEAR),
	R(72,	PCALA_LO12,		4, IMM12, PAIR | LOADER),
	R(73,	PCALA64_LO20,		4, IMM20, PAIR | PCREL | LOADER | FAR),
	R(74,	PCALA64_HI12,		4, IMM12, PAIR | PCREL | LOADER),
	R(75,	GOT_PC_HI20,		4, IMM20, PAIR | PCREL | GOT | LOADER),
	R(76,	GOT_PC_LO12,		4, IMM12, PAIR | GOT | LOADER),
	R(77,	GOT64_PC_LO20,		4, IMM20, PAIR | PCREL | GOT),
	R(78,	GOT64_PC_HI12,		4, IMM12, PAIR | PCREL | GOT),
	R(79,	GOT_HI20,		4, IMM20, PAIR | GOT),
	R(80,	GOT_LO12,		4, IMM12, PAIR | GOT),
	R(81,	GOT64_LO20,		4, IMM20, PAIR | GOT),
	R(82,	GOT64_HI12,		4, IMM12, PAIR | GOT),
	R(83,	TLS_LE_HI20,		4, IMM20, PAIR),
	R(84,	TLS_LE_LO12,		4, IMM12, PAIR),
	R(85,	TLS_LE64_LO20,		4, IMM20, PAIR),
	R(86,	TLS_LE64_HI12,		4, IMM12, PAIR),
	R(87,	TLS_IE_PC_HI20,		4, IMM20, PAIR | PCREL | GOT),
	R(88,	TLS_IE_PC_LO12,		4, IMM12, PAIR | GOT),
	R(89,	TLS_IE64_PC_LO20,	4, IMM20, PAIR | PCREL | GOT),
	R(90,	TLS_IE64_PC_HI12,	4, IMM12, PAIR | PCREL | GOT),
	R(91,	TLS_IE_HI20,		4, IMM20, PAIR | GOT),
	R(92,	TLS_IE_LO12,		4, IMM12, PAIR | GOT),
	R(93,	TLS_IE64_LO20,		4, IMM20, PAIR | GOT),
	R(94,	TLS_IE64_HI12,		4, IMM12, PAIR | GOT),
	R(95,	TLS_LD_PC_HI20,		4, IMM20, PAIR | PCREL | GOT),
	R(96,	TLS_LD_HI20,		4, IMM20, PAIR | GOT),
	R(97,	TLS_GD_PC_HI20,		4, IMM20, PAIR | PCREL | GOT),
	R(98,	TLS_GD_HI20,		4, IMM20, PAIR | GOT),
	R(99,	32_PCREL,		4, 0,	  PCREL | LOADER | NEAR),
	R(100,	RELAX,			0, 0,	  MARKER),
	R(101,	DELETE,			0, 0,	  MARKER),
	R(102,	ALIGN,			0, 0,	  MARKER),
	R(103,	PCREL20_S2,		4, IMM20, PCREL),
	R(104,	CFA,			0, 0,	  MARKER),
	R(105,	ADD6,			1, 0,	  ADD),
	R(106,	SUB6,			1, 0,	  SUB),
	R(107,	ADD_ULEB128,		1, 0,	  ADD),
	R(108,	SUB_ULEB128,		1, 0,	  SUB),
	R(109,	64_PCREL,		8, 0,	  PCREL | LOADER),
	R(110,	CALL36,			8, IMM20, BRANCH),
	R(111,	TLS_DESC_PC_HI20,	4, IMM20, PAIR | PCREL | GOT),
	R(112,	TLS_DESC_PC_LO12,	4, IMM12, PAIR | GOT),
	R(113,	TLS_DESC64_PC_LO20,	4, IMM20, PAIR | PCREL | GOT),
	R(114,	TLS_DESC64_PC_HI12,	4, IMM12, PAIR | PCREL | GOT),
	R(115,	TLS_DESC_HI20,		4, IMM20, PAIR | GOT),
	R(116,	TLS_DESC_LO12,		4, IMM12, PAIR | GOT),
	R(117,	TLS_DESC64_LO20,	4, IMM20, PAIR | GOT),
	R(118,	TLS_DESC64_HI12,	4, IMM12, PAIR | GOT),
	R(119,	TLS_DESC_LD,		4, 0,	  0),
	R(120,	TLS_DESC_CALL,		4, 0,	  0),
	R(121,	TLS_LE_HI20_R,		4, IMM20, PAIR),
	R(122,	TLS_LE_ADD_R,		4, 0,	  0),
	R(123,	TLS_LE_LO12_R,		4, IMM12, PAIR),
	R(124,	TLS_LD_PCREL20_S2,	4, IMM20, PCREL | GOT),
	R(125,	TLS_GD_PCREL20_S2,	4, IMM20, PCREL | GOT),
	R(126,	TLS_DESC_PCREL20_S2,	4, IMM20, PCREL | GOT),
};
/* clang-format on */

/* module_frob_arch_sections() of arch/loongarch/kernel/module-sections.c */
static const char *const module_sections[] = { ".got", ".plt", ".plt.idx", NULL };

static const char *const trace_symbols[] = { NULL }; /* by __patchable_function_entries */

/* Numbered local labels have control characters in their names ("dollar" and "fb" labels). */
static bool is_label(const struct elf_sym *sym)
{
	if (sym->bind != STB_LOCAL || sym->type != STT_NOTYPE)
		return false;
	for (const char *c = sym->name; *c; c++)
		if ((unsigned char)*c < ' ')
			return true;
	return false;
}

/* LoongArch Reference Manual, volume 1, appendix B */
static const struct arch_imm imms[] = {
	{ 0xffc00000, 0x03400000, 0x003ffc00, IMM_UNSIGNED }, /* andi */
	{ 0xff800000, 0x03800000, 0x003ffc00, IMM_UNSIGNED }, /* ori, xori */
	{ 0xfe000000, 0x02000000, 0x003ffc00, IMM_SIGNED },   /* slti, addi, lu52i */
	{ 0xfc000000, 0x28000000, 0x003ffc00, IMM_SIGNED },   /* ld, st, preld */
	{ 0xfc000000, 0x24000000, 0x00fffc00, IMM_ENCODED },  /* ldptr, stptr: scaled */
	{ 0xfc000000, 0x14000000, 0x01ffffe0, IMM_SIGNED },   /* lu12i.w, lu32i.d */
	{ 0xfffe0000, 0x002a0000, 0x00007fff, IMM_UNSIGNED }, /* break, dbcl, syscall */
	{ 0 },
};

/* arch/loongarch/kernel/head.S: a PE header for this machine behind LINUX_PE_MAGIC. */
static bool is_image(const uint8_t *data, uint64_t size)
{
	uint64_t pe;

	if (size < 0x40 || memcmp(data, "MZ", 2) != 0 || get_le32(data + 0x38) != 0x818223cd)
		return false;
	pe = get_le32(data + 0x3c);
	return pe + 6 <= size && !memcmp(data + pe, "PE\0\0", 4) &&
	       get_le16(data + pe + 4) == 0x6264;
}

const struct arch arch_loongarch = {
	.name = "loongarch64",
	.machine = EM_LOONGARCH,
	.flags_mask = 0xc7, /* base ABI, version of the object ABI */

	.relocs = relocs,
	.nr_relocs = sizeof(relocs) / sizeof(*relocs),
	.none = LARCH_NONE,
	.abs64 = LARCH_64,
	.relative = LARCH_RELATIVE,
	.is_image = is_image,
	.abs32 = LARCH_32,
	.pcrel32 = LARCH_32_PCREL,
	.pcrel_type = larch_pcrel_type,

	.insn_align = LARCH_INSN_SIZE,
	.insn_size = LARCH_INSN_SIZE,
	.rewrites_pairs = true,
	.section_anchors = true,
	.text_fill = 0, /* no instruction: traps */
	.objdump = "loongarch64-linux-gnu-objdump",
	.imms = imms,

	.trace_symbols = trace_symbols,
	.module_sections = module_sections,
	.reach_advice = "compile with -fno-direct-access-external-data",
	.special = larch_special,

	.decode = larch_decode,
	.effect = larch_effect,
	.abi = {	/* psABI, "Integer registers": $tp and $u0 are the kernel's */
		.args = { 4, 5, 6, 7, 8, 9, 10, 11 }, .nr_args = 8, .stack_args = 0,
		.saved = 0xffe00004, .passed = 0xff0, .returned = 0x30,
	},
	.apply = larch_apply,
	.through_got = larch_through_got,
	.detour = larch_detour,
	.near_pair = { LARCH_PCALA_HI20, LARCH_PCALA_LO12 },
	.got_pair = { LARCH_GOT_PC_HI20, LARCH_GOT_PC_LO12 },
	.reads_got_pair = larch_reads_got_pair,
	.reads_got_detour = larch_reads_got_detour,
	.is_label = is_label,
};
