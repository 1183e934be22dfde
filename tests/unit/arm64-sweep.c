// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compare the arm64 decoder with a disassembler, instruction by instruction.
 *
 *	objdump -d file | arm64-sweep
 *	arm64-sweep --gen > encodings.bin
 *
 * The first reads a listing of GNU's or LLVM's objdump with raw bytes and checks
 * destination and flags of every line.  The second writes each combination of
 * the upper 11 bits with a few lower ones, to be made an object and disassembled
 * (arm64-sweep.sh).  A word that the disassembler does not know may be anything
 * but a branch.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>

#define MAX_REPORT 40

struct line {
	uint64_t addr;
	uint32_t word;
	char mnemonic[16];
	const char *operands;
};

struct count {
	unsigned long checked, destinations, skipped, wrong;
};

/* "   4:\td503201f \tnop", "       4: d503201f     \tnop" */
static bool parse_line(struct line *line, char *buf)
{
	char *end, *text;
	size_t len;

	buf[strcspn(buf, "\n")] = 0;
	line->addr = strtoull(buf, &end, 16);
	if (end == buf || *end != ':')
		return false;
	text = end + 1 + strspn(end + 1, " \t");
	line->word = (uint32_t)strtoul(text, &end, 16);
	if (end != text + 8)
		return false;
	text = end + strspn(end, " \t");
	len = strcspn(text, " \t");
	if (!len || len >= sizeof(line->mnemonic))
		return false;
	memcpy(line->mnemonic, text, len);
	line->mnemonic[len] = 0;
	line->operands = text + len + strspn(text + len, " \t");
	return true;
}

static bool is_one_of(const char *word, const char *const *list)
{
	for (; *list; list++) {
		size_t len = strlen(*list);

		/* "b." stands for all conditions. */
		if ((*list)[len - 1] == '.' ? !strncmp(word, *list, len) : !strcmp(word, *list))
			return true;
	}
	return false;
}

/* A label for an operand: not a register, an immediate or a memory operand. */
static bool has_label(const struct line *line)
{
	const char *last = strrchr(line->operands, ',');

	last = last ? last + 1 + strspn(last + 1, " \t") : line->operands;
	return *last >= '0' && *last <= '9';
}

static unsigned int flags_of_text(const struct line *line)
{
	static const char *const calls[] = { "bl", "blr", "blraa", "blrab", "blraaz", "blrabz", NULL };
	static const char *const ends[] = {
		"b",	 "br",	  "braa", "brab",   "braaz",  "brabz",	   "ret",	"retaa",
		"retab", "eret",  "drps", "eretaa", "eretab", "retaasppc", "retabsppc", "retaasppcr",
		"retabsppcr", NULL,
	};
	static const char *const branches[] = {
		"b", "bl", "b.", "bc.", "tbz", "tbnz", NULL,
	};
	static const char *const addresses[] = {
		"adr", "adrp", "ldr", "ldrsw", "prfm", "autiasppc", "autibsppc", "retaasppc",
		"retabsppc", NULL,
	};
	static const char *const traps[] = { "brk", "udf", NULL };
	unsigned int flags = 0;

	if (is_one_of(line->mnemonic, calls))
		flags |= INSN_CALL;
	if (is_one_of(line->mnemonic, ends))
		flags |= INSN_END;
	if (is_one_of(line->mnemonic, traps))
		flags |= INSN_TRAP;
	/* cbz, cbnz, cb<cc>, cbb<cc>, cbh<cc> */
	if (is_one_of(line->mnemonic, branches) || !strncmp(line->mnemonic, "cb", 2))
		flags |= INSN_BRANCH | INSN_PCREL;
	if (is_one_of(line->mnemonic, addresses) && has_label(line))
		flags |= INSN_PCREL;
	if (!strcmp(line->mnemonic, "nop"))
		flags |= INSN_NOP;
	return flags;
}

static bool check_destination(const struct line *line, const struct insn *insn)
{
	const char *at = strrchr(line->operands, ',');
	uint64_t want = strtoull(at ? at + 1 : line->operands, NULL, 16);

	return want == line->addr + (uint64_t)insn->rel;
}

static bool is_unknown(const struct line *line)
{
	static const char *const words[] = { ".inst", ".word", "<unknown>", "undefined", NULL };

	return is_one_of(line->mnemonic, words) || strstr(line->operands, "undefined");
}

static const char *compare(struct count *count, const struct line *line)
{
	uint8_t bytes[4];
	struct insn insn;

	put_le32(bytes, line->word);
	if (is_unknown(line)) {
		count->skipped++;
		return NULL;
	}
	count->checked++;
	if (arch_arm64.decode(bytes, 4, &insn) || insn.len != 4)
		return "not decoded";
	if (insn.flags != flags_of_text(line))
		return "flags";
	if (!(insn.flags & INSN_PCREL) || !strcmp(line->mnemonic, "adrp"))
		return NULL;
	count->destinations++;
	return check_destination(line, &insn) ? NULL : "destination";
}

static int sweep(void)
{
	struct count count = { 0 };
	char buf[1024];
	struct line line;

	while (fgets(buf, sizeof(buf), stdin)) {
		const char *what = parse_line(&line, buf) ? compare(&count, &line) : NULL;

		if (what && ++count.wrong <= MAX_REPORT)
			printf("%s: %" PRIx64 ": %08x\t%s %s\n", what, line.addr, line.word,
			       line.mnemonic, line.operands);
	}
	printf("%lu instructions, %lu destinations, %lu skipped, %lu wrong\n", count.checked,
	       count.destinations, count.skipped, count.wrong);
	return count.wrong || !count.checked;
}

static void generate(void)
{
	static const uint32_t lower[] = {
		0,	  0x1fffff, 0x1f0000, 0x1f03c0, 0x1f03e0, 0x000040, 0x1fffe0, 0x0a5a5a,
		0x15a5a5, 0x001234, 0x1f0800, 0x1f0bff, 0x00005f, 0x100020, 0x03201f, 0x03245f,
	};
	uint8_t bytes[4];

	for (uint32_t upper = 0; upper < 2048; upper++)
		for (size_t i = 0; i < sizeof(lower) / sizeof(*lower); i++) {
			put_le32(bytes, upper << 21 | lower[i]);
			fwrite(bytes, 1, sizeof(bytes), stdout);
		}
}

int main(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "--gen"))
		return sweep();
	generate();
	return 0;
}
