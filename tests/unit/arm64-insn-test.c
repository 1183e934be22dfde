// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The arm64 backend: its decoder against a list of encodings, its tables, and
 * what it does to constants that the kernel fills in at boot.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/special.h>

#define PCREL  INSN_PCREL
#define BRANCH (INSN_PCREL | INSN_BRANCH)
#define CALL   INSN_CALL
#define END    INSN_END
#define NOP    INSN_NOP
#define TRAP   INSN_TRAP

#define NOP_WORD 0xd503201fu

/* By number, as in the ABI. */
enum {
	NONE = 0,
	LD_PREL_LO19 = 273,
	ADR_PREL_LO21 = 274,
	TSTBR14 = 279,
	CONDBR19 = 280,
	JUMP26 = 282,
	CALL26 = 283,
};

struct encoding {
	uint32_t word;
	unsigned int flags;
	uint32_t type; /* what pcrel_type() says, of a PC-relative one */
	int64_t rel;
};

/* clang-format off */
static const struct encoding good[] = {
	{ 0x14000000, BRANCH | END, JUMP26, 0 },		/* b . */
	{ 0x14000003, BRANCH | END, JUMP26, 12 },
	{ 0x17ffffff, BRANCH | END, JUMP26, -4 },
	{ 0x15ffffff, BRANCH | END, JUMP26, 0x7fffffc },
	{ 0x16000000, BRANCH | END, JUMP26, -0x8000000 },
	{ 0x94000003, BRANCH | CALL, CALL26, 12 },		/* bl */
	{ 0x97ffffff, BRANCH | CALL, CALL26, -4 },
	{ 0x54000040, BRANCH, CONDBR19, 8 },			/* b.eq */
	{ 0x54ffffe1, BRANCH, CONDBR19, -4 },			/* b.ne */
	{ 0x5400004e, BRANCH, CONDBR19, 8 },			/* b.al: a condition none the less */
	{ 0x54000050, BRANCH, CONDBR19, 8 },			/* bc.eq */
	{ 0x34000040, BRANCH, CONDBR19, 8 },			/* cbz w0 */
	{ 0xb4ffffe0, BRANCH, CONDBR19, -4 },			/* cbz x0 */
	{ 0x35000041, BRANCH, CONDBR19, 8 },			/* cbnz w1 */
	{ 0xb57fffe0, BRANCH, CONDBR19, 0xffffc },		/* cbnz x0 */
	{ 0x36000040, BRANCH, TSTBR14, 8 },			/* tbz w0, #0 */
	{ 0xb607ffe0, BRANCH, TSTBR14, -4 },			/* tbz x0, #32 */
	{ 0x37180040, BRANCH, TSTBR14, 8 },			/* tbnz w0, #3 */
	{ 0x3703ffe0, BRANCH, TSTBR14, 0x7ffc },
	{ 0x74020040, BRANCH, NONE, 8 },			/* cbgt w0, w2 */
	{ 0xf5c43fe0, BRANCH, NONE, -4 },			/* cbeq x0, #8 */
	{ 0x10000000, PCREL, ADR_PREL_LO21, 0 },		/* adr x0, . */
	{ 0x30000020, PCREL, ADR_PREL_LO21, 5 },		/* the lower bits are elsewhere */
	{ 0x70ffffe0, PCREL, ADR_PREL_LO21, -1 },
	{ 0x10800000, PCREL, ADR_PREL_LO21, -0x100000 },
	{ 0x90000000, PCREL, NONE, INT64_MIN / 2 },		/* adrp */
	{ 0xf0ffffe1, PCREL, NONE, INT64_MIN / 2 },
	{ 0x18000040, PCREL, LD_PREL_LO19, 8 },			/* ldr w0 */
	{ 0x58ffffe0, PCREL, LD_PREL_LO19, -4 },		/* ldr x0 */
	{ 0x98000040, PCREL, LD_PREL_LO19, 8 },			/* ldrsw */
	{ 0xd8000040, PCREL, LD_PREL_LO19, 8 },			/* prfm */
	{ 0x1c000040, PCREL, LD_PREL_LO19, 8 },			/* ldr s0 */
	{ 0x9c000040, PCREL, LD_PREL_LO19, 8 },			/* ldr q0 */
	{ 0x5500005f, PCREL | END, NONE, -8 },			/* retaasppc */
	{ 0xf380005f, PCREL, NONE, -8 },			/* autiasppc */
	{ 0xf3a0005f, PCREL, NONE, -8 },			/* autibsppc */

	{ 0xd61f0000, END, 0, 0 },				/* br x0 */
	{ 0xd61f081f, END, 0, 0 },				/* braaz x0 */
	{ 0xd71f0801, END, 0, 0 },				/* braa x0, x1 */
	{ 0xd63f0000, CALL, 0, 0 },				/* blr x0 */
	{ 0xd63f0c1f, CALL, 0, 0 },				/* blrabz x0 */
	{ 0xd73f0801, CALL, 0, 0 },				/* blraa x0, x1 */
	{ 0xd65f03c0, END, 0, 0 },				/* ret */
	{ 0xd65f0bff, END, 0, 0 },				/* retaa */
	{ 0xd69f03e0, END, 0, 0 },				/* eret */
	{ 0xd69f0bff, END, 0, 0 },				/* eretaa */
	{ 0xd6bf03e0, END, 0, 0 },				/* drps */
	{ 0xd4210000, TRAP, 0, 0 },				/* brk #0x800: a WARN goes on */
	{ 0x00000000, TRAP, 0, 0 },				/* udf #0 */
	{ 0x00001234, TRAP, 0, 0 },
	{ 0xd4000001, 0, 0, 0 },				/* svc #0 */
	{ 0xd4000002, 0, 0, 0 },				/* hvc #0 */

	{ 0xd503201f, NOP, 0, 0 },
	{ 0xd503203f, 0, 0, 0 },				/* yield */
	{ 0xd503233f, 0, 0, 0 },				/* paciasp */
	{ 0xd503241f, 0, 0, 0 },				/* bti */
	{ 0xd503245f, 0, 0, 0 },				/* bti c */
	{ 0xd50320ff, 0, 0, 0 },				/* xpaclri */

	/* Neighbours of the above */
	{ 0x91000000, 0, 0, 0 },				/* add x0, x0, #0 */
	{ 0xf9400000, 0, 0, 0 },				/* ldr x0, [x0] */
	{ 0x19400000, 0, 0, 0 },				/* ldapurb */
	{ 0x58400000 | 1 << 29, 0, 0, 0 },			/* ldr x0, [x0], #0 and the like */
	{ 0xd2800000, 0, 0, 0 },				/* mov x0, #0 */
	{ 0xdac10000, 0, 0, 0 },				/* pacia */
	{ 0xf8404400, 0, 0, 0 },				/* ldr x0, [x0], #4 */
};

/* What apply_relocate_add() of Linux 6.12 has a case for. */
static const uint32_t loaded[] = {
	0, 256,
	257, 258, 259, 260, 261, 262,			/* ABS, PREL */
	263, 264, 265, 266, 267, 268, 269,		/* MOVW_UABS */
	270, 271, 272,					/* MOVW_SABS */
	273, 274, 275, 276, 277, 278,			/* LD_PREL … LDST8 */
	279, 280, 282, 283,				/* branches */
	284, 285, 286, 299,				/* LDST16 … LDST128 */
	287, 288, 289, 290, 291, 292, 293,		/* MOVW_PREL */
};
/* clang-format on */

static int fail(const char *what, uint32_t word)
{
	printf("arm64-insn-test: %s: %08x\n", what, word);
	return 1;
}

/* From a heap block of just that size, so that a sanitizer sees any read beyond. */
static int decode(uint32_t word, size_t avail, struct insn *insn)
{
	uint8_t all[4], *copy = malloc(avail ? avail : 1);
	int ret;

	if (!copy)
		abort();
	put_le32(all, word);
	memcpy(copy, all, avail);
	memset(insn, 0x55, sizeof(*insn));
	ret = arch_arm64.decode(copy, avail, insn);
	free(copy);
	return ret;
}

static int test_good(void)
{
	int failed = 0;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		const struct encoding *e = &good[i];
		struct insn insn;

		for (size_t n = 0; n < 4; n++)
			if (!decode(e->word, n, &insn))
				failed += fail("decoded though cut short", e->word);
		if (decode(e->word, 4, &insn) || insn.len != 4 || insn.flags != e->flags)
			failed += fail("wrong", e->word);
		else if (insn.flags & INSN_PCREL &&
			 (insn.rel != e->rel || insn.rel_off || insn.rel_size != 4 ||
			  arch_arm64.pcrel_type(&insn) != e->type))
			failed += fail("wrong destination", e->word);
	}
	return failed;
}

/* The type that a branch gets back covers just the bits in which its destination is. */
static int test_masks(void)
{
	int failed = 0;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		const struct encoding *e = &good[i];
		const struct arch_reloc *row = arch_reloc(&arch_arm64, e->type);
		struct insn insn;

		if (!(e->flags & INSN_PCREL) || e->type == NONE)
			continue;
		if (decode(e->word & ~row->mask, 4, &insn) || insn.rel || insn.flags != e->flags)
			failed += fail("mask is too small", e->word);
		for (int bit = 0; bit < 32; bit++)
			if (row->mask & 1u << bit &&
			    (decode((e->word & ~row->mask) | 1u << bit, 4, &insn) || !insn.rel))
				failed += fail("mask is too large", e->word);
	}
	return failed;
}

static int expect(bool ok, const char *what)
{
	if (!ok)
		printf("arm64-insn-test: %s\n", what);
	return !ok;
}

static int test_relocs(void)
{
	const struct arch_reloc *last = NULL;
	size_t nr_loaded = 0;
	int failed = 0;

	for (size_t i = 0; i < arch_arm64.nr_relocs; i++) {
		const struct arch_reloc *row = &arch_arm64.relocs[i];

		failed += expect(!last || last->type < row->type, "relocations are not sorted");
		failed += expect(arch_reloc(&arch_arm64, row->type) == row, "arch_reloc()");
		failed += expect(arch_reloc(&arch_arm64, row->like), "like what?");
		failed += expect(!row->mask || row->size == 4, "a mask is for instructions");
		failed += expect(!strncmp(row->name, "R_AARCH64_", 10), "name");
		nr_loaded += !!(row->flags & RELOC_LOADER);
		last = row;
	}
	failed += expect(nr_loaded == sizeof(loaded) / sizeof(*loaded), "loader relocations");
	for (size_t i = 0; i < sizeof(loaded) / sizeof(*loaded); i++)
		failed += expect(arch_reloc(&arch_arm64, loaded[i])->flags & RELOC_LOADER,
				 "loader");
	failed += expect(!arch_reloc(&arch_arm64, 281) && !arch_reloc(&arch_arm64, 999999),
			 "no such types");
	return failed;
}

static int test_symbols(void)
{
	static const char *const labels[] = { "$x", "$d", "$x.12", "$d.foo", ".L12", "", NULL };
	static const char *const named[] = { "$", "$t", "$xy", "$dd.1", "x", "foo$x", ".x", NULL };
	const struct elf_sym global = { .name = "$x", .bind = STB_GLOBAL };
	const struct elf_sym func = { .name = "$x", .type = STT_FUNC };
	int failed = 0;

	for (int i = 0; labels[i]; i++)
		failed += expect(arch_is_label(&arch_arm64, &(struct elf_sym){ .name = labels[i] }),
				 labels[i]);
	for (int i = 0; named[i]; i++)
		failed += expect(!arch_is_label(&arch_arm64, &(struct elf_sym){ .name = named[i] }),
				 named[i]);
	failed += expect(!arch_is_label(&arch_arm64, &global) && !arch_is_label(&arch_arm64, &func),
			 "functions are no mapping symbols");
	failed += expect(arch_mapping(&arch_arm64, &(struct elf_sym){ .name = "$d.1" }) == MAPPING_DATA,
			 "$d.1");
	failed += expect(arch_mapping(&arch_arm64, &(struct elf_sym){ .name = "$x" }) == MAPPING_CODE,
			 "$x");
	failed += expect(arch_mapping(&arch_arm64, &(struct elf_sym){ .name = ".L1" }) == MAPPING_NONE,
			 ".L1");
	failed += expect(arch_find(EM_AARCH64) == &arch_arm64, "arch_find");
	return failed;
}

/* movz, movk, movk, movk of x3, as runtime-const.h writes them, behind a nop. */
static void placeholder(uint8_t *code)
{
	static const uint32_t words[] = { NOP_WORD,   0xd299bde3, 0xf2b13563,
					  0xf2c8ace3, 0xf2e02463, NOP_WORD };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		put_le32(code + 4 * i, words[i]);
}

static int test_boot_const(void)
{
	static const uint32_t want[] = { NOP_WORD, 0x90000003, 0xf9400063,
					 NOP_WORD, NOP_WORD,   NOP_WORD };
	struct boot_const load;
	uint8_t code[24];
	int failed = 0;

	placeholder(code);
	failed += expect(!arch_load_boot_const(&arch_arm64, code, 20 - 1, 4, &load), "cut short");
	failed += expect(!arch_load_boot_const(&arch_arm64, code, 24, 0, &load), "not its begin");
	failed += expect(!arch_load_boot_const(&arch_arm64, code, 24, 8, &load), "not its begin");
	failed += expect(!arch_load_boot_const(&arch_arm64, code, 24, 28, &load), "outside");
	put_le32(code + 12, get_le32(code + 12) ^ 1);
	failed += expect(!arch_load_boot_const(&arch_arm64, code, 24, 4, &load), "another register");
	placeholder(code);
	if (!arch_load_boot_const(&arch_arm64, code, 24, 4, &load))
		return expect(false, "boot constant");
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++)
		failed += expect(get_le32(code + 4 * i) == want[i], "the load of a boot constant");
	failed += expect(load.nr == 2 && load.refs[0].place == 4 && load.refs[0].type == 275 &&
				 load.refs[1].place == 8 && load.refs[1].type == 286,
			 "its references");
	return failed;
}

int main(void)
{
	int failed = 0;

	failed += test_good();
	failed += test_masks();
	failed += test_relocs();
	failed += test_symbols();
	failed += test_boot_const();
	return failed ? 1 : 0;
}
