// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cut nameless ranges where their parts are certain, so that only what is
 * referenced is copied:
 *  - replacement code of alternatives, by the lengths in the table;
 *  - snippets of code that code jumps to, behind an instruction that does not
 *    run on (.altinstr_aux, .fixup);
 *  - jump tables: code refers to a place that itself leads back into that code;
 *  - records that compilers give a section of their own (UBSAN, Clang's
 *    unnamed constants), which `ld -r` has put side by side.
 * Anything else stays whole: an index may run over it.
 */
#include <stdlib.h>
#include <string.h>

#include <klp/object.h>

#include "internal.h"

struct cut {
	uint32_t sec;
	uint64_t off;
	uint32_t from;		/* piece that refers to it, or NO_PIECE */
	bool certain;		/* begin or end of a replacement */
};

struct cuts {
	struct cut *v;
	uint32_t nr;
	size_t cap;
};

static bool is_nameless(const struct piece *p)
{
	return p->kind == PIECE_CODE || p->kind == PIECE_ANON;
}

static void add_cut(struct object *obj, struct cuts *cuts, uint32_t sec, int64_t off, uint32_t from,
		    bool certain)
{
	uint32_t at = object_piece_at(obj, obj->elf->secs[sec], off);
	const struct piece *p = at == NO_PIECE ? NULL : &obj->pieces[at];

	if (!p || !is_nameless(p) || off <= (int64_t)p->start || off >= (int64_t)p->end)
		return;
	cuts->v = arena_grow(obj->arena, cuts->v, cuts->nr, &cuts->cap, sizeof(*cuts->v));
	cuts->v[cuts->nr++] = (struct cut){ sec, (uint64_t)off, from, certain };
}

/* Of those at one place (ADD and SUB, markers) the one that says what the place leads to. */
static const struct ref *ref_at(const struct object *obj, const struct sec_info *info,
				uint64_t place)
{
	uint32_t lo = info->first_ref, end = lo + info->nr_refs, hi = end;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (obj->refs[mid].place < place)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < end && obj->refs[lo].place == place; lo++)
		if (!(obj->refs[lo].flags & REF_DROP) &&
		    !(arch_reloc(obj->arch, obj->refs[lo].type)->flags & RELOC_SUB))
			return &obj->refs[lo];
	return NULL;
}

/*
 * One byte of data.  On LoongArch it may be a difference of two labels that the linker computes:
 * one relocation adds the one, another subtracts the other.
 */
static uint8_t byte_at(const struct object *obj, const struct elf_sec *sec, uint64_t place)
{
	const struct sec_info *info = &obj->secs[sec->index];
	const struct ref *add = ref_at(obj, info, place), *end = obj->refs + info->first_ref;
	uint8_t byte = sec->data[place];

	end += info->nr_refs;
	for (const struct ref *r = add; r && r < end && r->place == place; r++) {
		uint16_t flags = arch_reloc(obj->arch, r->type)->flags;

		if (flags & RELOC_ADD)
			byte = (uint8_t)(byte + r->off);
		else if (flags & RELOC_SUB)
			byte = (uint8_t)(byte - r->off);
	}
	return byte;
}

/* The entry's replacement is a function that the kernel calls to write it (arm64). */
static bool is_callback(const struct piece *entry)
{
	return entry->rule->flags & SPECIAL_CALLBACK &&
	       get_le16(entry->sec->data + entry->start + 8) & 1 << 15;
}

/* begin is the entry's reference to its replacement. */
static int64_t replacement_size(const struct object *obj, const struct piece *entry,
				const struct ref *begin)
{
	uint64_t at = entry->start + (uint64_t)entry->layout->repl_len;
	const struct ref *end;

	if (!(entry->rule->flags & SPECIAL_REPL_END))
		return byte_at(obj, entry->sec, at);
	end = ref_at(obj, &obj->secs[entry->sec->index], at);
	return end ? end->off - begin->off : 0;
}

/* What begins where that field of the entry leads, if that is p, and has size bytes. */
static void note_range(const struct object *obj, const struct piece *entry, int8_t field,
		       int64_t size, const struct piece *p, int32_t *depth)
{
	const struct ref *r = ref_at(obj, &obj->secs[entry->sec->index],
				     entry->start + (uint64_t)field);
	int64_t from, to, all = (int64_t)(p->end - p->start);

	if (!r || r->piece == NO_PIECE || &obj->pieces[r->piece] != p)
		return;
	from = (int64_t)(p->base - p->start) + r->off;
	to = size < all - from ? from + size : all;
	from = from > 0 ? from : 0;
	if (from >= to)
		return;
	depth[from]++;
	depth[to]--;
}

/* Bytes of code that the entry's replacement is for. */
static int64_t replaced_size(const struct object *obj, const struct piece *entry)
{
	const struct sec_info *info = &obj->secs[entry->sec->index];
	const struct special_layout *l = entry->layout;
	const struct ref *begin = ref_at(obj, info, entry->start + (uint64_t)l->owner), *end;

	if (!(entry->rule->flags & SPECIAL_REPL_END))
		return byte_at(obj, entry->sec, entry->start + (uint64_t)l->orig_len);
	end = ref_at(obj, info, entry->start + (uint64_t)l->orig_len);
	return begin && end ? end->off - begin->off : 0;
}

bool object_replaced_by_nops(const struct object *obj, const struct piece *entry)
{
	const struct special_layout *l = entry->layout;
	const struct ref *r;

	if (!l || l->repl == SPECIAL_NONE || !entry->sec->data)
		return false;
	r = ref_at(obj, &obj->secs[entry->sec->index], entry->start + (uint64_t)l->repl);
	if (is_callback(entry)) /* arch/arm64/kernel/alternative.c */
		return r && r->piece == NO_PIECE &&
		       !strcmp(obj->elf->syms[r->sym].name, "alt_cb_patch_nops");
	return !r || !replacement_size(obj, entry, r);
}

static int32_t *alternatives(const struct object *obj, const struct piece *p, bool nops_alone)
{
	uint64_t size = p->end - p->start;
	int32_t *depth = arena_calloc(obj->arena, size + 1, sizeof(*depth));

	for_each_owned (obj, p, e) {
		const struct piece *entry = &obj->pieces[e];
		const struct special_layout *l = entry->layout;
		const struct ref *r;

		if (!l || l->repl == SPECIAL_NONE ||
		    (nops_alone && !object_replaced_by_nops(obj, entry)))
			continue;
		note_range(obj, entry, l->owner, replaced_size(obj, entry), p, depth);
		r = ref_at(obj, &obj->secs[entry->sec->index], entry->start + (uint64_t)l->repl);
		if (r)
			note_range(obj, entry, l->repl, replacement_size(obj, entry, r), p, depth);
	}
	for (uint64_t i = 1; i < size; i++)
		depth[i] += depth[i - 1];
	return depth;
}

int32_t *object_alternatives(const struct object *obj, const struct piece *p)
{
	return alternatives(obj, p, false);
}

int32_t *object_emptied(const struct object *obj, const struct piece *p)
{
	return alternatives(obj, p, true);
}

/* The index in by_place of the section's first symbol at or behind off. */
static uint32_t first_symbol_at(const struct object *obj, const struct sec_info *info, int64_t off)
{
	uint32_t low = info->first_sym, high = low + info->nr_syms;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if ((int64_t)obj->elf->syms[obj->by_place[mid]].value < off)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Nothing can be behind a section's end. */
static void mark_labels(struct object *obj, uint32_t sec, int64_t from, int64_t to)
{
	const struct sec_info *info = &obj->secs[sec];
	uint32_t end = info->first_sym + info->nr_syms;

	to += (uint64_t)to == obj->elf->secs[sec]->size;
	for (uint32_t i = first_symbol_at(obj, info, from); i < end; i++) {
		uint32_t sym = obj->by_place[i];

		if ((int64_t)obj->elf->syms[sym].value >= to)
			return;
		obj->is_label[sym] = true;
	}
}

void object_find_labels(struct object *obj, struct elf_sec *sec, const struct special_split *split)
{
	const struct special_layout *l = split->layout;

	if (!l || l->repl == SPECIAL_NONE || !sec->data)
		return;
	for (uint32_t i = 0; i < split->nr; i++) {
		struct piece entry = { .sec = sec, .start = split->starts[i], .layout = l,
				       .rule = split->rule };
		const struct ref *r = ref_at(obj, &obj->secs[sec->index],
					     entry.start + (uint64_t)l->repl);
		int64_t len = r && r->sec ? replacement_size(obj, &entry, r) : 0;

		if (len <= 0)
			continue;
		mark_labels(obj, r->sec, r->off, r->off + len);
		map_add_u64(&obj->replacements, object_place_key(r->sec, (uint64_t)r->off), i);
	}
}

static void drop_replacement(struct object *obj, const struct piece *entry)
{
	const int8_t fields[] = { entry->layout->repl, entry->layout->repl_len };

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		const struct ref *r = ref_at(obj, &obj->secs[entry->sec->index],
					     entry->start + (uint64_t)fields[i]);

		if (r)
			obj->refs[r - obj->refs].flags |= REF_DROP;
	}
}

/* Where the entry's replacement begins and ends; an empty one refers to nothing. */
static void cut_replacement(struct object *obj, struct cuts *cuts, const struct piece *entry)
{
	const struct special_layout *l = entry->layout;
	const struct sec_info *info = &obj->secs[entry->sec->index];
	const struct ref *r;
	int64_t len;

	if (!l || l->repl == SPECIAL_NONE || !entry->sec->data)
		return;
	r = ref_at(obj, info, entry->start + (uint64_t)l->repl);
	if (!r || !r->sec)
		return;
	len = replacement_size(obj, entry, r);
	if (!len && is_callback(entry))
		return;
	if (!len) {
		drop_replacement(obj, entry);
		return;
	}
	add_cut(obj, cuts, r->sec, r->off, NO_PIECE, true);
	add_cut(obj, cuts, r->sec, r->off + len, NO_PIECE, true);
}

static void collect_cuts(struct object *obj, struct cuts *cuts)
{
	for (uint32_t s = 1; s < obj->elf->nr_secs; s++) {
		const struct sec_info *info = &obj->secs[s];
		uint32_t from = info->first_piece, end = from + info->nr_pieces;

		for (uint32_t i = 0; i < info->nr_pieces; i++)
			if (info->role == ROLE_TABLE)
				cut_replacement(obj, cuts, &obj->pieces[info->first_piece + i]);
		for_each_ref (obj, info, r) {
			/* Both ascend. */
			while (from + 1 < end && obj->pieces[from + 1].start <= r->place)
				from++;
			if (r->sec && obj->secs[r->sec].nr_pieces)
				add_cut(obj, cuts, r->sec, r->off, from < end ? from : NO_PIECE,
					false);
		}
	}
}

/* Code without any name: what leads into it jumps there. */
static bool is_nameless_code(const struct object *obj, uint32_t sec)
{
	return obj->secs[sec].role == ROLE_TEXT && !obj->secs[sec].nr_syms &&
	       !obj->secs[sec].frozen;
}

static bool any_nameless_code(const struct object *obj)
{
	for (uint32_t i = 1; i < obj->elf->nr_secs; i++)
		if (is_nameless_code(obj, i))
			return true;
	return false;
}

/* Code that is not decoded jumps there, too: the field of a jump is the end of its instruction. */
static void collect_frozen_cuts(struct object *obj, struct cuts *cuts)
{
	int64_t bias = obj->arch->pcrel_from_insn_end ? 4 : 0;
	bool any = obj->any_frozen && any_nameless_code(obj);

	for (uint32_t s = 1; s < obj->elf->nr_secs && any; s++) {
		const struct elf_sec *rela = obj->elf->secs[s]->rela;

		for (size_t k = 0; rela && k < rela->nr_relocs && obj->secs[s].frozen; k++) {
			const struct elf_reloc *r = &rela->relocs[k];
			const struct elf_sym *sym = &obj->elf->syms[r->sym];
			bool pcrel;

			if (!elf_sym_in_sec(sym) || !is_nameless_code(obj, sym->sec))
				continue;
			pcrel = arch_reloc(obj->arch, r->type)->flags & RELOC_PCREL;
			add_cut(obj, cuts, sym->sec,
				(int64_t)sym->value + r->addend + (pcrel ? bias : 0), NO_PIECE,
				false);
		}
	}
}

static int cut_cmp(const void *pa, const void *pb)
{
	const struct cut *a = pa, *b = pb;

	if (a->sec != b->sec)
		return a->sec < b->sec ? -1 : 1;
	if (a->off != b->off)
		return a->off < b->off ? -1 : 1;
	return b->certain - a->certain;
}

static bool has_own_sections(const char *section)
{
	static const char *const prefixes[] = {
		".data..Lubsan", ".data.rel.local..Lubsan", ".rodata..Lubsan", ".data.rel.ro.local..Lubsan",
		".data..L__unnamed", ".data.rel.ro..L__unnamed", ".rodata..L__unnamed", NULL,
	};

	for (size_t i = 0; prefixes[i]; i++)
		if (!strncmp(section, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

/* The code piece that a place's content leads into, or NO_PIECE. */
static uint32_t code_behind(const struct object *obj, uint32_t sec, uint64_t place)
{
	const struct ref *r = ref_at(obj, &obj->secs[sec], place);
	uint32_t at;

	if (!r || !r->sec || obj->secs[r->sec].role != ROLE_TEXT)
		return NO_PIECE;
	at = object_piece_at(obj, obj->elf->secs[r->sec], r->off);
	return at != NO_PIECE && obj->pieces[at].kind == PIECE_FUNC ? at : NO_PIECE;
}

/* Same function, or parts of one: f and f.cold. */
static bool same_function(const struct object *obj, uint32_t a, uint32_t b)
{
	const char *na, *nb, *parent;
	size_t len_a, len_b;

	if (a == b)
		return true;
	na = obj->pieces[a].name;
	nb = obj->pieces[b].name;
	if (!na || !nb)
		return false;
	len_a = strlen(na);
	len_b = strlen(nb);
	(void)(name_is_cold(na, &parent, &len_a) || name_is_cold(nb, &parent, &len_b));
	return len_a == len_b && !strncmp(na, nb, len_a);
}

static bool begins_jump_table(const struct object *obj, const struct cut *c)
{
	uint32_t to = code_behind(obj, c->sec, c->off);

	return to != NO_PIECE && c->from != NO_PIECE && same_function(obj, to, c->from);
}

/* The instruction before off, decoded from start on, does not run on into it. */
static bool ends_before(const struct object *obj, const struct elf_sec *sec, uint64_t *at,
			uint64_t off, bool *ended)
{
	struct insn insn;

	while (*at < off) {
		if (obj->arch->decode(sec->data + *at, sec->size - *at, &insn))
			return false;
		*at += insn.len;
		*ended = insn.flags & INSN_END;
	}
	return *at == off && *ended;
}

/* Mark which cuts hold; pieces and refs are as they were. */
static void judge_cuts(struct object *obj, struct cuts *cuts)
{
	uint32_t piece = NO_PIECE;
	uint64_t at = 0;
	bool ended = false;

	for (uint32_t i = 0; i < cuts->nr; i++) {
		struct cut *c = &cuts->v[i];
		const struct elf_sec *sec = obj->elf->secs[c->sec];
		uint32_t in = object_piece_at(obj, sec, (int64_t)c->off);
		const struct piece *p = &obj->pieces[in];

		if (in != piece) {
			piece = in;
			at = p->start;
			ended = false;
		}
		if (c->certain)
			continue;
		if (p->kind == PIECE_CODE)
			c->certain = sec->data && ends_before(obj, sec, &at, c->off, &ended);
		else
			c->certain = has_own_sections(sec->name) || begins_jump_table(obj, c);
	}
}

/* Those that hold, each place once. */
static void keep_certain(struct cuts *cuts)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < cuts->nr; i++) {
		const struct cut *c = &cuts->v[i], *last = nr ? &cuts->v[nr - 1] : NULL;

		if (c->certain && !(last && last->sec == c->sec && last->off == c->off))
			cuts->v[nr++] = *c;
	}
	cuts->nr = nr;
}

/* Each cut makes one piece more: from the last one on, they move to their places behind. */
static void cut_all(struct object *obj, const struct cuts *cuts)
{
	uint32_t from = obj->nr_pieces, to = from + cuts->nr, k = cuts->nr;

	while (obj->cap_pieces < to)
		obj->pieces = arena_grow(obj->arena, obj->pieces, obj->cap_pieces, &obj->cap_pieces,
					 sizeof(*obj->pieces));
	obj->nr_pieces = to;
	for (uint32_t s = obj->elf->nr_secs; k && --s;) {
		struct sec_info *info = &obj->secs[s];

		for (uint32_t i = info->nr_pieces; i--;) {
			struct piece p = obj->pieces[--from];

			for (; k && cuts->v[k - 1].sec == s && cuts->v[k - 1].off > p.start; k--) {
				struct piece *part = &obj->pieces[--to];

				*part = p;
				part->start = part->base = p.end = cuts->v[k - 1].off;
				info->nr_pieces++;
			}
			obj->pieces[--to] = p;
		}
		if (info->nr_pieces)
			info->first_piece = to;
	}
}

void object_cut_nameless(struct object *obj)
{
	struct cuts cuts = { 0 };

	collect_cuts(obj, &cuts);
	collect_frozen_cuts(obj, &cuts);
	if (!cuts.nr)
		return;
	qsort(cuts.v, cuts.nr, sizeof(*cuts.v), cut_cmp);
	judge_cuts(obj, &cuts);
	keep_certain(&cuts);
	cut_all(obj, &cuts);
	arena_give_back(obj->arena, cuts.v, cuts.cap, sizeof(*cuts.v));
}
