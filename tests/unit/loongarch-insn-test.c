// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The LoongArch backend: decoder, encoder of what the loader leaves, the ways to
 * what is far away, and its tables.
 */
#include <stdio.h>
#include <string.h>

#include <klp/arch.h>

#include "arch/loongarch/loongarch.h"

#define arch (&arch_loongarch)

#define NOWHERE (INT64_MIN / 2)
#define PCREL	INSN_PCREL
#define BRANCH	(INSN_PCREL | INSN_BRANCH)
#define CALL	INSN_CALL
#define END	INSN_END

static int expect(bool ok, const char *what)
{
	if (!ok)
		printf("loongarch-insn-test: %s\n", what);
	return !ok;
}

static int fail(const char *what, uint32_t word)
{
	printf("loongarch-insn-test: %s: %08x\n", what, word);
	return 1;
}

/* clang-format off */
static const struct encoding {
	uint32_t words[2];	/* the second one 0: a single instruction */
	unsigned int flags;
	uint32_t type;
	int64_t rel;
} encodings[] = {
	{ { 0x03400000 }, INSN_NOP },				/* andi $zero, $zero, 0 */
	{ { 0x03400400 }, 0 },					/* andi $zero, $zero, 1 */
	{ { 0x02ffc063 }, 0 },					/* addi.d $sp, $sp, -16 */
	{ { 0x28c00084 }, 0 },					/* ld.d $a0, $a0, 0 */
	{ { 0x002a0001 }, INSN_TRAP },				/* break 1 */
	{ { 0x002a8000 }, INSN_TRAP },				/* dbcl 0 */
	{ { 0x002b0000 }, 0 },					/* syscall 0 */
	{ { 0x06483800 }, END },				/* ertn */
	{ { 0x06488000 }, 0 },					/* idle 0 */
	{ { 0x4c000020 }, END },				/* ret */
	{ { 0x4c000180 }, END },				/* jr $t0 */
	{ { 0x4c000181 }, CALL },				/* jirl $ra, $t0, 0 */
	{ { 0x48000200 }, END },				/* jiscr0 0 */
	{ { 0x48000300 }, END },				/* jiscr1 0 */

	{ { 0x50000000 }, BRANCH | END, LARCH_B26, 0 },		/* b 0 */
	{ { 0x53fffdff }, BRANCH | END, LARCH_B26, 0x7fffffc },	/* b 134217724 */
	{ { 0x50000200 }, BRANCH | END, LARCH_B26, -0x8000000 },	/* b -134217728 */
	{ { 0x57ffffff }, BRANCH | CALL, LARCH_B26, -4 },	/* bl -4 */
	{ { 0x40002080 }, BRANCH, LARCH_B21, 32 },		/* beqz $a0, 32 */
	{ { 0x47fffc9f }, BRANCH, LARCH_B21, -4 },		/* bnez $a0, -4 */
	{ { 0x44000090 }, BRANCH, LARCH_B21, -0x400000 },	/* bnez $a0, -4194304 */
	{ { 0x48000800 }, BRANCH, LARCH_B21, 8 },		/* bceqz $fcc0, 8 */
	{ { 0x48000900 }, BRANCH, LARCH_B21, 8 },		/* bcnez $fcc0, 8 */
	{ { 0x58000885 }, BRANCH, LARCH_B16, 8 },		/* beq $a0, $a1, 8 */
	{ { 0x5ffffc85 }, BRANCH, LARCH_B16, -4 },		/* bne $a0, $a1, -4 */
	{ { 0x62000085 }, BRANCH, LARCH_B16, -0x20000 },	/* blt $a0, $a1, -131072 */
	{ { 0x65fffc85 }, BRANCH, LARCH_B16, 0x1fffc },		/* bge $a0, $a1, 131068 */
	{ { 0x68000885 }, BRANCH, LARCH_B16, 8 },		/* bltu $a0, $a1, 8 */
	{ { 0x6c000885 }, BRANCH, LARCH_B16, 8 },		/* bgeu $a0, $a1, 8 */

	{ { 0x18000044 }, PCREL, LARCH_PCREL20_S2, 8 },		/* pcaddi $a0, 2 */
	{ { 0x19000004 }, PCREL, LARCH_PCREL20_S2, -0x200000 },	/* pcaddi $a0, -524288 */
	{ { 0x1a000004 }, PCREL, LARCH_NONE, NOWHERE },		/* pcalau12i $a0, 0 */
	{ { 0x1c000004 }, PCREL, LARCH_NONE, 0 },		/* pcaddu12i $a0, 0 */
	{ { 0x1c000024 }, PCREL, LARCH_NONE, NOWHERE },		/* pcaddu12i $a0, 1 */
	{ { 0x1e000021 }, PCREL, LARCH_NONE, NOWHERE },		/* pcaddu18i $ra, 1 */
	/* with a jirl of the same register: one call */
	{ { 0x1e000001, 0x4c000021 }, BRANCH | CALL, LARCH_CALL36, 0 },
	{ { 0x1e00002c, 0x4ffffd80 }, BRANCH | END, LARCH_CALL36, 0x3fffc },
	{ { 0x1ffffffc, 0x4c000380 }, BRANCH | END, LARCH_CALL36, -0x40000 },
};
/* clang-format on */

static int test_decode(void)
{
	int failed = 0;

	for (size_t i = 0; i < sizeof(encodings) / sizeof(*encodings); i++) {
		const struct encoding *e = &encodings[i];
		size_t len = e->words[1] ? 8 : 4;
		uint8_t bytes[8];
		struct insn insn;

		put_le32(bytes, e->words[0]);
		put_le32(bytes + 4, e->words[1]);
		for (size_t n = 0; n < 4; n++)
			if (!arch->decode(bytes, n, &insn))
				failed += fail("decoded though cut short", e->words[0]);
		if (arch->decode(bytes, 8, &insn) || insn.len != len || insn.flags != e->flags ||
		    insn.rel != e->rel || arch->pcrel_type(&insn) != e->type ||
		    insn.rel_size != (e->flags & PCREL ? len : 0))
			failed += fail("wrong", e->words[0]);
	}
	return failed;
}

/* A jirl of another register is another instruction. */
static int test_far_call(void)
{
	uint8_t bytes[8];
	struct insn insn;

	put_le32(bytes, 0x1e000001);
	put_le32(bytes + 4, 0x4c000181);
	return expect(!arch->decode(bytes, 8, &insn) && insn.len == 4, "pcaddu18i") +
	       expect(!arch->decode(bytes, 4, &insn) && insn.len == 4, "pcaddu18i at the end");
}

/* ---- apply ---- */

/* What is encoded is decoded again, and the rest of the instruction stays. */
static int check_apply(uint32_t type, const uint32_t *words, unsigned int bits)
{
	int64_t limit = (int64_t)1 << (bits - 1);
	const int64_t values[] = { 0, 4, -4, 0x1234, -0x1234, limit - 4, -limit };
	const int64_t bad[] = { 1, 2, -6, limit, limit + 4, -limit - 4, INT64_MAX - 3, INT64_MIN };
	uint8_t bytes[8], before[8];
	struct insn insn;
	int failed = 0;

	put_le32(before, words[0]);
	put_le32(before + 4, words[1]);
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		memcpy(bytes, before, sizeof(bytes));
		if (!arch_apply(arch, type, bytes, 8, values[i]) || arch->decode(bytes, 8, &insn) ||
		    insn.rel != values[i] || arch->pcrel_type(&insn) != type)
			failed += fail("not encoded", words[0]);
		if (!arch_apply(arch, type, bytes, 8, 0) || memcmp(bytes, before, 8))
			failed += fail("more than the field is changed", words[0]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (arch_apply(arch, type, bytes, 8, bad[i]))
			failed += fail("encoded what does not fit", words[0]);
	return failed + expect(!memcmp(bytes, before, 8), "changed though it does not fit");
}

static int test_apply(void)
{
	static const uint32_t bltu[] = { 0x68000085, 0 }, bnez[] = { 0x44000080, 0 };
	static const uint32_t bl[] = { 0x54000000, 0 }, pcaddi[] = { 0x18000004, 0 };
	uint8_t bytes[8] = { 0 };

	return check_apply(LARCH_B16, bltu, 18) + check_apply(LARCH_B21, bnez, 23) +
	       check_apply(LARCH_B26, bl, 28) + check_apply(LARCH_PCREL20_S2, pcaddi, 22) +
	       expect(!arch_apply(arch, LARCH_CALL36, bytes, 4, 0), "CALL36 in four bytes") +
	       expect(!arch_apply(arch, LARCH_PCALA_HI20, bytes, 8, 0), "a page");
}

static int test_call36(void)
{
	const int64_t values[] = { 0,	      4,	    -4,		 0x1fffc,      0x20000,
				   -0x20000,  -0x20004,	    0x3fffffc,	 -0x12345678,  0x12345678,
				   (1ll << 37) - 0x20004, -(1ll << 37) - 0x20000 };
	uint8_t bytes[8];
	struct insn insn;
	int failed = 0;

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		put_le32(bytes, 0x1e000001);
		put_le32(bytes + 4, 0x4c000021);
		if (!arch_apply(arch, LARCH_CALL36, bytes, 8, values[i]) ||
		    arch->decode(bytes, 8, &insn) || insn.rel != values[i])
			failed += expect(false, "CALL36");
	}
	failed += expect(!arch_apply(arch, LARCH_CALL36, bytes, 8, (1ll << 37) - 0x20000), "CALL36");
	failed += expect(!arch_apply(arch, LARCH_CALL36, bytes, 8, -(1ll << 37) - 0x20004), "CALL36");
	return failed;
}

static int check_add(uint32_t type, const char *before, size_t n, int64_t value, const char *after)
{
	uint8_t bytes[16] = { 0 };

	memcpy(bytes, before, n + 1);
	if (arch_apply(arch, type, bytes, n, value) != !!after)
		return fail("ADD", type);
	return after && memcmp(bytes, after, n + 1) ? fail("ADD gives something else", type) : 0;
}

static int test_add(void)
{
	return check_add(LARCH_ADD8, "\x01\x55", 1, 8, "\x09\x55") +
	       check_add(LARCH_ADD8, "\x01\x55", 1, -2, "\xff\x55") +
	       check_add(LARCH_ADD16, "\xff\x01\x55", 2, 1, "\x00\x02\x55") +
	       check_add(LARCH_ADD24, "\xff\xff\x01\x55", 3, 1, "\x00\x00\x02\x55") +
	       check_add(LARCH_ADD32, "\0\0\0\0\x55", 4, -4, "\xfc\xff\xff\xff\x55") +
	       check_add(LARCH_ADD64, "\1\0\0\0\0\0\0\0\x55", 8, -2,
			 "\xff\xff\xff\xff\xff\xff\xff\xff\x55") +
	       check_add(LARCH_ADD6, "\x41\x55", 1, 0x3f, "\x40\x55") +
	       check_add(LARCH_ADD_ULEB128, "\x80\x80\x00\x55", 3, 0x1234, "\xb4\xa4\x00\x55") +
	       check_add(LARCH_ADD_ULEB128, "\x00\x55", 1, 0x7f, "\x7f\x55") +
	       check_add(LARCH_ADD_ULEB128, "\x00\x55", 1, 0x80, NULL) +
	       check_add(LARCH_ADD_ULEB128, "\x80\x80\x00", 2, 1, NULL);
}

/* ---- far away ---- */

static int check_through_got(uint32_t high, uint32_t low, uint32_t type, bool want, uint32_t becomes)
{
	uint32_t types[] = { LARCH_PCALA_HI20, type };
	uint8_t code[8];

	put_le32(code, high);
	put_le32(code + 4, low);
	if (arch_through_got(arch, code, 8, types) != want)
		return fail("through_got", low);
	if (get_le32(code) != high || get_le32(code + 4) != becomes)
		return fail("through_got: the code", low);
	return want && (types[0] != LARCH_GOT_PC_HI20 || types[1] != LARCH_GOT_PC_LO12)
		       ? fail("through_got: the types", low)
		       : 0;
}

static int test_through_got(void)
{
	uint32_t types[] = { LARCH_PCALA_HI20, LARCH_PCALA_LO12 };
	uint8_t code[4] = { 0x04, 0x00, 0x00, 0x1a };

	return check_through_got(0x1a000004, 0x02c00084, LARCH_PCALA_LO12, true, 0x28c00084) +
	       /* another register, a load, an addi.w, another half */
	       check_through_got(0x1a000004, 0x02c00085, LARCH_PCALA_LO12, false, 0x02c00085) +
	       check_through_got(0x1a000004, 0x02c000a4, LARCH_PCALA_LO12, false, 0x02c000a4) +
	       check_through_got(0x1a000004, 0x28c00084, LARCH_PCALA_LO12, false, 0x28c00084) +
	       check_through_got(0x1a000004, 0x02800084, LARCH_PCALA_LO12, false, 0x02800084) +
	       check_through_got(0x1a000004, 0x02c00084, LARCH_PCALA64_LO20, false, 0x02c00084) +
	       expect(!arch_through_got(arch, code, 4, types), "through_got of one instruction");
}

static int test_detour(void)
{
	static const uint32_t want[] = { 0x1a00000d, 0x28c001ad, 0x02dffdad,
					 0x02c005ad, 0x008b000d, 0x50000000 };
	uint8_t insn[4] = { 0x0d, 0x00, 0x00, 0x1a }, other[4] = { 0x0d, 0x00, 0x00, 0x1c };
	struct detour d;
	int failed = 0;

	failed += expect(arch_detour(arch, insn, LARCH_PCALA_HI20, &d), "detour");
	failed += expect(get_le32(insn) == 0x50000000, "detour: the branch to it");
	failed += expect(d.size == sizeof(want) && d.back == 20 && d.branch == LARCH_B26,
			 "detour: the branch back");
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++)
		if (get_le32(d.code + 4 * i) != want[i])
			failed += fail("detour", get_le32(d.code + 4 * i));
	failed += expect(d.refs[0].at == 0 && d.refs[0].type == LARCH_GOT_PC_HI20 &&
				 d.refs[1].at == 4 && d.refs[1].type == LARCH_GOT_PC_LO12,
			 "detour: its references");
	failed += expect(!arch_detour(arch, other, LARCH_PCALA_HI20, &d), "detour of pcaddu12i");
	failed += expect(!arch_detour(arch, insn, LARCH_PCALA_LO12, &d), "detour of the lower half");
	return failed;
}

/* ---- tables ---- */

static const struct arch_reloc *row(uint32_t type)
{
	return arch_reloc(arch, type);
}

/* apply_relocate_add() of Linux 6.12, but for the stack machine's. */
static bool is_loaded(uint32_t type)
{
	return type <= 2 || type == 20 || type == 21 || type == 50 || type == 51 || type == 55 ||
	       type == 56 || type == 66 || (type >= 71 && type <= 76) || type == 99 || type == 109;
}

static int test_relocs(void)
{
	int failed = 0;

	for (uint32_t type = 0; type < 128; type++) {
		const struct arch_reloc *r = row(type);
		bool unused = (type > 14 && type < 20) || (type > 58 && type < 64) || type > 126;

		failed += expect(!r == unused, "a gap in the relocation table, or none");
		if (!r)
			continue;
		if (r->type != type || r->like != type || strncmp(r->name, "R_LARCH_", 8) ||
		    !!(r->flags & RELOC_LOADER) != is_loaded(type) ||
		    (r->mask && r->size < 4))
			failed += fail("relocation", type);
		if (r->flags & RELOC_ADD && type < 52 &&
		    (!(row(type + 5)->flags & RELOC_SUB) || row(type + 5)->size != r->size))
			failed += fail("ADD and SUB", type);
	}
	return failed;
}

static int check_label(const char *name, uint8_t type, uint8_t bind, bool want)
{
	const struct elf_sym sym = { .name = name, .type = type, .bind = bind };

	return expect(arch_is_label(arch, &sym) == want, name);
}

static int test_labels(void)
{
	return check_label(".L4", STT_NOTYPE, STB_LOCAL, true) +
	       check_label(".LPFE1", STT_NOTYPE, STB_LOCAL, true) +
	       check_label(".LBB0_1", STT_NOTYPE, STB_LOCAL, true) +
	       check_label(".L.str", STT_OBJECT, STB_LOCAL, true) +
	       check_label("", STT_NOTYPE, STB_LOCAL, true) +
	       check_label(".L1\002" "1", STT_NOTYPE, STB_LOCAL, true) +
	       check_label("L0\001", STT_NOTYPE, STB_LOCAL, true) +
	       check_label("L1\002" "7", STT_NOTYPE, STB_LOCAL, true) +
	       check_label("L0", STT_NOTYPE, STB_LOCAL, false) +
	       check_label("entry", STT_NOTYPE, STB_LOCAL, false) +
	       check_label("L0\001", STT_NOTYPE, STB_GLOBAL, false) +
	       check_label(".Lsec", STT_SECTION, STB_LOCAL, false);
}

int main(void)
{
	int failed = 0;

	failed += test_decode();
	failed += test_far_call();
	failed += test_apply();
	failed += test_call36();
	failed += test_add();
	failed += test_through_got();
	failed += test_detour();
	failed += test_relocs();
	failed += test_labels();
	failed += expect(arch_find(258) == arch, "arch_find");
	return failed ? 1 : 0;
}
