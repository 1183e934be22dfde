// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * x86_64: the relocation types of its psABI, and which the kernel applies.
 */
#include <string.h>

#include <klp/special.h>

#include "x86.h"

/* Newer than glibc 2.36. */
#ifndef R_X86_64_CODE_4_GOTPCRELX
#define R_X86_64_CODE_4_GOTPCRELX	43
#define R_X86_64_CODE_4_GOTTPOFF	44
#define R_X86_64_CODE_4_GOTPC32_TLSDESC 45
#define R_X86_64_CODE_5_GOTPCRELX	46
#define R_X86_64_CODE_5_GOTTPOFF	47
#define R_X86_64_CODE_5_GOTPC32_TLSDESC 48
#define R_X86_64_CODE_6_GOTPCRELX	49
#define R_X86_64_CODE_6_GOTTPOFF	50
#define R_X86_64_CODE_6_GOTPC32_TLSDESC 51
#endif
/* Withdrawn from the psABI together with MPX. */
#define R_X86_64_PC32_BND  39
#define R_X86_64_PLT32_BND 40

#define PCREL  RELOC_PCREL
#define GOT    RELOC_GOT
#define MARKER RELOC_MARKER
#define LOADER RELOC_LOADER
#define NEAR   RELOC_NEAR

#define LIKE(t, size, flags, like)                                            \
	{                                                                     \
		R_X86_64_##t, "R_X86_64_" #t, size, 0, flags, R_X86_64_##like \
	}
#define R(t, size, flags) LIKE(t, size, flags, t)

/*
 * System V psABI for AMD64, table 4.9.  LOADER: __write_relocate_add() of
 * arch/x86/kernel/module.c.
 *
 * PLT32 is not marked RELOC_BRANCH: clang writes it into data as well.
 */
static const struct arch_reloc relocs[] = {
	R(NONE, 0, MARKER | LOADER),
	R(64, 8, LOADER),
	R(PC32, 4, PCREL | LOADER),
	R(GOT32, 4, GOT),
	LIKE(PLT32, 4, PCREL | LOADER, PC32),
	R(COPY, 0, 0),
	R(GLOB_DAT, 8, 0),
	R(JUMP_SLOT, 8, 0),
	R(RELATIVE, 8, 0),
	R(GOTPCREL, 4, PCREL | GOT),
	R(32, 4, LOADER),
	R(32S, 4, LOADER),
	R(16, 2, 0),
	R(PC16, 2, PCREL),
	R(8, 1, 0),
	R(PC8, 1, PCREL | NEAR),
	R(DTPMOD64, 8, 0),
	R(DTPOFF64, 8, 0),
	R(TPOFF64, 8, 0),
	R(TLSGD, 4, PCREL | GOT),
	R(TLSLD, 4, PCREL | GOT),
	R(DTPOFF32, 4, 0),
	R(GOTTPOFF, 4, PCREL | GOT),
	R(TPOFF32, 4, 0),
	R(PC64, 8, PCREL | LOADER),
	R(GOTOFF64, 8, 0),
	R(GOTPC32, 4, PCREL),
	R(GOT64, 8, GOT),
	R(GOTPCREL64, 8, PCREL | GOT),
	R(GOTPC64, 8, PCREL),
	R(GOTPLT64, 8, GOT),
	R(PLTOFF64, 8, 0),
	R(SIZE32, 4, 0),
	R(SIZE64, 8, 0),
	R(GOTPC32_TLSDESC, 4, PCREL | GOT),
	R(TLSDESC_CALL, 0, MARKER),
	R(TLSDESC, 16, 0),
	R(IRELATIVE, 8, 0),
	R(RELATIVE64, 8, 0),
	LIKE(PC32_BND, 4, PCREL, PC32),
	LIKE(PLT32_BND, 4, PCREL, PC32),
	LIKE(GOTPCRELX, 4, PCREL | GOT, GOTPCREL),
	LIKE(REX_GOTPCRELX, 4, PCREL | GOT, GOTPCREL),
	LIKE(CODE_4_GOTPCRELX, 4, PCREL | GOT, GOTPCREL),
	LIKE(CODE_4_GOTTPOFF, 4, PCREL | GOT, GOTTPOFF),
	LIKE(CODE_4_GOTPC32_TLSDESC, 4, PCREL | GOT, GOTPC32_TLSDESC),
	LIKE(CODE_5_GOTPCRELX, 4, PCREL | GOT, GOTPCREL),
	LIKE(CODE_5_GOTTPOFF, 4, PCREL | GOT, GOTTPOFF),
	LIKE(CODE_5_GOTPC32_TLSDESC, 4, PCREL | GOT, GOTPC32_TLSDESC),
	LIKE(CODE_6_GOTPCRELX, 4, PCREL | GOT, GOTPCREL),
	LIKE(CODE_6_GOTTPOFF, 4, PCREL | GOT, GOTTPOFF),
	LIKE(CODE_6_GOTPC32_TLSDESC, 4, PCREL | GOT, GOTPC32_TLSDESC),
};

#define JMP_REL32 0xe9

static const char *const trace_symbols[] = { "__fentry__", NULL };

/* Assemblers before 2.37 name it without need; ignore_undef_symbol() of kernel/module/main.c. */
static const char *const own_symbols[] = { "_GLOBAL_OFFSET_TABLE_", NULL };

/* The kernel applies no PC8: diff_reach() leads such a branch on.  PC16 is for 16-bit code. */
static uint32_t pcrel_type(const struct insn *insn)
{
	return insn->rel_size == 4   ? R_X86_64_PC32
	       : insn->rel_size == 1 ? R_X86_64_PC8
				     : R_X86_64_NONE;
}

/* runtime-const.h: what the compiler is given until the kernel knows the value */
#define BOOT_CONST_PLACEHOLDER 0x0123456789abcdefULL

/*
 * movabs $placeholder, %reg (10 bytes) becomes mov variable(%rip), %reg (7
 * bytes) and a nop of 3: SDM, MOV and NOP.
 */
static bool load_boot_const(uint8_t *code, uint64_t size, uint64_t place, struct boot_const *load)
{
	static const uint8_t nop3[] = { 0x0f, 0x1f, 0x00 };
	uint8_t *insn = code + place - 2, rex, reg;

	if (place < 2 || place + 8 > size || get_le64(code + place) != BOOT_CONST_PLACEHOLDER)
		return false;
	rex = insn[0];
	reg = insn[1] & 7;
	if ((rex & 0xfe) != 0x48 || (insn[1] & 0xf8) != 0xb8)
		return false;
	insn[0] = (uint8_t)(0x48 | (rex & 1) << 2); /* the register moves from REX.B to REX.R */
	insn[1] = 0x8b;
	insn[2] = (uint8_t)(reg << 3 | 5);
	put_le32(insn + 3, 0);
	memcpy(insn + 7, nop3, sizeof(nop3));
	*load = (struct boot_const){
		.nr = 1,
		.refs = { { .place = place + 1, .type = R_X86_64_PC32, .addend = -4 } },
	};
	return true;
}

static bool apply(uint32_t type, uint8_t *field, size_t avail, int64_t value)
{
	if (type != R_X86_64_PC8 || !avail || value != (int8_t)value)
		return false;
	*field = (uint8_t)value;
	return true;
}

/*
 * A branch of two bytes out of the function, to a neighbour in one section: it goes to a
 * jmp of five (SDM, JMP and Jcc).
 */
static bool detour(uint8_t *insn, uint32_t type, struct detour *out)
{
	(void)insn;
	*out = (struct detour){
		.code = { JMP_REL32 },
		.size = 5,
		.branch = R_X86_64_PC8,
		.refs = { { .at = 1, .type = R_X86_64_PC32, .bias = 4 } },
	};
	return type == R_X86_64_PC8;
}

static size_t reads_detour(const uint8_t *out, size_t avail, const uint8_t *in)
{
	(void)in;
	return avail >= 5 && *out == JMP_REL32 ? 5 : 0;
}

/* Its instructions tell where theirs are (struct insn). */
static const struct arch_imm imms[] = { { 0 } };

/* SDM, Jcc and JMP: 7x rel8 and 0f 8x rel32 are the same jump, so are eb and e9. */
static bool same_jump(const uint8_t *a, uint8_t a_len, const uint8_t *b, uint8_t b_len)
{
	if (a_len > b_len)
		return same_jump(b, b_len, a, a_len);
	if (a_len == 2 && b_len == 6)
		return (a[0] & 0xf0) == 0x70 && b[0] == 0x0f && b[1] == a[0] + 0x10;
	return a_len == 2 && b_len == 5 && a[0] == 0xeb && b[0] == 0xe9;
}

/* SDM, ENDBR64: f3 0f 1e fa */
static const struct arch_pad pads[] = { { 0xfa1e0ff3, true, "ENDBR64" }, { 0 } };

const struct arch arch_x86 = {
	.name = "x86_64",
	.machine = EM_X86_64,
	.flags_mask = 0, /* the psABI defines none */

	.relocs = relocs,
	.nr_relocs = sizeof(relocs) / sizeof(*relocs),
	.none = R_X86_64_NONE,
	.abs64 = R_X86_64_64,
	.abs32 = R_X86_64_32,
	.pcrel32 = R_X86_64_PC32,
	.pcrel_type = pcrel_type,
	.pcrel_from_insn_end = true,

	.insn_align = 1,
	.imm_at_end = true,
	.reach_advice = "build both objects with -fno-optimize-sibling-calls",
	.text_fill = 0xcc, /* int3, as the kernel's linker script has it */
	.objdump = "x86_64-linux-gnu-objdump",
	.imms = imms,
	.pads = pads,
	/* UD0, which Intel has with a ModRM byte; Linux 4.12 to 4.15 without one, for WARN() */
	.short_trap = 0xff0f,

	.trace_symbols = trace_symbols,
	.own_symbols = own_symbols,
	.special = x86_special,

	.decode = x86_decode,
	.same_jump = same_jump,
	.effect = x86_effect,
	.abi = {	/* psABI 3.2.1, figure 3.4; rax counts vector registers, r10 is the static chain */
		.args = { 7, 6, 2, 1, 8, 9 }, .nr_args = 6, .stack_args = 0,
		.saved = 0xf028, .passed = 0x7c7, .returned = 0x5,
	},
	.load_boot_const = load_boot_const,
	.apply = apply,
	.detour = detour,
	.reads_got_detour = reads_detour,
};
