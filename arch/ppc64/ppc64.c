// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 64-bit PowerPC, little endian, ELFv2 ("OpenPOWER ELF V2 ABI Specification",
 * https://openpowerfoundation.org/specifications/64bitelfabi/): the relocation
 * types, and which the kernel applies.  What is peculiar:
 *
 *  - A function has two entries.  The global one is where its symbol stands; it
 *    expects its own address in r12 and makes r2, the TOC pointer, from it.
 *    Callers with the same TOC enter behind that, at the local entry.  Three
 *    bits of st_other say how far behind: 0 and 1 mean 0 (1: the function does
 *    without r2 and does not preserve it), 2 to 6 mean 4, 8, 16, 32, 64.  A
 *    branch relocation to a symbol leads to its local entry, one to a section
 *    symbol to the place itself: REL24 .text.f+8 and REL24 f may be the same.
 *  - r2 points 0x8000 into the TOC, of which every module has its own.  .toc
 *    holds addresses that code loads by TOC16_HA and TOC16_LO_DS; each is
 *    referred to by its place, which means nothing.  In the medium code model
 *    data of the same object is reached from r2 without such a slot.  `.TOC.`,
 *    which prologues refer to, is the module's own, too.  So are the functions
 *    that save and restore registers (_savegpr0_29), which are linked into each
 *    module.  What may go from one module to another, and how, is told where calls are judged.
 *  - In the large code model the distance of a function to the TOC stands
 *    before it (R_PPC64_REL64 .TOC.), and R_PPC64_ENTRY marks the instructions
 *    that load it, which the loader may replace: it is no mere marker.
 *  - GCC puts jump tables into the text, without relocations.
 *  - The 16-bit fields of the low half of an instruction are at its address,
 *    since all is little endian.  DS fields leave its two lowest bits alone.
 *  - A word with primary opcode 1 is the prefix of the one behind it (POWER10).
 *
 * LOADER below is what apply_relocate_add() of arch/powerpc/kernel/module_64.c
 * (Linux 6.12) applies: TOC16* and TOC only in kernels that use a TOC,
 * REL24_NOTOC and *PCREL34 in the others.  It refuses R_PPC64_NONE.
 *
 * NEAR: the kernel's image is at 0xc000000000000000, modules are in the vmalloc
 * area, at 0xc008000000000000 (radix) or 0xd…: out of reach of 32 bits, and of
 * the 34 of prefixed instructions.  For TOC16_HA the loader does not check.
 *
 * EARLY: what the loader does not write through patch_instruction() faults when
 * a livepatch relocation is applied late, for a module loaded after it, to what is
 * read-only then.  Modules are compiled with -mcmodel=large, where of code only
 * calls have livepatch relocations.  .toc is writable, and so is what compilers
 * make of constant pointers (.data.rel.ro); .data..ro_after_init is not.
 */
#include <klp/special.h>

#include "ppc64.h"

#define PCREL  RELOC_PCREL
#define BRANCH RELOC_BRANCH
#define GOT    RELOC_GOT
#define TOC    RELOC_TOC
#define PAIR   RELOC_PAIR
#define MARKER RELOC_MARKER
#define LOADER RELOC_LOADER
#define ANCHOR RELOC_ANCHOR
#define NEAR   RELOC_NEAR
#define DATA   RELOC_DATA
#define EARLY  RELOC_EARLY

#define LI  PPC64_LI
#define BD  PPC64_BD
#define H16 0x0000ffffu		     /* the low half of an instruction */
#define DS  0x0000fffcu		     /* 14 bits; the lowest two say which instruction it is */
#define DX  0x001fffc1u		     /* addpcis: d0 [15:6], d1 [20:16], d2 [0] */
#define D34 0x0000ffff0003ffffull /* the prefix's lower 18 bits, the suffix's lower 16 */
#define D28 0x0000ffff00000fffull

/* By number: glibc's elf.h has only those that are as old as itself. */
#define R(nr, t, size, mask, flags) { nr, "R_PPC64_" #t, size, mask, flags, nr }

/* clang-format off */
static const struct arch_reloc relocs[] = {
	R(0,	NONE,			0, 0,	MARKER),
	R(1,	ADDR32,			4, 0,	NEAR | LOADER | DATA | EARLY),
	R(2,	ADDR24,			4, LI,	BRANCH),
	R(3,	ADDR16,			2, 0,	0),
	R(4,	ADDR16_LO,		2, 0,	PAIR),
	R(5,	ADDR16_HI,		2, 0,	PAIR),
	R(6,	ADDR16_HA,		2, 0,	PAIR),
	R(7,	ADDR14,			4, BD,	BRANCH),
	R(8,	ADDR14_BRTAKEN,		4, BD,	BRANCH),
	R(9,	ADDR14_BRNTAKEN,	4, BD,	BRANCH),
	R(10,	REL24,			4, LI,	PCREL | BRANCH | LOADER),
	R(11,	REL14,			4, BD,	PCREL | BRANCH),
	R(12,	REL14_BRTAKEN,		4, BD,	PCREL | BRANCH),
	R(13,	REL14_BRNTAKEN,		4, BD,	PCREL | BRANCH),
	R(14,	GOT16,			2, 0,	GOT),
	R(15,	GOT16_LO,		2, 0,	GOT | PAIR),
	R(16,	GOT16_HI,		2, 0,	GOT | PAIR),
	R(17,	GOT16_HA,		2, 0,	GOT | PAIR),
	R(19,	COPY,			0, 0,	0),
	R(20,	GLOB_DAT,		8, 0,	0),
	R(21,	JMP_SLOT,		8, 0,	0),
	R(22,	RELATIVE,		8, 0,	0),
	R(24,	UADDR32,		4, 0,	NEAR | DATA),
	R(25,	UADDR16,		2, 0,	DATA),
	R(26,	REL32,			4, 0,	PCREL | NEAR | LOADER | DATA | EARLY),
	R(27,	PLT32,			4, 0,	0),
	R(28,	PLTREL32,		4, 0,	PCREL),
	R(29,	PLT16_LO,		2, 0,	GOT | PAIR),
	R(30,	PLT16_HI,		2, 0,	GOT | PAIR),
	R(31,	PLT16_HA,		2, 0,	GOT | PAIR),
	R(33,	SECTOFF,		2, 0,	0),
	R(34,	SECTOFF_LO,		2, 0,	PAIR),
	R(35,	SECTOFF_HI,		2, 0,	PAIR),
	R(36,	SECTOFF_HA,		2, 0,	PAIR),
	R(37,	REL30,			4, 0,	PCREL),
	R(38,	ADDR64,			8, 0,	LOADER | DATA | EARLY),
	R(39,	ADDR16_HIGHER,		2, 0,	PAIR),
	R(40,	ADDR16_HIGHERA,		2, 0,	PAIR),
	R(41,	ADDR16_HIGHEST,		2, 0,	PAIR),
	R(42,	ADDR16_HIGHESTA,	2, 0,	PAIR),
	R(43,	UADDR64,		8, 0,	DATA),
	R(44,	REL64,			8, 0,	PCREL | LOADER | DATA | EARLY),
	R(45,	PLT64,			8, 0,	0),
	R(46,	PLTREL64,		8, 0,	PCREL),
	R(47,	TOC16,			4, H16,	TOC | NEAR | LOADER | EARLY | ANCHOR),
	R(48,	TOC16_LO,		4, H16,	TOC | PAIR | LOADER | EARLY | ANCHOR),
	R(49,	TOC16_HI,		4, H16,	TOC | PAIR | NEAR),
	R(50,	TOC16_HA,		4, H16,	TOC | PAIR | NEAR | LOADER | EARLY),
	R(51,	TOC,			8, 0,	LOADER | DATA),
	R(52,	PLTGOT16,		2, 0,	GOT),
	R(53,	PLTGOT16_LO,		2, 0,	GOT | PAIR),
	R(54,	PLTGOT16_HI,		2, 0,	GOT | PAIR),
	R(55,	PLTGOT16_HA,		2, 0,	GOT | PAIR),
	R(56,	ADDR16_DS,		4, DS,	0),
	R(57,	ADDR16_LO_DS,		4, DS,	PAIR),
	R(58,	GOT16_DS,		4, DS,	GOT),
	R(59,	GOT16_LO_DS,		4, DS,	GOT | PAIR),
	R(60,	PLT16_LO_DS,		4, DS,	GOT | PAIR),
	R(61,	SECTOFF_DS,		4, DS,	0),
	R(62,	SECTOFF_LO_DS,		4, DS,	PAIR),
	R(63,	TOC16_DS,		4, DS,	TOC | NEAR | LOADER | EARLY),
	R(64,	TOC16_LO_DS,		4, DS,	TOC | PAIR | LOADER | EARLY),
	R(65,	PLTGOT16_DS,		4, DS,	GOT),
	R(66,	PLTGOT16_LO_DS,		4, DS,	GOT | PAIR),
	R(67,	TLS,			0, 0,	0),
	R(68,	DTPMOD64,		8, 0,	0),
	R(69,	TPREL16,		2, 0,	0),
	R(70,	TPREL16_LO,		2, 0,	PAIR),
	R(71,	TPREL16_HI,		2, 0,	PAIR),
	R(72,	TPREL16_HA,		2, 0,	PAIR),
	R(73,	TPREL64,		8, 0,	0),
	R(74,	DTPREL16,		2, 0,	0),
	R(75,	DTPREL16_LO,		2, 0,	PAIR),
	R(76,	DTPREL16_HI,		2, 0,	PAIR),
	R(77,	DTPREL16_HA,		2, 0,	PAIR),
	R(78,	DTPREL64,		8, 0,	0),
	R(79,	GOT_TLSGD16,		2, 0,	GOT),
	R(80,	GOT_TLSGD16_LO,		2, 0,	GOT | PAIR),
	R(81,	GOT_TLSGD16_HI,		2, 0,	GOT | PAIR),
	R(82,	GOT_TLSGD16_HA,		2, 0,	GOT | PAIR),
	R(83,	GOT_TLSLD16,		2, 0,	GOT),
	R(84,	GOT_TLSLD16_LO,		2, 0,	GOT | PAIR),
	R(85,	GOT_TLSLD16_HI,		2, 0,	GOT | PAIR),
	R(86,	GOT_TLSLD16_HA,		2, 0,	GOT | PAIR),
	R(87,	GOT_TPREL16_DS,		4, DS,	GOT),
	R(88,	GOT_TPREL16_LO_DS,	4, DS,	GOT | PAIR),
	R(89,	GOT_TPREL16_HI,		2, 0,	GOT | PAIR),
	R(90,	GOT_TPREL16_HA,		2, 0,	GOT | PAIR),
	R(91,	GOT_DTPREL16_DS,	4, DS,	GOT),
	R(92,	GOT_DTPREL16_LO_DS,	4, DS,	GOT | PAIR),
	R(93,	GOT_DTPREL16_HI,	2, 0,	GOT | PAIR),
	R(94,	GOT_DTPREL16_HA,	2, 0,	GOT | PAIR),
	R(95,	TPREL16_DS,		4, DS,	0),
	R(96,	TPREL16_LO_DS,		4, DS,	PAIR),
	R(97,	TPREL16_HIGHER,		2, 0,	PAIR),
	R(98,	TPREL16_HIGHERA,	2, 0,	PAIR),
	R(99,	TPREL16_HIGHEST,	2, 0,	PAIR),
	R(100,	TPREL16_HIGHESTA,	2, 0,	PAIR),
	R(101,	DTPREL16_DS,		4, DS,	0),
	R(102,	DTPREL16_LO_DS,		4, DS,	PAIR),
	R(103,	DTPREL16_HIGHER,	2, 0,	PAIR),
	R(104,	DTPREL16_HIGHERA,	2, 0,	PAIR),
	R(105,	DTPREL16_HIGHEST,	2, 0,	PAIR),
	R(106,	DTPREL16_HIGHESTA,	2, 0,	PAIR),
	R(107,	TLSGD,			0, 0,	0),
	R(108,	TLSLD,			0, 0,	0),
	R(109,	TOCSAVE,		0, 0,	MARKER | LOADER),
	R(110,	ADDR16_HIGH,		2, 0,	PAIR),
	R(111,	ADDR16_HIGHA,		2, 0,	PAIR),
	R(112,	TPREL16_HIGH,		2, 0,	PAIR),
	R(113,	TPREL16_HIGHA,		2, 0,	PAIR),
	R(114,	DTPREL16_HIGH,		2, 0,	PAIR),
	R(115,	DTPREL16_HIGHA,		2, 0,	PAIR),
	R(116,	REL24_NOTOC,		4, LI,	PCREL | BRANCH | LOADER),
	R(117,	ADDR64_LOCAL,		8, 0,	DATA),
	R(118,	ENTRY,			0, 0,	LOADER),
	R(119,	PLTSEQ,			0, 0,	0),
	R(120,	PLTCALL,		0, 0,	0),
	R(121,	PLTSEQ_NOTOC,		0, 0,	0),
	R(122,	PLTCALL_NOTOC,		0, 0,	0),
	R(123,	PCREL_OPT,		0, 0,	MARKER),
	R(124,	REL24_P9NOTOC,		4, LI,	PCREL | BRANCH),
	R(128,	D34,			8, D34,	0),
	R(129,	D34_LO,			8, D34,	PAIR),
	R(130,	D34_HI30,		8, D34,	PAIR),
	R(131,	D34_HA30,		8, D34,	PAIR),
	R(132,	PCREL34,		8, D34,	PCREL | NEAR | LOADER | ANCHOR),
	R(133,	GOT_PCREL34,		8, D34,	PCREL | GOT | LOADER | EARLY),
	R(134,	PLT_PCREL34,		8, D34,	PCREL | GOT),
	R(135,	PLT_PCREL34_NOTOC,	8, D34,	PCREL | GOT),
	R(136,	ADDR16_HIGHER34,	2, 0,	PAIR),
	R(137,	ADDR16_HIGHERA34,	2, 0,	PAIR),
	R(138,	ADDR16_HIGHEST34,	2, 0,	PAIR),
	R(139,	ADDR16_HIGHESTA34,	2, 0,	PAIR),
	R(140,	REL16_HIGHER34,		2, 0,	PCREL | PAIR),
	R(141,	REL16_HIGHERA34,	2, 0,	PCREL | PAIR),
	R(142,	REL16_HIGHEST34,	2, 0,	PCREL | PAIR),
	R(143,	REL16_HIGHESTA34,	2, 0,	PCREL | PAIR),
	R(144,	D28,			8, D28,	0),
	R(145,	PCREL28,		8, D28,	PCREL),
	R(146,	TPREL34,		8, D34,	0),
	R(147,	DTPREL34,		8, D34,	0),
	R(148,	GOT_TLSGD_PCREL34,	8, D34,	PCREL | GOT),
	R(149,	GOT_TLSLD_PCREL34,	8, D34,	PCREL | GOT),
	R(150,	GOT_TPREL_PCREL34,	8, D34,	PCREL | GOT),
	R(151,	GOT_DTPREL_PCREL34,	8, D34,	PCREL | GOT),
	R(240,	REL16_HIGH,		2, 0,	PCREL | PAIR),
	R(241,	REL16_HIGHA,		2, 0,	PCREL | PAIR),
	R(242,	REL16_HIGHER,		2, 0,	PCREL | PAIR),
	R(243,	REL16_HIGHERA,		2, 0,	PCREL | PAIR),
	R(244,	REL16_HIGHEST,		2, 0,	PCREL | PAIR),
	R(245,	REL16_HIGHESTA,		2, 0,	PCREL | PAIR),
	R(246,	REL16DX_HA,		4, DX,	PCREL | PAIR),
	R(247,	JMP_IREL,		8, 0,	0),
	R(248,	IRELATIVE,		8, 0,	0),
	R(249,	REL16,			2, 0,	PCREL),
	R(250,	REL16_LO,		2, 0,	PCREL | PAIR | LOADER | EARLY),
	R(251,	REL16_HI,		2, 0,	PCREL | PAIR),
	R(252,	REL16_HA,		2, 0,	PCREL | PAIR | LOADER | EARLY),
	R(253,	GNU_VTINHERIT,		0, 0,	MARKER),
	R(254,	GNU_VTENTRY,		0, 0,	MARKER),
};
/* clang-format on */

/* module_frob_arch_sections() of arch/powerpc/kernel/module_64.c */
static const char *const module_sections[] = { ".stubs", NULL };

static const char *const trace_symbols[] = { "_mcount", NULL };

/* arch/powerpc/lib/crtsavres.S, which is linked into each module */
static const char *const own_symbols[] = {
	".TOC.",     "_savegpr0_*", "_restgpr0_*", "_savegpr1_*", "_restgpr1_*",
	"_savefpr_*", "_restfpr_*", "_savevr_*",   "_restvr_*",	  NULL,
};

/* st_other, bits 5 to 7 */
static uint64_t local_entry(const struct elf_sym *sym)
{
	unsigned int code = sym->other >> 5;

	return code < 2 ? 0 : (uint64_t)1 << code;
}

/* Power ISA 3.1, D-form and DS-form */
static const struct arch_imm imms[] = {
	{ 0xfc000000, 7u << 26, 0xffff, IMM_SIGNED },	/* mulli */
	{ 0xfc000000, 8u << 26, 0xffff, IMM_SIGNED },	/* subfic */
	{ 0xfc000000, 10u << 26, 0xffff, IMM_UNSIGNED }, /* cmpli */
	{ 0xfc000000, 11u << 26, 0xffff, IMM_SIGNED },	/* cmpi */
	{ 0xf8000000, 12u << 26, 0xffff, IMM_SIGNED },	/* addic */
	{ 0xf8000000, 14u << 26, 0xffff, IMM_SIGNED },	/* addi, addis */
	{ 0xf8000000, 24u << 26, 0xffff, IMM_UNSIGNED }, /* ori, oris */
	{ 0xf8000000, 26u << 26, 0xffff, IMM_UNSIGNED }, /* xori, xoris */
	{ 0xf8000000, 28u << 26, 0xffff, IMM_UNSIGNED }, /* andi., andis. */
	{ 0xe0000000, 32u << 26, 0xffff, IMM_SIGNED },	/* loads and stores */
	{ 0xf0000000, 48u << 26, 0xffff, IMM_SIGNED },
	{ 0xfc000000, 58u << 26, 0xfffc, IMM_ENCODED },	/* ld, ldu, lwa: scaled */
	{ 0xfc000000, 62u << 26, 0xfffc, IMM_ENCODED },	/* std, stdu */
	{ 0 },
};

const struct arch arch_ppc64 = {
	.name = "ppc64le",
	.machine = EM_PPC64,
	.flags_mask = 3, /* version of the ABI */

	.relocs = relocs,
	.nr_relocs = sizeof(relocs) / sizeof(*relocs),
	.none = PPC64_NONE,
	.abs64 = PPC64_ADDR64,
	.abs32 = PPC64_ADDR32,
	.pcrel32 = PPC64_REL32,
	.pcrel_type = ppc64_pcrel_type,

	.insn_align = PPC64_INSN_SIZE,
	.insn_size = PPC64_INSN_SIZE,
	.rewrites_pairs = true,
	.section_anchors = true,
	.text_fill = 0, /* no instruction: traps */
	.objdump = "powerpc64le-linux-gnu-objdump",
	.imms = imms,

	.trace_symbols = trace_symbols,
	.module_sections = module_sections,
	.own_symbols = own_symbols,
	.slots = ".toc",
	.data_in_text = true,
	.nops_added = true,
	.reach_advice = "compile with -mcmodel=large (prefixed instructions: -mno-pcrel)",
	.special = ppc64_special,

	.decode = ppc64_decode,
	.effect = ppc64_effect,
	.abi = {	/* ELFv2 ABI 2.2.1.1, 2.2.3.3: r2 and r13 are kept, r11 and r12 tell where it is */
		.args = { 3, 4, 5, 6, 7, 8, 9, 10 }, .nr_args = 8, .stack_args = 96,
		.saved = 0xffffe004, .passed = 0x1ff8, .returned = 0x18,
	},
	.apply = ppc64_apply,
	.through_got = ppc64_through_got,
	.detour = ppc64_detour,
	.near_pair = { PPC64_TOC16_HA, PPC64_TOC16_LO },
	.got_pair = { PPC64_TOC16_HA, PPC64_TOC16_LO_DS },
	.reads_got_pair = ppc64_reads_got_pair,
	.reads_got_detour = ppc64_reads_got_detour,
	.refuse_outside = ppc64_refuse_outside,
	.nop_call = PPC64_REL24,
	.nop_is_taken = &ppc64_nop_is_taken,
	.local_entry = local_entry,
};
