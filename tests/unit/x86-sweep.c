// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compare the x86_64 decoder with a disassembler, instruction by instruction.
 *
 *	objdump -dw -M intel64 file | x86-sweep
 *	llvm-objdump -d file | x86-sweep --llvm
 *	x86-sweep --gen > encodings.bin
 *
 * The first two read a listing with raw bytes and check length, destination
 * and flags of every line.  The last writes every opcode of every map under many
 * prefixes and ModRM bytes, each in a slot of its own (SLOT bytes, filled
 * up with 90), to be disassembled with objdump -D -b binary -m i386:x86-64;
 * with --slots only the first line of each slot counts.
 *
 * Known differences are listed at gnu_differs() and llvm_differs().
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>

#define SLOT	   32
#define MAX_REPORT 40

struct line {
	uint64_t addr;
	uint8_t bytes[32];
	size_t nr_bytes;
	const char *text; /* mnemonic and operands */
};

struct count {
	unsigned long checked, destinations, skipped, lenient, wrong;
};

/* ---- reading a listing ---- */

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* "  401000:\t48 89 e5 \tmov ..." */
static bool parse_line(struct line *line, char *buf)
{
	char *end;

	buf[strcspn(buf, "\n")] = 0;
	if (buf[0] != ' ' && hex_digit(buf[0]) < 0)
		return false;
	line->addr = strtoull(buf, &end, 16);
	if (end == buf || *end != ':')
		return false;
	end += strspn(end + 1, " \t") + 1;
	line->nr_bytes = 0;
	while (hex_digit(end[0]) >= 0 && hex_digit(end[1]) >= 0 &&
	       (end[2] == ' ' || end[2] == '\t' || !end[2])) {
		if (line->nr_bytes == sizeof(line->bytes))
			return false;
		line->bytes[line->nr_bytes++] =
			(uint8_t)(hex_digit(end[0]) << 4 | hex_digit(end[1]));
		end += end[2] ? 3 : 2;
	}
	line->text = end + strspn(end, " \t");
	return line->nr_bytes;
}

static bool is_prefix(const char *word, size_t len)
{
	static const char *const prefixes[] = {
		"bnd",	  "notrack", "cs",	 "ds",	     "es",     "fs",	 "gs",
		"ss",	  "data16",  "addr32",	 "lock",     "rep",    "repz",	 "repnz",
		"repe",	  "repne",   "xacquire", "xrelease", "data32", "addr16", "{rex2}",
		"{evex}", "{vex}",   "rex",	 "rex64",
	};

	if (len > 4 && !strncmp(word, "rex.", 4))
		return true;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (strlen(prefixes[i]) == len && !memcmp(prefixes[i], word, len))
			return true;
	return false;
}

/* The text without prefixes, or the empty string. */
static const char *mnemonic(const char *text)
{
	for (;;) {
		size_t len = strcspn(text, " \t");

		if (!is_prefix(text, len))
			return text;
		text += len;
		text += strspn(text, " \t");
	}
}

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* The mnemonic is one of the list, with a suffix for operand size or none. */
static bool one_of(const char *text, const char *const *list)
{
	size_t len = strcspn(text, " \t,");

	for (; *list; list++) {
		size_t n = strlen(*list);

		if (len >= n && len <= n + 1 && !memcmp(text, *list, n) &&
		    (len == n || strchr("wlq", text[n])))
			return true;
	}
	return false;
}

/* ---- what the text says ---- */

static unsigned int flags_of_text(const char *m)
{
	static const char *const calls[] = { "call", "lcall", NULL };
	static const char *const ends[] = {
		"jmp", "ljmp", "ret", "lret",  "retf",	"iret",	 "sysret", "sysexit", "ud0",
		"ud1", "ud2",  "rsm", "erets", "eretu", "uiret", "jmpabs", "udb",     NULL,
	};
	static const char *const traps[] = { "int3", "ud2", "udb", NULL };
	unsigned int flags = 0;
	bool indirect = strstr(m, " *") || strstr(m, "\t*");

	if (one_of(m, calls))
		flags |= INSN_CALL;
	if (one_of(m, ends))
		flags |= INSN_END;
	if (one_of(m, traps))
		flags |= INSN_TRAP;
	if (!indirect && !starts(m, "jmpabs") &&
	    (m[0] == 'j' || starts(m, "loop") || starts(m, "call") || starts(m, "xbegin")))
		flags |= INSN_BRANCH | INSN_PCREL;
	if (strstr(m, "(%rip)") || strstr(m, "(%eip)"))
		flags |= INSN_PCREL;
	return flags;
}

/* Neither gives these bytes a meaning; or a lone prefix got a line of its own. */
static bool no_insn(const struct line *line, const char *m)
{
	return strstr(line->text, "(bad)") || strstr(line->text, "<unknown>") ||
	       starts(line->text, ".byte") || !*m || starts(m, "...");
}

static size_t legacy_prefixes(const struct line *line)
{
	static const uint8_t prefixes[] = { 0x66, 0x67, 0xf2, 0xf3, 0xf0, 0x26,
					    0x2e, 0x36, 0x3e, 0x64, 0x65 };
	size_t i = 0;

	while (i < line->nr_bytes && memchr(prefixes, line->bytes[i], sizeof(prefixes)))
		i++;
	return i;
}

/* VEX, EVEX or XOP after prefixes that make them fault; both disassemblers let some through. */
static bool prefixed_vex(const struct line *line)
{
	size_t i = legacy_prefixes(line);
	bool prefix = false;

	for (size_t j = 0; j < i; j++)
		prefix |= line->bytes[j] == 0x66 || line->bytes[j] >= 0xf0;
	if (line->nr_bytes > i && (line->bytes[i] & 0xf0) == 0x40) {
		prefix = true;
		i++;
	}
	return prefix && line->nr_bytes > i && memchr("\x62\xc4\xc5", line->bytes[i], 3);
}

/*
 * binutils 2.40 takes WAIT for a prefix of x87 instructions, and has not heard
 * of FRED's ERETS and ERETU.
 */
static bool gnu_differs(const struct line *line, const char *m)
{
	size_t start = line->nr_bytes > 4 ? 4 : line->nr_bytes;

	if (m[0] == 'f' && memchr(line->bytes, 0x9b, start))
		return true;
	return starts(m, "clac") && starts(line->text, "rep");
}

/*
 * LLVM 19 decodes REX2 before an escape and before the rows of opcodes that the
 * specification reserves, VMREAD with prefixes, and near branches with 66h as AMD
 * processors do.  With r21 or r29 as SIB base and mod 0 it sees no displacement.
 */
static bool llvm_differs(const struct line *line, const char *m)
{
	size_t i = legacy_prefixes(line);
	const uint8_t *p = line->bytes + i;

	if (line->nr_bytes < i + 3)
		return false;
	if (i && starts(m, "vmread"))
		return true;
	if (p[0] == 0xd5 && (strstr(m, "(%r21") || strstr(m, "(%r29")))
		return true;
	if (p[0] == 0xd5 && p[1] & 0x80)
		return p[2] >> 4 == 3 || p[2] >> 4 == 8;
	if (p[0] == 0xd5)
		return p[2] == 0x0f || memchr("\4\7\12\16", p[2] >> 4, 4);
	return i && memchr(line->bytes, 0x66, i) && (starts(m, "call") || m[0] == 'j');
}

static bool destination_of_branch(const char *m, uint64_t *dest)
{
	const char *end = strchr(m, '<'), *at;
	char *stop;

	if (!end)
		end = m + strlen(m);
	while (end > m && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	for (at = end; at > m && at[-1] != ' ' && at[-1] != '\t';)
		at--;
	*dest = strtoull(at, &stop, 16);
	return stop == end;
}

/* "# 402010 <symbol>", or without it "-0x1c(%rip)" */
static bool destination_of_operand(const struct line *line, const char *m, uint64_t *dest)
{
	const char *end = strstr(m, "(%rip)"), *at = strstr(m, " # ");
	char *stop;

	if (at) {
		*dest = strtoull(at + 3, &stop, 16);
		if (stop != at + 3 && (!*stop || *stop == ' '))
			return true;
	}
	if (!end)
		end = strstr(m, "(%eip)");
	if (!end)
		return false;
	for (at = end; at > m && (hex_digit(at[-1]) >= 0 || strchr("-x", at[-1]));)
		at--;
	*dest = strtoull(at, &stop, 16) + line->addr + line->nr_bytes;
	return stop == end || at == end;
}

static bool check_destination(const struct line *line, const struct insn *insn, const char *m)
{
	uint64_t want, have = line->addr + (uint64_t)insn->rel, mask = UINT64_MAX;

	if (insn->flags & INSN_BRANCH) {
		if (!destination_of_branch(m, &want))
			return false;
	} else if (!destination_of_operand(line, m, &want)) {
		return false;
	}
	if (starts(m, "xbegin") && insn->rel_size == 2)
		mask = UINT16_MAX;
	if (strstr(m, "(%eip)"))
		mask = UINT32_MAX;
	return (want & mask) == (have & mask);
}

static const char *compare(struct count *count, const struct line *line, bool llvm)
{
	const unsigned int checked = INSN_CALL | INSN_END | INSN_TRAP | INSN_BRANCH | INSN_PCREL;
	const char *m = mnemonic(line->text);
	struct insn insn;
	int ret;

	ret = arch_x86.decode(line->bytes, line->nr_bytes, &insn);
	if (no_insn(line, m) || prefixed_vex(line) ||
	    (llvm ? llvm_differs(line, m) : gnu_differs(line, m))) {
		count->skipped++;
		count->lenient += !ret;
		return NULL;
	}
	count->checked++;
	if (ret)
		return "not decoded";
	if (insn.len != line->nr_bytes)
		return "length";
	if (line->nr_bytes > 1 && !arch_x86.decode(line->bytes, line->nr_bytes - 1, &insn))
		return "decoded though cut short";
	arch_x86.decode(line->bytes, line->nr_bytes, &insn);
	if ((insn.flags & checked) != flags_of_text(m))
		return "flags";
	if (insn.flags & INSN_NOP && !starts(m, "nop") && !starts(m, "xchg"))
		return "nop";
	if (!(insn.flags & INSN_PCREL))
		return NULL;
	count->destinations++;
	return check_destination(line, &insn, m) ? NULL : "destination";
}

static int sweep(bool slots, bool llvm)
{
	struct count count = { 0 };
	char buf[1024];
	struct line line;

	while (fgets(buf, sizeof(buf), stdin)) {
		const char *what;

		if (!parse_line(&line, buf) || (slots && line.addr % SLOT))
			continue;
		what = compare(&count, &line, llvm);
		if (!what || ++count.wrong > MAX_REPORT)
			continue;
		printf("%s: %" PRIx64 ":", what, line.addr);
		for (size_t i = 0; i < line.nr_bytes; i++)
			printf(" %02x", line.bytes[i]);
		printf("\t%s\n", line.text);
	}
	printf("%lu instructions, %lu destinations, %lu skipped (%lu of them decoded), %lu wrong\n",
	       count.checked, count.destinations, count.skipped, count.lenient, count.wrong);
	return count.wrong || !count.checked;
}

/* ---- writing all encodings ---- */

struct prefix {
	uint8_t bytes[5];
	uint8_t len;
};

/* ModRM, SIB, displacement: the forms of memory operands and of registers. */
static const uint8_t tails[][6] = {
	{ 0x05, 0x11, 0x22, 0x33, 0x44, 0x55 }, { 0xc1, 0x11, 0x22, 0x33, 0x44, 0x55 },
	{ 0x04, 0x08, 0x22, 0x33, 0x44, 0x55 }, { 0x44, 0x0d, 0x22, 0x33, 0x44, 0x55 },
	{ 0x84, 0x2d, 0x22, 0x33, 0x44, 0x55 }, { 0x04, 0x25, 0x22, 0x33, 0x44, 0x55 },
	{ 0x00, 0x11, 0x22, 0x33, 0x44, 0x55 }, { 0x46, 0x11, 0x22, 0x33, 0x44, 0x55 },
	{ 0x85, 0x11, 0x22, 0x33, 0x44, 0x55 }, { 0xfa, 0x11, 0x22, 0x33, 0x44, 0x55 },
};
#define ALL_TAILS (sizeof(tails) / sizeof(*tails))
#define VEX_TAILS 5

static void slot(const struct prefix *prefix, unsigned int opcode, const uint8_t *tail, size_t len)
{
	uint8_t out[SLOT];

	memset(out, 0x90, sizeof(out));
	memcpy(out, prefix->bytes, prefix->len);
	out[prefix->len] = (uint8_t)opcode;
	memcpy(out + prefix->len + 1, tail, len);
	memset(out + prefix->len + 1 + len, 0x01, 8);
	fwrite(out, 1, sizeof(out), stdout);
}

/* All opcodes after prefix; the first two tails with every ModRM.reg. */
static void all_opcodes(const struct prefix *prefix, size_t nr_tails)
{
	for (unsigned int opcode = 0; opcode < 256; opcode++) {
		for (size_t i = 0; i < nr_tails; i++) {
			for (unsigned int reg = 0; reg < 8; reg += i < 2 ? 1 : 5) {
				uint8_t tail[6];

				memcpy(tail, tails[i], sizeof(tail));
				tail[0] = (uint8_t)((tail[0] & 0xc7) | reg << 3);
				slot(prefix, opcode, tail, sizeof(tail));
			}
		}
	}
}

static void gen_legacy(void)
{
	static const struct prefix legacy[] = {
		{ { 0 }, 0 },
		{ { 0x66 }, 1 },
		{ { 0xf2 }, 1 },
		{ { 0xf3 }, 1 },
		{ { 0x67 }, 1 },
		{ { 0x48 }, 1 },
		{ { 0x41 }, 1 },
		{ { 0x66, 0x48 }, 2 },
		{ { 0x66, 0xf2 }, 2 },
		{ { 0xf3, 0x4f }, 2 },
		{ { 0x64 }, 1 },
		{ { 0xf0 }, 1 },
		{ { 0xd5, 0x00 }, 2 },
		{ { 0xd5, 0x80 }, 2 },
		{ { 0xd5, 0x18 }, 2 },
		{ { 0xd5, 0xf8 }, 2 },
		{ { 0x66, 0xd5, 0x00 }, 3 },
		{ { 0xf3, 0xd5, 0x80 }, 3 },
	};
	static const struct prefix escapes[] = {
		{ { 0 }, 0 },
		{ { 0x0f }, 1 },
		{ { 0x0f, 0x38 }, 2 },
		{ { 0x0f, 0x3a }, 2 },
	};

	for (size_t i = 0; i < sizeof(legacy) / sizeof(*legacy); i++) {
		for (size_t j = 0; j < sizeof(escapes) / sizeof(*escapes); j++) {
			struct prefix p = legacy[i];

			memcpy(p.bytes + p.len, escapes[j].bytes, escapes[j].len);
			p.len = (uint8_t)(p.len + escapes[j].len);
			all_opcodes(&p, ALL_TAILS);
		}
	}
}

static void gen_vex(void)
{
	for (unsigned int bits = 0; bits < 16; bits++) { /* W L pp */
		uint8_t last = (uint8_t)(0x78 | (bits & 8) << 4 | (bits & 7));
		struct prefix vex2 = { { 0xc5, (uint8_t)(last | 0x80) }, 2 };

		all_opcodes(&vex2, VEX_TAILS);
		for (unsigned int map = 1; map < 8; map++) {
			struct prefix vex3 = { { 0xc4, (uint8_t)(0xe0 | map), last }, 3 };

			all_opcodes(&vex3, VEX_TAILS);
		}
		for (unsigned int map = 8; map < 11; map++) {
			struct prefix xop = { { 0x8f, (uint8_t)(0xe0 | map), last }, 3 };

			all_opcodes(&xop, VEX_TAILS);
		}
	}
}

/* zLLbVaaa: lengths; masked; broadcast; as APX has it (no NDD, NDD, NF). */
static void gen_evex(unsigned int map)
{
	static const uint8_t last[] = { 0x08, 0x28, 0x48, 0x49, 0xc9, 0x58, 0x0c, 0x18, 0x1c };

	for (unsigned int bits = 0; bits < 8; bits++) { /* W pp */
		for (size_t i = 0; i < sizeof(last); i++) {
			uint8_t byte2 = (uint8_t)(0x7c | (bits & 4) << 5 | (bits & 3));
			struct prefix evex = { { 0x62, (uint8_t)(0xf0 | map), byte2, last[i] }, 4 };

			all_opcodes(&evex, VEX_TAILS);
		}
	}
}

int main(int argc, char **argv)
{
	bool slots = false, llvm = false;

	for (int i = 1; i < argc; i++) {
		slots |= !strcmp(argv[i], "--slots");
		llvm |= !strcmp(argv[i], "--llvm");
		if (strcmp(argv[i], "--gen"))
			continue;
		gen_legacy();
		gen_vex();
		for (unsigned int map = 1; map < 8; map++)
			gen_evex(map);
		return 0;
	}
	return sweep(slots, llvm);
}
