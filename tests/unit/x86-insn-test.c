// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The x86_64 backend: its decoder against a list of encodings and against
 * random bytes, and its tables.
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

/* One instruction, whole: its length is the number of bytes. */
struct encoding {
	const char *bytes;
	unsigned int flags;
	unsigned int rel_off, rel_size;
	int64_t rel;
};

/* clang-format off */

#define REL(bytes, flags, off, size, rel) { bytes, flags, off, size, rel }
#define FLOW(bytes, flags)		  { bytes, flags, 0, 0, 0 }
#define LEN(bytes)			  { bytes, 0, 0, 0, 0 }

static const struct encoding good[] = {
	/* ModRM, SIB, displacement */
	LEN("48 89 e5"),					/* mov %rsp,%rbp */
	LEN("8b 00"),
	LEN("8b 04 08"),					/* SIB */
	LEN("8b 04 25 00 00 00 00"),			/* … without base */
	LEN("41 8b 04 25 00 00 00 00"),			/* … and r13 is none either */
	LEN("8b 44 05 08"),				/* disp8 */
	LEN("8b 84 05 08 00 00 00"),			/* disp32 */
	LEN("8b 45 08"),
	LEN("8b 85 08 00 00 00"),
	LEN("67 8b 04 25 00 00 00 00"),			/* 67h: no 16-bit forms */
	LEN("67 8b 46 01"),
	LEN("c5 f8 77"),			/* vzeroupper has no ModRM */
	LEN("0f 20 00"),					/* mov %cr0,%rax: mod is ignored */
	LEN("0f 22 05"),

	/* RIP-relative, with what may follow the displacement */
	REL("48 8d 05 f9 ff ff ff", PCREL, 3, 4, 0),	/* lea 0(insn) */
	REL("8b 05 10 00 00 00", PCREL, 2, 4, 0x16),
	REL("c6 05 10 00 00 00 01", PCREL, 2, 4, 0x17),	/* imm8 */
	REL("66 c7 05 10 00 00 00 01 00", PCREL, 3, 4, 0x19),
	REL("c7 05 10 00 00 00 01 00 00 00", PCREL, 2, 4, 0x1a),
	REL("48 81 3d 10 00 00 00 01 00 00 00", PCREL, 3, 4, 0x1b),
	REL("80 3d 10 00 00 00 01", PCREL, 2, 4, 0x17),
	REL("f6 05 10 00 00 00 01", PCREL, 2, 4, 0x17),
	REL("65 48 03 05 10 00 00 00", PCREL, 4, 4, 0x18), /* add %gs:x(%rip),%rax */
	REL("66 0f 6f 05 10 00 00 00", PCREL, 4, 4, 0x18),
	REL("66 0f 3a 0f 05 10 00 00 00 08", PCREL, 5, 4, 0x1a),
	REL("c5 f9 6f 05 10 00 00 00", PCREL, 4, 4, 0x18),
	REL("62 f1 7c 48 10 05 10 00 00 00", PCREL, 6, 4, 0x1a),
	REL("62 f3 75 48 25 05 10 00 00 00 ff", PCREL, 6, 4, 0x1b), /* vpternlogd */
	REL("ff 15 10 00 00 00", PCREL | CALL, 2, 4, 0x16),
	REL("ff 25 10 00 00 00", PCREL | END, 2, 4, 0x16),
	REL("67 8b 05 10 00 00 00", PCREL, 3, 4, 0x17),	/* eip */

	/* branches */
	REL("e8 00 00 00 00", BRANCH | CALL, 1, 4, 5),
	REL("e8 fb ff ff ff", BRANCH | CALL, 1, 4, 0),
	REL("e9 00 00 00 80", BRANCH | END, 1, 4, 5 - 0x80000000ll),
	REL("eb fe", BRANCH | END, 1, 1, 0),
	REL("74 7f", BRANCH, 1, 1, 0x81),
	REL("0f 84 10 00 00 00", BRANCH, 2, 4, 0x16),
	REL("2e 0f 85 10 00 00 00", BRANCH, 3, 4, 0x17),
	REL("66 e8 10 00 00 00", BRANCH | CALL, 2, 4, 0x16), /* 66h is ignored */
	REL("66 e9 10 00 00 00", BRANCH | END, 2, 4, 0x16),
	REL("66 0f 84 10 00 00 00", BRANCH, 3, 4, 0x17),
	REL("2e 2e 2e e8 00 00 00 00", BRANCH | CALL, 4, 4, 8), /* retpoline padding */
	REL("f2 e9 00 00 00 00", BRANCH | END, 2, 4, 6),	/* bnd */
	REL("e2 fe", BRANCH, 1, 1, 0),			/* loop */
	REL("e3 00", BRANCH, 1, 1, 2),			/* jrcxz */
	REL("67 e3 00", BRANCH, 2, 1, 3),
	REL("c7 f8 10 00 00 00", BRANCH, 2, 4, 0x16),	/* xbegin */
	REL("66 c7 f8 fe ff", BRANCH, 3, 2, 3),
	LEN("c6 f8 01"),					/* xabort */
	FLOW("ff d0", CALL), FLOW("41 ff d3", CALL), FLOW("ff 14 c5 00 00 00 00", CALL),
	FLOW("ff 18", CALL),
	FLOW("ff e0", END), FLOW("3e ff e0", END), FLOW("ff 24 c5 00 00 00 00", END),
	FLOW("ff 28", END),
	LEN("ff 30"), LEN("ff c0"), LEN("fe c8"),
	FLOW("d5 00 a1 01 02 03 04 05 06 07 08", END),	/* jmpabs */

	/* where control ends */
	FLOW("c3", END), FLOW("f3 c3", END), FLOW("c2 08 00", END), FLOW("cb", END),
	FLOW("ca 08 00", END),
	FLOW("cf", END), FLOW("48 cf", END),
	FLOW("0f 07", END), FLOW("48 0f 07", END), FLOW("0f 35", END), FLOW("0f aa", END),
	FLOW("f2 0f 01 ca", END), FLOW("f3 0f 01 ca", END),
	LEN("0f 01 ca"),	/* erets, eretu, clac */
	FLOW("f3 0f 01 ec", END),				/* uiret */
	FLOW("0f 0b", END | TRAP), FLOW("cc", TRAP), FLOW("d6", END | TRAP),
	FLOW("67 0f b9 40 0c", END), FLOW("0f ff c0", END),	/* ud1, ud0 */
	LEN("f4"), LEN("0f 05"), LEN("0f 34"), LEN("cd 80"), LEN("f1"),

	/* padding, and what looks like it */
	FLOW("90", NOP), FLOW("66 90", NOP), FLOW("66 66 90", NOP), FLOW("48 90", NOP),
	FLOW("2e 90", NOP),
	FLOW("0f 1f 00", NOP), FLOW("0f 1f 40 00", NOP), FLOW("0f 1f 44 00 00", NOP),
	FLOW("66 0f 1f 44 00 00", NOP), FLOW("0f 1f 80 00 00 00 00", NOP),
	FLOW("0f 1f 84 00 00 00 00 00", NOP), FLOW("66 0f 1f 84 00 00 00 00 00", NOP),
	FLOW("66 2e 0f 1f 84 00 00 00 00 00", NOP),
	FLOW("66 66 66 66 66 66 2e 0f 1f 84 00 00 00 00 00", NOP),
	LEN("f3 90"), LEN("41 90"), LEN("49 90"), LEN("d5 10 90"), LEN("f0 90"),
	LEN("0f 1f c8"), LEN("91"), LEN("f3 0f 1e fa"), LEN("0f 18 08"), LEN("0f 0d 08"),

	/* immediates */
	LEN("04 01"), LEN("05 01 02 03 04"), LEN("66 05 01 02"), LEN("48 05 01 02 03 04"),
	LEN("66 48 05 01 02 03 04"),			/* REX.W before 66h */
	LEN("48 66 05 01 02"),				/* REX not last: ignored */
	LEN("40 48 05 01 02 03 04"),
	LEN("b0 01"), LEN("b8 01 02 03 04"), LEN("66 b8 01 02"),
	LEN("48 b8 01 02 03 04 05 06 07 08"), LEN("66 49 b8 01 02 03 04 05 06 07 08"),
	LEN("a0 01 02 03 04 05 06 07 08"), LEN("67 a1 01 02 03 04"),
	LEN("66 a3 01 02 03 04 05 06 07 08"),
	LEN("a8 01"), LEN("a9 01 02 03 04"), LEN("66 a9 01 02"),
	LEN("68 01 02 03 04"), LEN("66 68 01 02"), LEN("6a 01"),
	LEN("69 c0 01 02 03 04"), LEN("66 69 c0 01 02"), LEN("6b c0 01"),
	LEN("c8 01 02 03"),				/* enter */
	LEN("f6 c0 01"), LEN("f6 c8 01"), LEN("f6 d0"), LEN("f7 c0 01 02 03 04"),
	LEN("66 f7 c0 01 02"),
	LEN("f7 d8"), LEN("48 f7 f9"),
	LEN("c7 00 01 02 03 04"), LEN("66 c7 00 01 02"), LEN("c6 00 01"), LEN("c1 e0 04"),
	LEN("d1 e0"),
	LEN("83 c0 01"), LEN("81 c0 01 02 03 04"), LEN("66 81 c0 01 02"),
	LEN("0f a4 c0 01"), LEN("0f ba e0 01"), LEN("0f 70 c0 01"), LEN("0f 71 d0 01"),
	LEN("0f c2 c0 01"), LEN("0f c6 c0 01"), LEN("0f c7 08"), LEN("e4 01"), LEN("8f 00"),
	LEN("8f c0"),
	LEN("66 0f 78 c1 01 02"), LEN("f2 0f 78 c1 01 02"), LEN("0f 78 c1"), LEN("f3 0f b8 c1"),

	/* the other maps */
	LEN("0f 38 f0 00"), LEN("66 0f 38 80 00"), LEN("66 0f 3a 44 c1 11"), LEN("0f 3a cc c1 01"),
	LEN("0f 0f c1 bf"), LEN("0f 0e"),			/* 3DNow! */
	LEN("f3 0f a6 c8"), LEN("0f a7 c0"),		/* PadLock */
	LEN("c5 f9 70 c1 01"), LEN("c4 e1 79 70 c1 01"), LEN("c4 e2 79 18 c1"),
	LEN("c4 e3 79 14 c1 01"), LEN("c4 e3 79 5c c1 10"), LEN("c4 e2 7b 49 c0"),
	LEN("c4 e7 7b f8 c0 01 02 03 04"),		/* urdmsr $imm32 */
	LEN("67 c5 f8 28 00"), LEN("64 c5 f8 28 00"),
	LEN("62 f1 7c 48 10 40 01"), LEN("62 f2 7d 48 92 44 05 01"), LEN("62 f5 7c 48 58 c1"),
	LEN("62 f6 75 48 98 c1"),
	LEN("62 f4 7c 08 81 c0 01 02 03 04"), LEN("62 f4 7d 08 81 c0 01 02"), /* APX */
	LEN("62 f4 fd 08 81 c0 01 02 03 04"), LEN("62 f4 7c 18 24 c0 01"),
	LEN("62 f4 7c 08 f6 c0 01"), LEN("62 f4 7c 08 f7 d0"), LEN("62 f4 7c 18 ff f0"),
	LEN("d5 18 89 c0"), LEN("d5 18 b8 01 02 03 04 05 06 07 08"), LEN("d5 80 af c1"),
	LEN("d5 90 c8"),
	LEN("66 d5 10 b8 01 02"), LEN("d5 10 8f c0"), LEN("d5 10 f7 c0 01 02 03 04"),
	LEN("8f e8 78 c0 c1 01"), LEN("8f e9 78 01 c9"),
	LEN("8f ea 78 10 c1 01 02 03 04"), /* XOP */

	/* every row of x86_exceptions, and a neighbour */
	LEN("c5 f9 71 d1 01"), LEN("c5 f9 72 d1 01"), LEN("c5 f9 73 d1 01"), LEN("c5 f9 74 c1"),
	LEN("c5 f8 c2 c1 01"), LEN("c5 f9 c4 c1 01"), LEN("c5 f9 c5 c1 01"), LEN("c5 f8 c6 c1 01"),
	LEN("c5 f9 d4 c1"), LEN("c4 e1 78 c6 c1 01"), LEN("62 f1 7c 48 c6 c1 01"),
	LEN("62 f4 7c 08 2c c0 01"), LEN("62 f4 7c 08 69 c0 01 02 03 04"),
	LEN("62 f4 7d 08 69 c0 01 02"), LEN("62 f4 7c 08 6b c0 01"), LEN("62 f4 7c 08 80 c0 01"),
	LEN("62 f4 7c 08 83 c0 01"), LEN("62 f4 7c 08 c0 c0 01"), LEN("62 f4 7c 08 c1 c0 01"),
	LEN("62 f4 7c 08 d4 c0 01"), LEN("62 f4 7c 08 f7 c0 01 02 03 04"),
	LEN("62 f4 7c 08 f6 d0"), LEN("62 f4 7c 08 d3 c0"), LEN("62 f4 7c 08 01 c0"),

	/* 15 bytes are the most */
	LEN("2e 2e 2e 64 81 84 05 01 02 03 04 01 02 03 04"),
	FLOW("66 66 66 66 66 66 66 66 66 66 66 66 66 66 90", NOP),
};

/* Not instructions, whatever follows. */
static const char *const bad[] = {
	/* gone in 64-bit mode */
	"06", "07", "0e", "16", "17", "1e", "1f", "27", "2f", "37", "3f", "60", "61",
	"82 c0 01", "9a 01 02 03 04 05 06", "ce", "d4 0a", "ea 01 02 03 04 05 06",
	/* never there */
	"0f 04", "0f 0a", "0f 0c", "0f 24 c0", "0f 26 c0", "0f 36", "0f 39", "0f 3b", "0f 3f",
	"0f 7a c0", "0f a6 00", "0f b8 c0", "66 0f 78 00", "f3 0f 78 c0", "0f ba c0 01",
	"fe d0", "ff f8", "8f e0", "c6 c8 01", "c6 f9 01", "c7 c8 01 02 03 04", "c7 38",
	/* prefixes that may not stand before VEX, EVEX, XOP */
	"66 c5 f8 28 c0", "f2 c5 f8 28 c0", "f0 c4 e1 78 28 c0", "48 c5 f8 28 c0",
	"66 62 f1 7c 48 10 c0", "41 62 f1 7c 48 10 c0", "f3 8f e9 78 01 c9",
	/* maps that do not exist */
	"c4 e0 78 10 c0", "c4 e4 78 10 c0", "c4 e8 78 10 c0", "62 f0 7c 48 10 c0", "8f eb 78 10 c0",
	/* not with REX2 */
	"d5 00 40 90", "d5 00 74 00", "d5 00 e8 00 00 00 00", "d5 00 a8 01", "d5 00 66 90",
	"d5 08 a1 01 02 03 04 05 06 07 08", "d5 00 0f 1f 00", "d5 00 c5 f8 77", "d5 00 d5 00 90",
	"d5 80 38 00 00", "d5 80 31", "d5 80 84 00 00 00 00", "48 d5 00 89 c0", "d5 00 06",
	/* too long */
	"66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90",
	"2e 2e 2e 2e 64 81 84 05 01 02 03 04 01 02 03 04",
	"2e 2e 2e 2e 2e 2e 2e 2e 2e 2e 2e 2e 2e 2e 2e 2e",
	"",
};

/* clang-format on */

#define MAX_BYTES 32

static size_t parse(uint8_t *out, const char *hex)
{
	size_t n = 0;
	char *end;

	for (; *hex && n < MAX_BYTES; hex = end + strspn(end, " "))
		out[n++] = (uint8_t)strtoul(hex, &end, 16);
	return n;
}

/* Decode from a heap block of just that size, so that a sanitizer sees any read beyond. */
static int decode(const uint8_t *bytes, size_t avail, struct insn *insn)
{
	uint8_t *copy = malloc(avail ? avail : 1);
	int ret;

	if (!copy)
		abort();
	memcpy(copy, bytes, avail);
	memset(insn, 0x55, sizeof(*insn));
	ret = arch_x86.decode(copy, avail, insn);
	free(copy);
	return ret;
}

static int fail(const char *what, const uint8_t *bytes, size_t n)
{
	printf("x86-insn-test: %s:", what);
	for (size_t i = 0; i < n; i++)
		printf(" %02x", bytes[i]);
	printf("\n");
	return 1;
}

static bool same(const struct insn *a, const struct insn *b)
{
	return a->len == b->len && a->flags == b->flags && a->rel_off == b->rel_off &&
	       a->rel_size == b->rel_size && a->rel == b->rel;
}

/* What follows changes nothing, and without its last byte it is not one. */
static int check_extent(const uint8_t *bytes, size_t avail, const struct insn *want)
{
	struct insn insn;

	if (want->len > avail || want->len > 15 || !want->len)
		return fail("impossible length", bytes, avail);
	for (size_t n = 0; n <= avail; n++) {
		int ret = decode(bytes, n, &insn);

		if (n < want->len && !ret)
			return fail("decoded though cut short", bytes, n);
		if (n >= want->len && (ret || !same(&insn, want)))
			return fail("depends on what follows", bytes, n);
	}
	return 0;
}

static int test_good(void)
{
	int failed = 0;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		const struct encoding *e = &good[i];
		struct insn insn, want = {
			.flags = (uint8_t)e->flags,
			.rel_off = (uint8_t)e->rel_off,
			.rel_size = (uint8_t)e->rel_size,
			.rel = e->rel,
		};
		uint8_t bytes[MAX_BYTES];
		size_t n = parse(bytes, e->bytes);

		want.len = (uint8_t)n;
		memset(bytes + n, i & 1 ? 0x90 : 0x05, 4);
		if (decode(bytes, n + 4, &insn))
			failed += fail("not decoded", bytes, n);
		else if (!same(&insn, &want))
			failed += fail("wrong", bytes, n);
		else
			failed += check_extent(bytes, n + 4, &want);
	}
	return failed;
}

static int test_bad(void)
{
	int failed = 0;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		uint8_t bytes[MAX_BYTES];
		size_t n = parse(bytes, bad[i]);
		struct insn insn;

		if (!decode(bytes, n, &insn))
			failed += fail("decoded", bytes, n);
	}
	return failed;
}

/* xorshift64 (Marsaglia): the same sequence everywhere. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static int test_random(unsigned int rounds)
{
	static const uint8_t starts[] = { 0x66, 0x67, 0xf2, 0xf3, 0x48, 0x0f, 0xc4,
					  0xc5, 0x62, 0xd5, 0x8f, 0xf7, 0xc7, 0xff };
	uint64_t state = 88172645463325252ull;
	int failed = 0;

	for (unsigned int i = 0; i < rounds && failed < 20; i++) {
		uint64_t random = next_random(&state);
		size_t n = random % 19;
		uint8_t bytes[MAX_BYTES];
		struct insn insn;

		for (size_t j = 0; j < sizeof(bytes); j++)
			bytes[j] = (uint8_t)(next_random(&state) >> 32);
		if (random & 0x100)
			bytes[0] = starts[(random >> 16) % sizeof(starts)];
		if (!decode(bytes, n, &insn))
			failed += check_extent(bytes, n, &insn);
	}
	return failed;
}

static int expect(bool ok, const char *what)
{
	if (!ok)
		printf("x86-insn-test: %s\n", what);
	return !ok;
}

static int test_relocs(void)
{
	static const uint32_t loaded[] = { R_X86_64_NONE,  R_X86_64_64, R_X86_64_PC32,
					   R_X86_64_PLT32, R_X86_64_32, R_X86_64_32S,
					   R_X86_64_PC64 };
	size_t nr_loaded = 0;
	int failed = 0;

	for (size_t i = 0; i < arch_x86.nr_relocs; i++) {
		const struct arch_reloc *reloc = &arch_x86.relocs[i];

		failed += expect(reloc->type == i, "relocation table has a gap");
		failed += expect(arch_reloc(&arch_x86, (uint32_t)i) == reloc, "arch_reloc()");
		failed += expect(arch_reloc(&arch_x86, reloc->like), "like what?");
		nr_loaded += !!(reloc->flags & RELOC_LOADER);
	}
	failed += expect(!arch_reloc(&arch_x86, (uint32_t)arch_x86.nr_relocs), "arch_reloc()");
	failed += expect(nr_loaded == sizeof(loaded) / sizeof(*loaded), "loader relocations");
	for (size_t i = 0; i < sizeof(loaded) / sizeof(*loaded); i++)
		failed += expect(arch_reloc(&arch_x86, loaded[i])->flags & RELOC_LOADER, "loader");
	failed += expect(arch_reloc(&arch_x86, R_X86_64_PLT32)->like == R_X86_64_PC32, "PLT32");
	return failed;
}

static int test_hooks(void)
{
	const struct elf_sym label = { .name = ".L12" }, nameless = { .name = "" };
	const struct elf_sym named = { .name = "foo.L1" }, dotted = { .name = ".foo" };
	const struct elf_sym section = { .name = ".Lsec", .type = STT_SECTION };
	struct insn near = { .rel_size = 4 }, shorter = { .rel_size = 1 };
	struct insn rel16 = { .rel_size = 2 };
	int failed = 0;

	failed += expect(arch_is_label(&arch_x86, &label) && arch_is_label(&arch_x86, &nameless), "labels");
	failed += expect(!arch_is_label(&arch_x86, &named) && !arch_is_label(&arch_x86, &dotted) &&
				 !arch_is_label(&arch_x86, &section),
			 "no labels");
	failed += expect(arch_x86.pcrel_type(&near) == R_X86_64_PC32 &&
				 arch_x86.pcrel_type(&shorter) == R_X86_64_PC8 &&
				 arch_x86.pcrel_type(&rel16) == R_X86_64_NONE,
			 "pcrel_type");
	failed += expect(!arch_local_entry(&arch_x86, &named), "local_entry");
	failed += expect(arch_find(EM_X86_64) == &arch_x86 && !arch_find(EM_NONE), "arch_find");
	return failed;
}

int main(void)
{
	int failed = 0;

	failed += test_good();
	failed += test_bad();
	failed += test_random(200000);
	failed += test_relocs();
	failed += test_hooks();
	return failed ? 1 : 0;
}
