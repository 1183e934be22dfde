// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which line of the source an instruction is of, as the compiler says in .debug_line (DWARF 2 to
 * 5, "Line Number Information").  Files are not told apart: a line that a call states is held
 * against the call's own.
 */
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/elf.h>
#include <klp/special.h>

/* A program being read; bad: it goes on behind its end, or has what is not known. */
struct reader {
	const struct elf *elf;
	const struct arch *arch;
	const struct elf_sec *sec;
	uint64_t at, end;
	bool bad;
};

/* Standard opcodes and extended ones. */
enum {
	LNS_EXTENDED,
	LNS_COPY,
	LNS_ADVANCE_PC,
	LNS_ADVANCE_LINE,
	LNS_CONST_ADD_PC = 8,
	LNS_FIXED_ADVANCE_PC = 9,
	LNE_END_SEQUENCE = 1,
	LNE_SET_ADDRESS = 2,
};

struct program {
	uint8_t min_length, line_range, opcode_base;
	int8_t line_base;
	uint64_t lengths; /* where numbers of operands of standard opcodes are */

	uint32_t code; /* the section of address; 0: not known */
	uint64_t address;
	int64_t line;
};

static uint64_t number(struct reader *r, unsigned int size)
{
	uint64_t v = 0;

	if (r->bad || r->end - r->at < size) {
		r->bad = true;
		return 0;
	}
	for (unsigned int i = 0; i < size; i++)
		v |= (uint64_t)r->sec->data[r->at++] << 8 * i;
	return v;
}

static uint64_t leb(struct reader *r, bool is_signed)
{
	uint64_t v = 0;
	unsigned int shift = 0;
	uint8_t byte;

	do {
		byte = (uint8_t)number(r, 1);
		if (shift < 64)
			v |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80 && !r->bad);
	if (is_signed && byte & 0x40 && shift < 64)
		v |= ~UINT64_C(0) << shift;
	return v;
}

/* The value of the field at off: a place in a section, or a difference (section 0). */
static uint64_t relocated(struct reader *r, uint64_t off, uint64_t value, uint32_t *code)
{
	const struct elf_sec *rela = r->sec->rela;

	*code = 0;
	for (size_t k = elf_first_reloc(rela, off);
	     rela && k < rela->nr_relocs && rela->relocs[k].offset == off; k++) {
		const struct elf_reloc *rel = &rela->relocs[k];
		const struct elf_sym *sym = &r->elf->syms[rel->sym];
		const struct arch_reloc *row = arch_reloc(r->arch, rel->type);
		uint64_t to = sym->value + (uint64_t)rel->addend;

		if (!row || !elf_sym_in_sec(sym)) {
			r->bad = true;
		} else if (row->flags & RELOC_SUB) {
			value -= to;
		} else {
			value += to;
			*code = row->flags & RELOC_ADD ? 0 : sym->sec;
		}
	}
	return value;
}

static void add_row(struct debug_lines *lines, struct arena *arena, const struct program *p,
		    uint32_t line)
{
	if (!p->code)
		return;
	lines->v = arena_grow(arena, lines->v, lines->nr, &lines->cap, sizeof(*lines->v));
	lines->v[lines->nr] = (struct debug_line){ p->code, p->address, line, lines->nr };
	lines->nr++;
}

static void extended(struct reader *r, struct program *p, struct debug_lines *lines,
		     struct arena *arena)
{
	uint64_t len = leb(r, false), next;
	uint8_t op = (uint8_t)number(r, 1);

	if (r->bad || !len || len - 1 > r->end - r->at) {
		r->bad = true;
		return;
	}
	next = r->at + len - 1;
	if (op == LNE_END_SEQUENCE) {
		add_row(lines, arena, p, 0);
		p->code = 0;
		p->address = 0;
		p->line = 1;
	} else if (op == LNE_SET_ADDRESS && len == 9) {
		uint64_t off = r->at;

		p->address = relocated(r, off, 0, &p->code);
	}
	r->at = next;
}

static void standard(struct reader *r, struct program *p, uint8_t op)
{
	uint64_t off = r->at, value;
	uint32_t code;

	if (op == LNS_ADVANCE_PC || op == LNS_FIXED_ADVANCE_PC) {
		value = op == LNS_ADVANCE_PC ? leb(r, false) * p->min_length : number(r, 2);
		value = relocated(r, off, value, &code);
		p->address += value;
	} else if (op == LNS_ADVANCE_LINE) {
		p->line += (int64_t)leb(r, true);
	} else if (op == LNS_CONST_ADD_PC) {
		p->address += (uint64_t)((255 - p->opcode_base) / p->line_range) * p->min_length;
	} else {
		for (uint8_t n = r->sec->data[p->lengths + op - 1]; n && !r->bad; n--)
			leb(r, false);
	}
}

static void run(struct reader *r, struct program *p, struct debug_lines *lines, struct arena *arena)
{
	p->line = 1;
	while (r->at < r->end && !r->bad) {
		uint8_t op = (uint8_t)number(r, 1);

		if (op >= p->opcode_base) {
			op = (uint8_t)(op - p->opcode_base);
			p->address += (uint64_t)(op / p->line_range) * p->min_length;
			p->line += p->line_base + op % p->line_range;
		} else if (op == LNS_EXTENDED) {
			extended(r, p, lines, arena);
			continue;
		} else if (op != LNS_COPY) {
			standard(r, p, op);
			continue;
		}
		add_row(lines, arena, p,
			p->line > 0 && p->line < UINT32_MAX ? (uint32_t)p->line : 0);
	}
}

/* One unit: its header, of which the tables of files are skipped, and its program. */
static void read_unit(struct reader *r, struct debug_lines *lines, struct arena *arena)
{
	struct program p = { 0 };
	uint64_t len = number(r, 4), program;
	unsigned int size = len == UINT32_MAX ? 8 : 4;
	uint64_t all = r->end, version;

	if (size == 8)
		len = number(r, 8);
	if (r->bad || len > r->end - r->at) {
		r->bad = true;
		return;
	}
	r->end = r->at + len;
	version = number(r, 2);
	if (version >= 5)
		number(r, 2); /* sizes of an address and a segment's number */
	program = number(r, size);
	if (r->bad || version < 2 || version > 5 || program > r->end - r->at) {
		r->bad = true;
		return;
	}
	program += r->at;
	p.min_length = (uint8_t)number(r, 1);
	if (version >= 4)
		number(r, 1); /* operations of one instruction */
	number(r, 1);
	p.line_base = (int8_t)number(r, 1);
	p.line_range = (uint8_t)number(r, 1);
	p.opcode_base = (uint8_t)number(r, 1);
	p.lengths = r->at;
	if (!p.line_range || p.opcode_base < 10 || r->at + p.opcode_base - 1u > program)
		r->bad = true;
	if (!r->bad) {
		r->at = program;
		run(r, &p, lines, arena);
	}
	r->at = r->end;
	r->end = all;
}

static int by_place(const void *pa, const void *pb)
{
	const struct debug_line *a = pa, *b = pb;

	if (a->sec != b->sec)
		return a->sec < b->sec ? -1 : 1;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if (!a->line != !b->line) /* where one sequence ends, another one may begin */
		return a->line ? 1 : -1;
	return (a->order > b->order) - (a->order < b->order);
}

void special_debug_lines(struct elf *elf, const struct arch *arch, struct arena *arena,
			 struct debug_lines *lines)
{
	*lines = (struct debug_lines){ .known = true };
	for (uint32_t i = 1; i < elf->nr_secs; i++) {
		struct reader r = { .elf = elf, .arch = arch, .sec = elf->secs[i] };

		if (strcmp(r.sec->name, ".debug_line") || !elf_unpack(elf, elf->secs[i]) ||
		    !r.sec->data)
			continue;
		r.end = r.sec->size;
		while (r.at < r.end && !r.bad)
			read_unit(&r, lines, arena);
		if (r.bad) { /* what is not understood is no evidence */
			lines->nr = 0;
			return;
		}
	}
	if (lines->nr)
		qsort(lines->v, lines->nr, sizeof(*lines->v), by_place);
}

uint32_t special_debug_line_at(const struct debug_lines *lines, uint32_t sec, uint64_t place)
{
	size_t lo = 0, hi = lines->nr;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct debug_line *l = &lines->v[mid];

		if (l->sec < sec || (l->sec == sec && l->place <= place))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && lines->v[lo - 1].sec == sec ? lines->v[lo - 1].line : 0;
}
