// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cut sections into pieces: named text and data by their symbols, strings and pool constants by
 * content, tables by the rules of special sections.
 *
 * A symbol with a size begins a piece; what stands inside it is an alias.
 * Prefix symbols (__pfx_, __cfi_) begin the piece of the function behind them.
 * In a text section of one function everything is that function's: the padding
 * before it and replacement code behind it.  What no symbol covers is nameless,
 * and is cut further only where that is certain.
 */
#include <stdlib.h>
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

static bool is_zero(const uint8_t *p, uint64_t size)
{
	while (size && !*p) {
		p++;
		size--;
	}
	return !size;
}

bool object_is_padding(const struct object *obj, const struct elf_sec *sec, uint64_t from,
		       uint64_t to)
{
	uint8_t unit = sec->flags & SHF_EXECINSTR ? obj->arch->insn_align : 1;
	struct insn insn;

	if (!sec->data)
		return true;
	for (uint64_t at = from; at < to; at += insn.len) {
		insn = (struct insn){ .len = to - at < unit ? (uint8_t)(to - at) : unit };
		if (is_zero(sec->data + at, insn.len))
			continue;
		if (!(sec->flags & SHF_EXECINSTR) ||
		    obj->arch->decode(sec->data + at, to - at, &insn) ||
		    !(insn.flags & (INSN_NOP | INSN_TRAP)))
			return false;
	}
	return true;
}

/* Index of the first ref of the section at or behind offset. */
static uint32_t first_ref_at(const struct object *obj, const struct sec_info *info, uint64_t offset)
{
	uint32_t lo = info->first_ref, hi = lo + info->nr_refs;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (obj->refs[mid].place < offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool has_refs(const struct object *obj, const struct elf_sec *sec, uint64_t from,
		     uint64_t to)
{
	const struct sec_info *info = &obj->secs[sec->index];
	uint32_t end = info->first_ref + info->nr_refs;

	for (uint32_t i = first_ref_at(obj, info, from); i < end && obj->refs[i].place < to; i++)
		if (!(obj->refs[i].flags & REF_DROP))
			return true;
	return false;
}

/* arm64's, behind the functions of a section (.subsection 1): nops may be what the kernel puts there. */
static bool has_replacement(const struct object *obj, const struct elf_sec *sec, uint64_t from,
			    uint64_t to)
{
	for (uint64_t at = from; at < to; at += obj->arch->insn_align)
		if (map_find_u64(&obj->replacements, object_place_key(sec->index, at)))
			return true;
	return false;
}

/*
 * What no symbol covers: padding is nobody's, the rest is a nameless piece.  A
 * replacement may be a nop: in sections of such code there is no padding.
 */
static void add_gap(struct object *obj, struct elf_sec *sec, uint64_t from, uint64_t to)
{
	const struct special_rule *rule = obj->secs[sec->index].rule;
	bool text = obj->secs[sec->index].role == ROLE_TEXT;

	if (from >= to)
		return;
	if ((text || (to - from < sec->align && obj->secs[sec->index].nr_pieces)) &&
	    !(rule && rule->flags & SPECIAL_CODE) && !has_refs(obj, sec, from, to) &&
	    object_is_padding(obj, sec, from, to) &&
	    !(text && sec->data && has_replacement(obj, sec, from, to)))
		return;
	object_add_piece(obj, sec, from, to, text ? PIECE_CODE : PIECE_ANON);
}

/* The piece's kind by its symbol and section. */
static enum piece_kind kind_of(const struct object *obj, const struct elf_sec *sec,
			       const struct elf_sym *sym)
{
	if (obj->secs[sec->index].role == ROLE_TEXT && sym->type != STT_OBJECT)
		return PIECE_FUNC;
	return PIECE_OBJECT;
}

static void name_piece(struct object *obj, struct piece *p, uint32_t sym)
{
	const struct sec_info *info = &obj->secs[p->sec->index];

	p->sym = sym;
	p->base = obj->elf->syms[sym].value;
	p->name = obj->elf->syms[sym].name;
	p->stem = name_stem(p->name, obj->arena);
	p->file = obj->file_of[sym];
	if (name_is_counted(p->name, p->stem))
		p->flags |= PIECE_COUNTED;
	if (p->kind == PIECE_OBJECT &&
	    (name_is_special_static(p->name, p->stem, object_sec_is_written(p->sec)) ||
	     (info->rule && info->rule->flags & SPECIAL_STATIC)))
		p->flags |= PIECE_STATIC;
}

/*
 * Of symbols at one place, a global one is the principal: its name is unique.  A weak one may
 * be another file's in the kernel.
 */
static bool better_name(const struct elf_sym *new, const struct elf_sym *old)
{
	if (new->value != old->value)
		return false;
	if ((new->bind != STB_LOCAL) != (old->bind != STB_LOCAL))
		return new->bind != STB_LOCAL;
	if ((new->bind == STB_WEAK) != (old->bind == STB_WEAK))
		return old->bind == STB_WEAK;
	return (new->type == STT_FUNC || new->type == STT_OBJECT) && old->type == STT_NOTYPE;
}

/* State of one pass over the symbols of a section. */
struct cutter {
	struct object *obj;
	struct elf_sec *sec;
	uint32_t piece;	 /* the last named one, or NO_PIECE */
	uint64_t done;	 /* everything before it is in a piece or padding */
	uint64_t prefix; /* where a prefix symbol began, or UINT64_MAX */
};

static uint64_t next_value(const struct object *obj, const struct sec_info *info, uint32_t i,
			   uint64_t value, uint64_t size)
{
	for (; i < info->nr_syms; i++) {
		const struct elf_sym *sym = &obj->elf->syms[obj->by_place[info->first_sym + i]];

		if (sym->value > value)
			return sym->value;
	}
	return size;
}

/* ppc64: the function's distance to the TOC, which its first instruction loads, stands before it.
 */
static uint64_t with_toc_distance(const struct object *obj, const struct elf_sec *sec,
				  uint64_t from, uint64_t start)
{
	const struct sec_info *info = &obj->secs[sec->index];
	uint32_t end = info->first_ref + info->nr_refs;

	for (uint32_t i = first_ref_at(obj, info, from); i < end; i++) {
		const struct ref *r = &obj->refs[i];
		const struct arch_reloc *row = arch_reloc(obj->arch, r->type);

		if (r->place >= start)
			break;
		if (row->flags & RELOC_DATA && r->place + row->size == start && !r->sec &&
		    arch_is_own_symbol(obj->arch, obj->elf->syms[r->sym].name))
			return r->place;
	}
	return start;
}

static void begin_piece(struct cutter *c, uint32_t i, uint32_t symndx)
{
	struct object *obj = c->obj;
	const struct elf_sym *sym = &obj->elf->syms[symndx];
	uint64_t start = with_toc_distance(obj, c->sec, c->done,
					   object_entry(obj, c->sec, c->done, sym->value));
	uint64_t end = sym->value + sym->size;
	struct piece *p;

	if (c->prefix < start)
		start = c->prefix;
	if (!sym->size) /* assembly without a size: up to the next symbol */
		end = next_value(obj, &obj->secs[c->sec->index], i + 1, sym->value, c->sec->size);
	add_gap(obj, c->sec, c->done, start);
	c->piece = obj->nr_pieces;
	p = object_add_piece(obj, c->sec, start, end, kind_of(obj, c->sec, sym));
	name_piece(obj, p, symndx);
	c->done = end;
	c->prefix = UINT64_MAX;
}

static int cut_symbol(struct cutter *c, uint32_t i)
{
	struct object *obj = c->obj;
	uint32_t symndx = obj->by_place[obj->secs[c->sec->index].first_sym + i];
	const struct elf_sym *sym = &obj->elf->syms[symndx];
	struct piece *p = c->piece == NO_PIECE ? NULL : &obj->pieces[c->piece];

	if (sym->size > c->sec->size - sym->value) {
		struct diag_where where = object_where(obj, c->sec, sym->value);

		where.symbol = sym->name;
		return diag_error(obj->diag, &where, "symbol-outside",
				  "the symbol reaches beyond the end of the section");
	}
	if (is_function_prefix(sym->name) && sym->type != STT_OBJECT && sym->value >= c->done) {
		if (c->prefix == UINT64_MAX)
			c->prefix = sym->value;
		return 0;
	}
	if (p && (sym->value < p->end || (sym->value == p->base && p->base == p->end))) {
		if (sym->value + sym->size > p->end)
			c->done = p->end = sym->value + sym->size;
		if (better_name(sym, &obj->elf->syms[p->sym]))
			name_piece(obj, p, symndx);
		return 0;
	}
	begin_piece(c, i, symndx);
	return 0;
}

/* A section for code of one kind, from whichever function: .text, .noinstr.text */
static bool is_of_many(const struct elf_sec *sec)
{
	size_t len = strlen(sec->name);

	return len >= 5 && !strcmp(sec->name + len - 5, ".text");
}

/*
 * One function and nothing else of a name: the section is it.  But where other functions may come
 * to stand beside it, what only pads is nobody's, as it is then.
 */
static void claim_section(struct object *obj, const struct sec_info *info)
{
	struct piece *only = NULL;

	for (uint32_t i = 0; i < info->nr_pieces; i++) {
		struct piece *p = &obj->pieces[info->first_piece + i];

		if (p->kind == PIECE_CODE)
			continue;
		if (only || p->kind != PIECE_FUNC)
			return;
		only = p;
	}
	if (!only || (info->nr_pieces == 1 && is_of_many(only->sec)))
		return;
	obj->pieces[info->first_piece] = *only;
	only = &obj->pieces[info->first_piece];
	only->start = 0;
	only->end = only->sec->size;
	obj->nr_pieces = info->first_piece + 1;
}

/*
 * Code that the kernel puts in place of other code is what it contains, and freed after boot: a
 * label in it ("retry:" in x86's .altinstr_replacement) names nothing that the kernel still has.
 */
static bool has_names(const struct sec_info *info)
{
	return !(info->rule && info->rule->flags & SPECIAL_CODE);
}

static void mark_known(struct object *obj, const struct sec_info *info)
{
	for (uint32_t i = 0; info->known && i < info->nr_pieces; i++) {
		struct piece *p = &obj->pieces[info->first_piece + i];

		if (object_is_looked_at(obj, p->sec->index, p->base, p->base))
			p->flags |= PIECE_KNOWN;
	}
}

/* Cut a section of text or data by its symbols; 0, or a negative code with an error. */
static int object_cut_named(struct object *obj, struct elf_sec *sec)
{
	struct sec_info *info = &obj->secs[sec->index];
	struct cutter c = { .obj = obj, .sec = sec, .piece = NO_PIECE, .prefix = UINT64_MAX };

	for (uint32_t i = 0; has_names(info) && i < info->nr_syms; i++) {
		int err = obj->is_label[obj->by_place[info->first_sym + i]] ? 0 : cut_symbol(&c, i);

		if (err)
			return err;
	}
	add_gap(obj, sec, c.done, sec->size);
	if (info->role != ROLE_TEXT || !info->nr_pieces)
		return 0;
	claim_section(obj, info);
	info->nr_pieces = obj->nr_pieces - info->first_piece;
	if (info->nr_pieces > 1)
		for (uint32_t i = 0; i < info->nr_pieces; i++)
			obj->pieces[info->first_piece + i].flags |= PIECE_SHARED;
	mark_known(obj, info);
	return 0;
}

static void cut_strings(struct object *obj, struct elf_sec *sec)
{
	uint64_t unit = sec->entsize ? sec->entsize : 1, at = 0;

	if (sec->size % unit)
		unit = 1;
	while (at < sec->size) {
		uint64_t start = at;
		bool empty = true;

		/* A string and its terminator, or a run of terminators (padding, empty strings). */
		for (;; at += unit) {
			bool zero = true;

			for (uint64_t b = 0; b < unit && at < sec->size; b++)
				zero &= !sec->data[at + b];
			if (at >= sec->size || (empty && !zero && at > start))
				break;
			if (!zero)
				empty = false;
			else if (!empty) {
				at += unit;
				break;
			}
		}
		object_add_piece(obj, sec, start, at, PIECE_STRING);
	}
}

static void cut_consts(struct object *obj, struct elf_sec *sec)
{
	for (uint64_t at = 0; at < sec->size; at += sec->entsize)
		object_add_piece(obj, sec, at, at + sec->entsize, PIECE_CONST);
}

static void cut_slots(struct object *obj, struct elf_sec *sec)
{
	for (uint64_t at = 0; at < sec->size; at += 8)
		object_add_piece(obj, sec, at, at + 8 < sec->size ? at + 8 : sec->size,
				 PIECE_CONST);
}

/* The field at that offset of the entry is the end of the code, or of its replacement. */
static bool is_end(const struct special_layout *l, int field)
{
	return l && (field == l->orig_len || field == l->repl_len);
}

/* Distances from an entry's begin become distances from their own place, as relocations have it. */
static void count_from_entries(struct object *obj, const struct elf_sec *sec,
			       const struct special_split *split)
{
	const struct sec_info *info = &obj->secs[sec->index];
	uint32_t entry = 0;

	for (uint32_t i = 0; i < info->nr_refs; i++) {
		struct ref *r = &obj->refs[info->first_ref + i];

		while (split->starts[entry + 1] <= r->place)
			entry++;
		if (!(arch_reloc(obj->arch, r->type)->flags & RELOC_PCREL) ||
		    r->place - split->starts[entry] > INT16_MAX)
			continue;
		r->bias = (int16_t)(split->starts[entry] - r->place);
		r->off += r->bias;
		if (split->rule->flags & SPECIAL_REPL_END && is_end(split->layout, -r->bias))
			r->flags |= REF_END;
	}
}

/* The function that a place belongs to is the one before it: where that ends, another may begin. */
static void count_from_behind(struct object *obj, const struct elf_sec *sec)
{
	const struct sec_info *info = &obj->secs[sec->index];

	for (uint32_t i = 0; i < info->nr_refs; i++) {
		struct ref *r = &obj->refs[info->first_ref + i];

		if (arch_reloc(obj->arch, r->type)->flags & RELOC_SUB)
			continue;
		r->bias = -1;
		r->off += r->bias;
	}
}

static void judge_table(struct object *obj, struct elf_sec *sec)
{
	const struct special_split *split = obj->secs[sec->index].split;

	if (split->rule->flags & SPECIAL_FROM_ENTRY)
		count_from_entries(obj, sec, split);
	if (split->rule->flags & SPECIAL_BEHIND)
		count_from_behind(obj, sec);
	object_find_labels(obj, sec, split);
}

static void cut_table(struct object *obj, struct elf_sec *sec)
{
	const struct special_split *split = obj->secs[sec->index].split;

	for (uint32_t i = 0; i < split->nr; i++) {
		struct piece *p;

		if (!object_entry_chosen(obj, sec->index, i))
			continue;
		p = object_add_piece(obj, sec, split->starts[i], split->starts[i + 1], PIECE_ENTRY);
		p->rule = split->rule;
		p->layout = split->layout;
	}
}

/* Which piece each symbol stands in, and each piece's symbols: a run of by_place. */
void object_index_aliases(struct object *obj)
{
	obj->piece_of = arena_calloc(obj->arena, obj->elf->nr_syms, sizeof(*obj->piece_of));
	memset(obj->piece_of, 0xff, obj->elf->nr_syms * sizeof(*obj->piece_of));
	for (uint32_t s = 1; s < obj->elf->nr_secs; s++) {
		const struct sec_info *info = &obj->secs[s];

		for (uint32_t i = 0; i < info->nr_syms; i++) {
			uint32_t sym = obj->by_place[info->first_sym + i];
			uint32_t at = object_piece_at(obj, obj->elf->secs[s],
						      (int64_t)obj->elf->syms[sym].value);

			obj->piece_of[sym] = at;
			if (at == NO_PIECE)
				continue;
			if (!obj->pieces[at].nr_aliases++)
				obj->pieces[at].first_alias = info->first_sym + i;
		}
	}
}

/* About as many pieces as there will be: moving a million of them takes longer than making them. */
static void expect_pieces(struct object *obj)
{
	for (uint32_t i = 1; i < obj->elf->nr_secs; i++) {
		const struct elf_sec *sec = obj->elf->secs[i];
		const struct sec_info *info = &obj->secs[i];

		if (info->role == ROLE_TABLE)
			obj->cap_pieces += obj->memo->nr_chosen[i];
		else if (info->role == ROLE_STRINGS)
			obj->cap_pieces += sec->size / 16;
		else if (info->role != ROLE_NONE)
			obj->cap_pieces += info->nr_syms + 1;
	}
	obj->pieces = arena_calloc(obj->arena, obj->cap_pieces, sizeof(*obj->pieces));
}

int object_cut(struct object *obj)
{
	int err = 0;

	obj->is_label = arena_calloc(obj->arena, obj->elf->nr_syms, sizeof(*obj->is_label));
	map_init(&obj->replacements, obj->arena);
	for (uint32_t i = 1; i < obj->elf->nr_secs; i++)
		if (obj->secs[i].role == ROLE_TABLE)
			judge_table(obj, obj->elf->secs[i]);
	expect_pieces(obj);
	for (uint32_t i = 1; i < obj->elf->nr_secs && !err; i++) {
		struct elf_sec *sec = obj->elf->secs[i];

		switch (obj->secs[i].role) {
		case ROLE_NONE:
			break;
		case ROLE_TEXT:
		case ROLE_DATA:
			err = object_cut_named(obj, sec);
			break;
		case ROLE_STRINGS:
			cut_strings(obj, sec);
			break;
		case ROLE_CONSTS:
			cut_consts(obj, sec);
			break;
		case ROLE_TABLE:
			cut_table(obj, sec);
			break;
		case ROLE_SLOTS:
			cut_slots(obj, sec);
			break;
		}
	}
	return err;
}
