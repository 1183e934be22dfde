// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compare the LoongArch decoder with what llvm-objdump says; loongarch-sweep.sh.
 *
 *	loongarch-sweep --emit SEED	random words, as assembly
 *	loongarch-sweep <LISTING	judge a listing of llvm-objdump -d
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>

#define ROUNDS 65536

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Of the 64 major opcodes those with PC-relative fields more often. */
static void emit(uint64_t state)
{
	for (int i = 0; i < ROUNDS; i++) {
		uint32_t word = (uint32_t)(next_random(&state) >> 16);

		if (i & 1)
			word = (word & 0x03ffffff) | (uint32_t)(0x10 + i / 2 % 12) << 26;
		if (i % 8 == 2)
			word = (word & 0x01ffffff) | (uint32_t)(0x0c + i / 8 % 4) << 25;
		if (i % 256 == 4)
			word &= 0x00ffffff;
		printf(".4byte 0x%08x\n", word);
	}
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (!strcmp(name, *names))
			return true;
	return false;
}

/* The flags that the mnemonic calls for. */
static unsigned int flags_of(const char *name)
{
	static const char *const branches[] = { "beqz", "bnez", "bceqz", "bcnez", "beq", "bne",
						"blt", "bge", "bltu", "bgeu", "bgtz", "blez",
						"bltz", "bgez", NULL };
	static const char *const pc[] = { "pcaddi", "pcaddu12i", "pcaddu18i", "pcalau12i", NULL };
	static const char *const ends[] = { "ret", "jr", "ertn", "jiscr0", "jiscr1", NULL };
	static const char *const traps[] = { "break", "dbcl", NULL };

	if (is_one_of(name, branches))
		return INSN_PCREL | INSN_BRANCH;
	if (!strcmp(name, "b"))
		return INSN_PCREL | INSN_BRANCH | INSN_END;
	if (!strcmp(name, "bl"))
		return INSN_PCREL | INSN_BRANCH | INSN_CALL;
	if (is_one_of(name, pc))
		return INSN_PCREL;
	if (is_one_of(name, ends))
		return INSN_END;
	if (is_one_of(name, traps))
		return INSN_TRAP;
	return strcmp(name, "nop") ? 0 : INSN_NOP;
}

/* The last operand, a distance in bytes: "$a0, 32 <f+0x20>". */
static int64_t last_number(const char *operands)
{
	const char *comma = strrchr(operands, ',');

	return strtoll(comma ? comma + 1 : operands, NULL, 0);
}

static bool agrees(uint32_t word, const char *name, const char *operands)
{
	unsigned int flags = flags_of(name);
	uint8_t bytes[4];
	struct insn insn;

	put_le32(bytes, word);
	if (arch_loongarch.decode(bytes, sizeof(bytes), &insn))
		return !strcmp(name, "<unknown>");
	if (!strcmp(name, "<unknown>"))
		return true;
	if (!strcmp(name, "jirl"))
		flags = strncmp(operands, "$zero", 5) ? INSN_CALL : INSN_END;
	if (insn.len != sizeof(bytes) || insn.flags != flags)
		return false;
	return !(flags & INSN_BRANCH) || insn.rel == last_number(operands);
}

int main(int argc, char **argv)
{
	char line[1024];
	unsigned int nr = 0, differ = 0;

	if (argc > 2 && !strcmp(argv[1], "--emit")) {
		emit(strtoull(argv[2], NULL, 0) | 1);
		return 0;
	}
	while (fgets(line, sizeof(line), stdin)) {
		unsigned int b[4];
		char name[32] = "", operands[512] = "";

		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, " %*x: %2x %2x %2x %2x %31s %511[^\n]", &b[0], &b[1], &b[2], &b[3],
			   name, operands) < 5)
			continue;
		nr++;
		if (agrees(b[0] | b[1] << 8 | b[2] << 16 | (uint32_t)b[3] << 24, name, operands))
			continue;
		if (differ++ < 20)
			printf("differs: %s\n", line);
	}
	printf("%u instructions, %u differ\n", nr, differ);
	return nr && !differ ? 0 : 1;
}
