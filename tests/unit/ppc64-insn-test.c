// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ppc64 backend: its decoder against a list of encodings, its tables, and
 * what it says of references that leave a module.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>

#define PCREL  INSN_PCREL
#define BRANCH (INSN_PCREL | INSN_BRANCH)
#define CALL   INSN_CALL
#define END    INSN_END
#define NOP    INSN_NOP
#define TRAP   INSN_TRAP

/* By number, as in the ABI. */
enum {
	NONE = 0,
	REL24 = 10,
	REL14 = 11,
	TOC16_LO = 48,
	TOC16_HA = 50,
	TOC16_LO_DS = 64,
	REL24_NOTOC = 116,
	PCREL34 = 132,
	REL16_HA = 252,
};

struct encoding {
	uint32_t word, suffix;
	unsigned int len, flags;
	uint32_t type;	/* what pcrel_type() says, of a PC-relative one */
	int64_t rel;
};

/* clang-format off */

#define REL(word, flags, type, rel) { word, 0, 4, flags, type, rel }
#define FLOW(word, flags)	    { word, 0, 4, flags, 0, 0 }
#define PREFIXED(word, suffix, flags, type, rel) { word, suffix, 8, flags, type, rel }

static const struct encoding good[] = {
	REL(0x48000000, BRANCH | END, REL24, 0),		/* b . */
	REL(0x48000008, BRANCH | END, REL24, 8),
	REL(0x4bfffffc, BRANCH | END, REL24, -4),
	REL(0x49fffffc, BRANCH | END, REL24, 0x1fffffc),
	REL(0x4a000000, BRANCH | END, REL24, -0x2000000),
	REL(0x48000009, BRANCH | CALL, REL24, 8),		/* bl */
	FLOW(0x48000102, END),					/* ba: an address */
	FLOW(0x48000103, CALL),					/* bla */
	REL(0x41820008, BRANCH, REL14, 8),			/* beq */
	REL(0x4082fff8, BRANCH, REL14, -8),			/* bne */
	REL(0x42008000, BRANCH, REL14, -0x8000),		/* bdnz */
	REL(0x41827ffc, BRANCH, REL14, 0x7ffc),
	REL(0x42800008, BRANCH | END, REL14, 8),		/* bc, always */
	REL(0x429f0005, BRANCH | CALL, REL14, 4),		/* bcl 20,31,.+4 */
	FLOW(0x41820102, 0),					/* beqa */
	FLOW(0x4e800020, END),					/* blr */
	FLOW(0x4e800021, CALL),					/* blrl */
	FLOW(0x4d820020, 0),					/* beqlr */
	FLOW(0x4e800420, END),					/* bctr */
	FLOW(0x4e800421, CALL),					/* bctrl */
	FLOW(0x4c820420, 0),					/* bnectr */
	FLOW(0x4e800460, END),					/* bctar */
	FLOW(0x4c000024, END),					/* rfid */
	FLOW(0x4c0000a4, END),					/* rfscv */
	FLOW(0x4c000224, END),					/* hrfid */
	FLOW(0x4c00012c, 0),					/* isync */
	FLOW(0x44000002, 0),					/* sc */
	FLOW(0x7fe00008, TRAP),					/* trap */
	FLOW(0x7fe00088, TRAP),					/* td 31,r0,r0 */
	FLOW(0x0fe00000, TRAP),					/* twi 31,r0,0: a WARN */
	FLOW(0x0b030000, 0),					/* tdnei r3,0 */
	FLOW(0x00000000, TRAP),
	FLOW(0x60000000, NOP),
	FLOW(0x60420000, NOP),					/* ori r2,r2,0: ends a group */
	FLOW(0x60630001, 0),					/* ori r3,r3,1 */
	FLOW(0x60430000, 0),					/* ori r3,r2,0 */
	FLOW(0x38630000, 0),					/* addi r3,r3,0 */
	FLOW(0xe8410018, 0),					/* ld r2,24(r1) */
	FLOW(0xfffffe10, 0),					/* words of jump tables */
	FLOW(0x000001f0, 0),

	PREFIXED(0x06100000, 0x38600000, PCREL, PCREL34, 0),		/* pla r3,. */
	PREFIXED(0x06100001, 0x38600010, PCREL, PCREL34, 0x10010),
	PREFIXED(0x0613ffff, 0x3860fff8, PCREL, PCREL34, -8),
	PREFIXED(0x04120000, 0xe4600000, PCREL, PCREL34, -0x200000000),	/* pld r3 */
	PREFIXED(0x06100000, 0x81200008, PCREL, PCREL34, 8),		/* plwz r9 */
	PREFIXED(0x06000000, 0x38630010, 0, 0, 0),			/* paddi r3,r3,16 */
	PREFIXED(0x07000000, 0x00000000, NOP, 0, 0),			/* pnop */
	PREFIXED(0x05000000, 0x80000000, 0, 0, 0),			/* 8RR: no displacement */
};
/* clang-format on */

static int expect(int good_one, const char *what)
{
	if (!good_one)
		fprintf(stderr, "ppc64: %s\n", what);
	return !good_one;
}

static int test_encoding(const struct encoding *e)
{
	struct insn insn;
	uint8_t code[8];
	int bad = 0;

	put_le32(code, e->word);
	put_le32(code + 4, e->suffix);
	bad |= arch_ppc64.decode(code, e->len, &insn) || insn.len != e->len ||
	       insn.flags != e->flags;
	if (!bad && e->flags & PCREL)
		bad |= insn.rel != e->rel || insn.rel_off || insn.rel_size != e->len ||
		       arch_ppc64.pcrel_type(&insn) != e->type;
	bad |= !arch_ppc64.decode(code, 3, &insn);
	if (bad)
		fprintf(stderr, "ppc64: %08x %08x is not decoded as it should be\n", e->word,
			e->suffix);
	return bad;
}

static int test_good(void)
{
	int failed = 0;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		failed += test_encoding(&good[i]);
	return failed;
}

/* Whatever decode() says of a branch, apply() writes back. */
static int test_apply(void)
{
	uint8_t code[8];
	int failed = 0;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		const struct encoding *e = &good[i];
		const struct arch_reloc *row = arch_reloc(&arch_ppc64, e->type);

		if (!(e->flags & INSN_BRANCH))
			continue;
		put_le32(code, e->word & ~(uint32_t)row->mask);
		failed += expect(arch_apply(&arch_ppc64, e->type, code, 4, e->rel) &&
					 get_le32(code) == e->word, "apply() and decode() differ");
	}
	failed += expect(!arch_apply(&arch_ppc64, REL24, code, 4, 0x2000000), "REL24 out of reach");
	failed += expect(!arch_apply(&arch_ppc64, REL14, code, 4, -0x8004), "REL14 out of reach");
	failed += expect(!arch_apply(&arch_ppc64, REL24, code, 4, 2), "REL24 between instructions");
	failed += expect(!arch_apply(&arch_ppc64, TOC16_HA, code, 4, 0), "TOC16_HA is for the loader");
	return failed;
}

static int test_relocs(void)
{
	static const uint32_t refused[] = { NONE, REL14, 4, 57, 67, 119, 124 };
	int failed = 0;

	for (size_t i = 1; i < arch_ppc64.nr_relocs; i++)
		failed += expect(arch_ppc64.relocs[i - 1].type < arch_ppc64.relocs[i].type,
				 arch_ppc64.relocs[i].name);
	for (size_t i = 0; i < arch_ppc64.nr_relocs; i++) {
		const struct arch_reloc *r = &arch_ppc64.relocs[i];

		failed += expect(!r->mask || r->size == (r->mask >> 32 ? 8 : 4), r->name);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		failed += expect(!(arch_reloc(&arch_ppc64, refused[i])->flags & RELOC_LOADER),
				 "the kernel's loader does not know it");
	failed += expect(!strcmp(arch_reloc(&arch_ppc64, 118)->name, "R_PPC64_ENTRY") &&
				 !(arch_reloc(&arch_ppc64, 118)->flags & RELOC_MARKER),
			 "ENTRY is not to be lost");
	failed += expect(arch_find(EM_PPC64) == &arch_ppc64, "arch_find");
	return failed;
}

static int test_symbols(void)
{
	static const uint64_t want[] = { 0, 0, 4, 8, 16, 32, 64 };
	struct elf_sym sym = { .name = "f" };
	int failed = 0;

	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		sym.other = (uint8_t)(i << 5 | STV_HIDDEN);
		failed += expect(arch_local_entry(&arch_ppc64, &sym) == want[i], "local entry");
	}
	failed += expect(arch_is_own_symbol(&arch_ppc64, ".TOC."), ".TOC.");
	failed += expect(arch_is_own_symbol(&arch_ppc64, "_restgpr0_29"), "_restgpr0_29");
	failed += expect(!arch_is_own_symbol(&arch_ppc64, "_savegpr"), "_savegpr");
	return failed;
}

/* The code of the refusal, or "". */
static const char *refusal(uint32_t insn, uint32_t next, uint64_t size, uint32_t type, int64_t off)
{
	const struct arch_refusal *why;
	uint8_t code[12] = { 0 };

	put_le32(code + 4, insn);
	put_le32(code + 8, next);
	why = arch_refuse_outside(&arch_ppc64, code, size, 4, type, off);
	return why ? why->code : "";
}

static int test_outside(void)
{
	const uint32_t bl = 0x48000001, b = 0x48000000, nop = 0x60000000, mr = 0x7c641b78;
	int failed = 0;

	failed += expect(!*refusal(bl, nop, 12, REL24, 0), "a call with its nop");
	failed += expect(!*refusal(bl, 0xe8410018, 12, REL24, 0), "a call that restores r2 itself");
	failed += expect(!strcmp(refusal(bl, mr, 12, REL24, 0), "call-without-nop"), "no nop");
	failed += expect(!strcmp(refusal(bl, 0x60420000, 12, REL24, 0), "call-without-nop"),
			 "another nop, which the loader does not take");
	failed += expect(!strcmp(refusal(bl, nop, 8, REL24, 0), "call-without-nop"),
			 "nothing behind the call");
	failed += expect(!strcmp(refusal(b, nop, 12, REL24, 0), "sibling-call"), "sibling call");
	failed += expect(!strcmp(refusal(bl, nop, 12, REL24, 4), "branch-into-middle"), "middle");
	failed += expect(!*refusal(bl, mr, 12, REL24_NOTOC, 0), "a call without r2");
	failed += expect(!*refusal(b, mr, 12, REL24_NOTOC, 0), "a sibling call without r2");
	failed += expect(!strcmp(refusal(0x3c4c0000, mr, 12, REL16_HA, 0), "out-of-reach"), "REL16");
	return failed;
}

static int test_far(void)
{
	/* addis r9,r2; addi r9,r9 | lwz r9,0(r9) */
	const uint32_t addis = 0x3d220000, addi = 0x39290000, lwz = 0x81290000;
	uint32_t types[2] = { TOC16_HA, TOC16_LO };
	struct detour way;
	uint8_t code[8];
	int failed = 0;

	put_le32(code, addis);
	put_le32(code + 4, lwz);
	failed += expect(!arch_through_got(&arch_ppc64, code, 8, types), "a load is not replaced");
	put_le32(code + 4, addi);
	failed += expect(!arch_through_got(&arch_ppc64, code, 4, types), "cut short");
	failed += expect(arch_through_got(&arch_ppc64, code, 8, types) && types[1] == TOC16_LO_DS &&
				 get_le32(code + 4) == 0xe9290000, "addi becomes ld");

	failed += expect(arch_detour(&arch_ppc64, code, TOC16_HA, &way) && get_le32(code) == 0x48000000 &&
				 way.back == way.size - 4 && get_le32(way.code) == addis &&
				 get_le32(way.code + 4) == 0xe9290000 &&
				 get_le32(way.code + 8) == 0x7d224850 /* subf r9,r2,r9 */ &&
				 get_le32(way.code + 20) == 0x792903e4 /* clrrdi r9,r9,16 */ &&
				 get_le32(way.code + 24) == 0x7d291214 /* add r9,r9,r2 */,
			 "the detour");
	put_le32(code, 0x3d230000); /* addis r9,r3 */
	failed += expect(!arch_detour(&arch_ppc64, code, TOC16_HA, &way), "not from r2");
	return failed;
}

int main(void)
{
	int failed = 0;

	failed += test_good();
	failed += test_apply();
	failed += test_relocs();
	failed += test_symbols();
	failed += test_outside();
	failed += test_far();
	return failed ? 1 : 0;
}
