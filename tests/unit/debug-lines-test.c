// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines of the source as .debug_line tells them: programs written by hand, with each opcode, in
 * each version, damaged ones; and the formats of printk() that say of a number that it is a line.
 */
#include <klp/arch.h>
#include <klp/elf.h>
#include <klp/special.h>

#include "test.h"

#define MOST 512

/* Sections of the object: two with code, the program and its relocations. */
enum { TEXT = 1, COLD, LINES, RELA, NR_SECS };
enum { IN_TEXT = 1, IN_COLD, OUTSIDE, NR_SYMS };

/* R_X86_64_64; R_LARCH_ADD16 and R_LARCH_SUB16, of which the assembler makes a difference */
#define ABS64 1
#define ADD16 48
#define SUB16 53

struct program {
	uint8_t bytes[MOST];
	uint64_t nr, length, header, size;	/* where these fields are, and how large */
	struct elf_reloc relocs[16];
	size_t nr_relocs;
	uint16_t machine;
	uint8_t line_range, opcode_base, min_length;
};

static void put(struct program *p, uint64_t value, unsigned int size)
{
	for (unsigned int i = 0; i < size; i++)
		p->bytes[p->nr++] = (uint8_t)(value >> 8 * i);
}

#define ops(p, ...)                                                     \
	do {                                                            \
		static const uint8_t of_test[] = { __VA_ARGS__ };       \
		for (size_t k = 0; k < sizeof(of_test); k++)            \
			put(p, of_test[k], 1);                          \
	} while (0)

static void reloc(struct program *p, uint32_t type, uint32_t sym, int64_t addend)
{
	p->relocs[p->nr_relocs++] = (struct elf_reloc){ p->nr, type, sym, addend };
}

/* The address that follows is that one. */
static void set_address(struct program *p, uint32_t sym, int64_t addend)
{
	ops(p, 0, 9, 2);
	reloc(p, ABS64, sym, addend);
	put(p, 0, 8);
}

static void begin(struct program *p, unsigned int version, unsigned int size)
{
	if (size == 8)
		put(p, 0xffffffff, 4);
	p->length = p->nr;
	p->size = size;
	put(p, 0, size);
	put(p, version, 2);
	if (version >= 5)
		ops(p, 8, 0);
	p->header = p->nr;
	put(p, 0, size);
	put(p, p->min_length, 1);
	if (version >= 4)
		ops(p, 1);
	ops(p, 1, 0xfd); /* line_base: -3 */
	put(p, p->line_range, 1);
	put(p, p->opcode_base, 1);
	/* 4: file, 5: column, 6 and 7 have none; two that are not known, with two and none */
	for (unsigned int i = 1; i < p->opcode_base; i++)
		put(p, i < 6 ? i != 1 : i == 9 || i == 12 ? 1 : i == 13 ? 2 : 0, 1);
	ops(p, 7, 7, 7, 7, 7); /* tables of files, which nobody reads */
	for (unsigned int i = 0; i < size; i++)
		p->bytes[p->header + i] = i ? 0 : (uint8_t)(p->nr - p->header - size);
}

static void end(struct program *p)
{
	uint64_t len = p->nr - p->length - p->size;

	for (unsigned int i = 0; i < p->size; i++)
		p->bytes[p->length + i] = (uint8_t)(len >> 8 * i);
}

static struct program start(unsigned int version, unsigned int size)
{
	struct program p = { .machine = EM_X86_64, .line_range = 12, .opcode_base = 15,
			     .min_length = 1 };

	begin(&p, version, size);
	return p;
}

static struct debug_lines read_back(struct test *t, struct program *p)
{
	struct elf_sec text = { .name = ".text", .index = TEXT, .size = 4096 };
	struct elf_sec cold = { .name = ".text.unlikely", .index = COLD, .size = 4096 };
	struct elf_sec rela = { .name = ".rela.debug_line", .index = RELA, .relocs = p->relocs,
				.nr_relocs = p->nr_relocs };
	struct elf_sec lines = { .name = ".debug_line", .index = LINES, .size = p->nr,
				 .data = p->bytes, .rela = &rela };
	struct elf_sec none = { .name = "" }, *secs[NR_SECS] = { &none, &text, &cold, &lines, &rela };
	struct elf_sym syms[NR_SYMS] = {
		[0] = { .name = "" },
		[IN_TEXT] = { .name = ".text", .sec = TEXT, .value = 16 },
		[IN_COLD] = { .name = ".text.unlikely", .sec = COLD },
		[OUTSIDE] = { .name = "outside" },
	};
	struct elf elf = { .arena = &t->arena, .secs = secs, .nr_secs = NR_SECS, .syms = syms,
			   .nr_syms = NR_SYMS, .machine = p->machine };
	struct debug_lines out;

	special_debug_lines(&elf, arch_find(p->machine), &t->arena, &out);
	check(t, out.known, "read");
	return out;
}

#define is_line(t, lines, sec, place, line)                                             \
	check(t, special_debug_line_at(lines, sec, place) == (line), "%s+%u: line %u",  \
	      (sec) == TEXT ? "text" : "cold", (unsigned int)(place),                   \
	      special_debug_line_at(lines, sec, place))

/* Each opcode that moves the address or the line. */
static void opcodes(struct test *t)
{
	struct program p = start(3, 4);
	struct debug_lines lines;

	set_address(&p, IN_TEXT, 4);		/* 20 */
	ops(&p, 3, 9, 1);			/* line 10 */
	ops(&p, 2, 6, 1);			/* 26: advance_pc */
	ops(&p, 3, 0x7e, 1);			/* back to 8 */
	ops(&p, 2, 0x80, 1, 3, 0xac, 2, 1);	/* 154, line 308: of two bytes */
	ops(&p, 15 + 12 * 5 + 4);		/* 159, 309: a special one */
	ops(&p, 15);				/* 159, 306: of two, the later */
	ops(&p, 8, 1);				/* 179: const_add_pc, (255 - 15) / 12 */
	ops(&p, 9, 0x10, 1, 3, 1, 1);		/* 451, 307: fixed_advance_pc */
	ops(&p, 4, 0x81, 1, 5, 3, 6, 7, 10, 11, 12, 1, 13, 3, 0x83, 2, 14);
	ops(&p, 2, 1, 3, 1, 1);			/* 452, 308 */
	ops(&p, 0, 3, 4, 9, 9, 0, 2, 0x80, 3);	/* extended: of another number, and of users */
	ops(&p, 2, 8, 0, 1, 1);			/* the end, at 460 */
	end(&p);
	lines = read_back(t, &p);
	is_line(t, &lines, TEXT, 19, 0u);
	is_line(t, &lines, TEXT, 20, 10u);
	is_line(t, &lines, TEXT, 25, 10u);
	is_line(t, &lines, TEXT, 26, 8u);
	is_line(t, &lines, TEXT, 153, 8u);
	is_line(t, &lines, TEXT, 154, 308u);
	is_line(t, &lines, TEXT, 159, 306u);
	is_line(t, &lines, TEXT, 178, 306u);
	is_line(t, &lines, TEXT, 179, 306u);
	is_line(t, &lines, TEXT, 450, 306u);
	is_line(t, &lines, TEXT, 451, 307u);
	is_line(t, &lines, TEXT, 452, 308u);
	is_line(t, &lines, TEXT, 459, 308u);
	is_line(t, &lines, TEXT, 460, 0u);
	is_line(t, &lines, COLD, 20, 0u);
	check(t, lines.nr == 10, "%zu rows", lines.nr);
}

/* Instructions of four bytes: all but fixed_advance_pc count them. */
static void min_length(struct test *t)
{
	struct program p = { .machine = EM_AARCH64, .line_range = 10, .opcode_base = 10,
			     .min_length = 4 };
	struct debug_lines lines;

	begin(&p, 2, 4);
	ops(&p, 0, 9, 2);
	reloc(&p, 257, IN_COLD, 0); /* R_AARCH64_ABS64 */
	put(&p, 0, 8);
	ops(&p, 1, 2, 2, 3, 4, 1);	/* 8, line 5 */
	ops(&p, 10 + 3 + 20);		/* 16, 5 */
	ops(&p, 8, 3, 1, 1);		/* 16 + 96, 6 */
	ops(&p, 9, 2, 0, 3, 1, 1);	/* 114, 7 */
	ops(&p, 2, 1, 0, 1, 1);
	end(&p);
	lines = read_back(t, &p);
	is_line(t, &lines, COLD, 0, 1u);
	is_line(t, &lines, COLD, 7, 1u);
	is_line(t, &lines, COLD, 8, 5u);
	is_line(t, &lines, COLD, 111, 5u);
	is_line(t, &lines, COLD, 112, 6u);
	is_line(t, &lines, COLD, 113, 6u);
	is_line(t, &lines, COLD, 114, 7u);
	is_line(t, &lines, COLD, 117, 7u);
	is_line(t, &lines, COLD, 118, 0u);
}

/* LoongArch: a distance is a difference that the linker computes, and no address. */
static void differences(struct test *t)
{
	struct program p = { .machine = EM_LOONGARCH, .line_range = 12, .opcode_base = 15,
			     .min_length = 1 };
	struct debug_lines lines;

	begin(&p, 5, 4);
	ops(&p, 0, 9, 2);
	reloc(&p, 2, IN_TEXT, 0); /* R_LARCH_64 */
	put(&p, 0, 8);
	ops(&p, 1, 3, 4, 9);
	reloc(&p, ADD16, IN_TEXT, 20);
	reloc(&p, SUB16, IN_TEXT, 8);
	put(&p, 0, 2);
	ops(&p, 1, 2, 4, 0, 1, 1);
	end(&p);
	lines = read_back(t, &p);
	is_line(t, &lines, TEXT, 16, 1u);
	is_line(t, &lines, TEXT, 27, 1u);
	is_line(t, &lines, TEXT, 28, 5u);
	is_line(t, &lines, TEXT, 31, 5u);
	is_line(t, &lines, TEXT, 32, 0u);
}

/* Every version and both sizes have their own header; units stand one behind the other. */
static void versions(struct test *t)
{
	for (unsigned int version = 1; version <= 6; version++)
		for (unsigned int size = 4; size <= 8; size += 4) {
			struct program p = start(version, size);
			struct debug_lines lines;

			set_address(&p, IN_TEXT, 0);
			ops(&p, 3, 2, 1, 2, 4, 0, 1, 1);
			end(&p);
			/* Which begins at line 1, at no place, and where the other one ended. */
			begin(&p, version, size);
			ops(&p, 3, 0xcd, 0, 1);
			set_address(&p, IN_TEXT, 4);
			ops(&p, 3, 1, 1, 2, 2, 0, 1, 1);
			ops(&p, 3, 9, 1);
			set_address(&p, IN_COLD, 0);
			ops(&p, 1, 2, 1, 0, 1, 1);
			end(&p);
			lines = read_back(t, &p);
			if (version < 2 || version > 5) {
				check(t, !lines.nr, "version %u", version);
				continue;
			}
			is_line(t, &lines, TEXT, 16, 3u);
			is_line(t, &lines, TEXT, 20, 79u);
			is_line(t, &lines, TEXT, 22, 0u);
			is_line(t, &lines, COLD, 0, 10u);
			is_line(t, &lines, COLD, 1, 0u);
			check(t, lines.nr == 6, "%zu rows", lines.nr);
		}
}

/* A line that cannot be is none. */
static void no_lines(struct test *t)
{
	struct program p = start(4, 4);
	struct debug_lines lines;

	set_address(&p, IN_TEXT, 0);
	ops(&p, 3, 0x7f, 1);			/* 0 */
	ops(&p, 2, 1, 3, 0x7f, 1);		/* -1 */
	ops(&p, 2, 1, 3, 2, 1);			/* 1 */
	ops(&p, 2, 1, 3, 0xfe, 0xff, 0xff, 0xff, 0x0f, 1);	/* UINT32_MAX */
	ops(&p, 2, 1, 3, 0x7f, 1);		/* one less */
	ops(&p, 2, 1, 0, 1, 1);
	end(&p);
	lines = read_back(t, &p);
	is_line(t, &lines, TEXT, 16, 0u);
	is_line(t, &lines, TEXT, 17, 0u);
	is_line(t, &lines, TEXT, 18, 1u);
	is_line(t, &lines, TEXT, 19, 0u);
	is_line(t, &lines, TEXT, 20, UINT32_MAX - 1);
}

/* Two units; length and header are those of the second. */
static struct program good(void)
{
	struct program p = start(4, 4);

	set_address(&p, IN_COLD, 0);
	ops(&p, 1, 2, 1, 0, 1, 1);
	end(&p);
	begin(&p, 4, 4);
	set_address(&p, IN_TEXT, 0);
	ops(&p, 3, 2, 1, 2, 4, 0, 1, 1);
	end(&p);
	return p;
}

#define none_of(t, p, what) check(t, !read_back(t, p).nr, what)

/* What is not understood, or is not whole, is no evidence: nothing of it. */
static void damaged(struct test *t)
{
	struct program p = good();
	uint64_t second = p.length;

	check(t, read_back(t, &p).nr == 4, "good");
	for (p.nr--; p.nr > second; p.nr--)
		none_of(t, &p, "cut off");
	check(t, read_back(t, &p).nr == 2, "one");
	for (p.nr--; p.nr; p.nr--)
		none_of(t, &p, "all is cut off");
	p = good();
	p.bytes[p.length]++;
	none_of(t, &p, "longer than the section");
	p = good();
	p.bytes[p.length]--;
	none_of(t, &p, "an opcode reaches behind the unit");
	p = good();
	p.bytes[p.header] = 200;
	none_of(t, &p, "a header that is longer than the unit");
	p = good();
	p.bytes[p.header] = 20; /* the tables of files are opcodes without operands now */
	check(t, read_back(t, &p).nr == 4, "a header that ends with its own fields");
	p.bytes[p.header] = 19;
	none_of(t, &p, "a header that ends in its own fields");
	p = good();
	p.line_range = p.bytes[p.header + 8] = 0;
	none_of(t, &p, "a range of no lines");
	p = good();
	p.bytes[p.header + 9] = 9;
	none_of(t, &p, "no fixed_advance_pc");
	p = good();
	p.relocs[0].sym = OUTSIDE;
	none_of(t, &p, "at a symbol of another object");
	p = good();
	p.relocs[0].type = 200;
	none_of(t, &p, "by an unknown relocation");
	p = good();
	p.nr_relocs = 1;
	check(t, read_back(t, &p).nr == 2, "at no place");
	p = good();
	p.nr -= 3;
	ops(&p, 0, 0, 1, 0, 1, 1);
	end(&p);
	none_of(t, &p, "an extended opcode of no bytes");
	p = good();
	p.nr -= 3;
	ops(&p, 0, 50, 1);
	end(&p);
	none_of(t, &p, "an extended opcode that reaches behind the unit");
}

/* Without an end, the last line is that of all that follows in its section. */
static void open_end(struct test *t)
{
	struct program p = start(4, 4);
	struct debug_lines lines;

	set_address(&p, IN_TEXT, 0);
	ops(&p, 3, 4, 1, 2, 64, 3, 1, 1);	/* 64 on */
	end(&p);
	lines = read_back(t, &p);
	is_line(t, &lines, TEXT, 79, 5u);
	is_line(t, &lines, TEXT, 80, 6u);
	is_line(t, &lines, TEXT, 4000, 6u);
	is_line(t, &lines, COLD, 0, 0u);
}

/* An address of another size says of no place where it is. */
static void short_address(struct test *t)
{
	struct program p = start(4, 4);
	struct debug_lines lines;

	ops(&p, 0, 5, 2);
	reloc(&p, 10, IN_TEXT, 0); /* R_X86_64_32 */
	put(&p, 0, 4);
	ops(&p, 1, 0, 1, 1);
	end(&p);
	lines = read_back(t, &p);
	check(t, !lines.nr, "%zu rows", lines.nr);
}

static void formats(struct test *t)
{
	static const struct {
		const char *fmt;
		unsigned int nr;
		bool is;
	} rows[] = {
		{ "failed at %s:%d\n", 2, true },
		{ "failed at %s:%d\n", 1, false },
		{ "failed at %s:%d\n", 3, false },
		{ "%s (%d)", 2, true },
		{ "%s: [%u]", 2, true },
		{ "%s%d", 2, false },
		{ "%s    %d", 2, false },
		{ "%s:x%d", 2, false },
		{ "%d:%d", 2, false },
		{ "line %d", 1, true },
		{ "Line: %i of %s", 1, true },
		{ "line%d", 1, false },
		{ "dine %d", 1, false },
		{ "ine %d", 1, false },
		{ "at line #%lu", 1, true },
		{ "line %x", 1, false },
		{ "line %s", 1, false },
		{ "line %p", 1, false },
		{ "100%% at line %d", 1, true },
		{ "%*d line %d", 3, true },
		{ "%*d line %d", 2, false },
		{ "line %*d", 1, false },
		{ "line %*d", 2, false },
		{ "%-08.3lx line %d", 2, true },
		{ "line %d", 0, false },
		{ "", 1, false },
		{ "%", 1, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check(t, special_prints_line(rows[i].fmt, rows[i].nr) == rows[i].is, "%s: %u",
		      rows[i].fmt, rows[i].nr);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "opcodes", opcodes },
		{ "min_length", min_length },
		{ "differences", differences },
		{ "versions", versions },
		{ "no_lines", no_lines },
		{ "damaged", damaged },
		{ "open_end", open_end },
		{ "short_address", short_address },
		{ "formats", formats },
		{ NULL, NULL },
	};

	return run_tests(cases);
}
