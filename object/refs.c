// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From relocations to refs: where each one leads, as section + offset first
 * (the addend judged by the instruction that holds it), as piece + offset once
 * the sections are cut.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* A named symbol stands for itself; a section symbol or label only for the place it marks. */
static bool stands_for_itself(const struct object *obj, const struct elf_sym *sym)
{
	return sym->type != STT_SECTION && !arch_is_label(obj->arch, sym);
}

static void raw_target(const struct object *obj, const struct elf_reloc *rel, struct ref *r)
{
	const struct elf_sym *sym = &obj->elf->syms[rel->sym];
	const struct arch_reloc *row = arch_reloc(obj->arch, rel->type);

	*r = (struct ref){
		.place = rel->offset,
		.type = rel->type,
		.sym = rel->sym,
		.piece = NO_PIECE,
		.off = rel->addend,
	};
	if (row->flags & RELOC_MARKER)
		r->flags |= REF_DROP;
	if (row->flags & RELOC_BRANCH)
		r->flags |= REF_BRANCH;
	if (elf_sym_in_sec(sym)) {
		r->sec = sym->sec;
		r->off += (int64_t)sym->value;
	}
}

/* Relocations of a section up to the end of a part of it, from its begin on. */
static size_t count_range(const struct elf_sec *rela, const struct sec_range *range)
{
	return elf_first_reloc(rela, range->end) - elf_first_reloc(rela, range->start);
}

/* … that are looked at. */
static size_t count_relocs(const struct object *obj)
{
	size_t nr = 0;

	for (uint32_t i = 1; i < obj->elf->nr_secs; i++) {
		const struct elf_sec *rela = obj->elf->secs[i]->rela;
		const struct sec_info *info = &obj->secs[i];

		if (info->role == ROLE_TABLE)
			nr += obj->memo->nr_chosen_relocs[i];
		else if (rela && info->role != ROLE_NONE && !info->frozen)
			nr += rela->nr_relocs;
		for (uint32_t k = 0; info->known && k < info->known->nr; k++)
			nr += count_range(rela, &info->known->v[k]);
	}
	return nr;
}

static void collect(struct object *obj, const struct elf_sec *rela, size_t first, size_t nr)
{
	for (size_t k = first; k < first + nr; k++)
		raw_target(obj, &rela->relocs[k], &obj->refs[obj->nr_refs++]);
}

/* … of a table those of its entries that are looked at. */
static void collect_table(struct object *obj, uint32_t i, const struct elf_sec *rela)
{
	const struct special_split *split = obj->secs[i].split;

	for (size_t k = 0, entry = 0; k < rela->nr_relocs; k++) {
		while (split->starts[entry + 1] <= rela->relocs[k].offset)
			entry++;
		if (object_entry_chosen(obj, i, (uint32_t)entry))
			collect(obj, rela, k, 1);
	}
}

/* Refs of all sections that matter: place, type and raw target, before any decoding. */
void object_collect_refs(struct object *obj)
{
	obj->cap_refs = count_relocs(obj);
	obj->refs = arena_calloc(obj->arena, obj->cap_refs, sizeof(*obj->refs));
	for (uint32_t i = 1; i < obj->elf->nr_secs; i++) {
		const struct elf_sec *rela = obj->elf->secs[i]->rela;
		struct sec_info *info = &obj->secs[i];

		info->first_ref = obj->nr_refs;
		if (!rela || info->role == ROLE_NONE)
			continue;
		if (info->split)
			collect_table(obj, i, rela);
		else if (!info->frozen)
			collect(obj, rela, 0, rela->nr_relocs);
		for (uint32_t k = 0; info->known && k < info->known->nr; k++)
			collect(obj, rela, elf_first_reloc(rela, info->known->v[k].start),
				count_range(rela, &info->known->v[k]));
		info->nr_refs = obj->nr_refs - info->first_ref;
	}
}

/* ---- decoding ---- */

/* What the sweep over one piece needs; refs found on the way go to `found`. */
struct sweep {
	struct object *obj;
	struct piece *piece;
	bool again;			/* its refs are judged: only what leads out of a cut piece */
	uint32_t ref, end_ref;		/* refs of the section not yet passed */
	struct ref *found;		/* places that the assembler resolved by itself */
	uint32_t nr_found;
	size_t cap_found;
};

static void opaque(struct piece *p, uint64_t at)
{
	if (!(p->flags & PIECE_OPAQUE))
		p->bad = at;
	p->flags |= PIECE_OPAQUE;
}

/*
 * A PC-relative field without a relocation that leads out of its piece: the
 * assembler knew the distance because both stand in one section.  The
 * copy will stand elsewhere, so it needs the relocation back.
 */
static void resolved_by_assembler(struct sweep *s, uint64_t pc, const struct insn *insn)
{
	const struct arch *arch = s->obj->arch;
	int64_t to = (int64_t)pc + insn->rel;
	uint32_t type = arch->pcrel_type(insn);
	struct ref *r;

	if (to >= (int64_t)s->piece->start && to < (int64_t)s->piece->end)
		return;
	if (arch->data_in_text && (to < 0 || to > (int64_t)s->piece->sec->size))
		return;		/* a word of a table: assemblers do not know such a distance */
	if (type == arch->none) {
		opaque(s->piece, pc);
		return;
	}
	s->found = arena_grow(s->obj->arena, s->found, s->nr_found, &s->cap_found,
			      sizeof(*s->found));
	r = &s->found[s->nr_found++];
	*r = (struct ref){
		.place = pc + insn->rel_off,
		.type = type,
		.sec = s->piece->sec->index,
		.piece = NO_PIECE,
		.off = to,
		.bias = arch->pcrel_from_insn_end ? (int16_t)(insn->len - insn->rel_off) : 0,
		.flags = REF_RESOLVED | REF_CODE | (insn->flags & INSN_BRANCH ? REF_BRANCH : 0),
	};
}

/* The refs that stand in the instruction at pc: judge their addends by it. */
static void refs_of_insn(struct sweep *s, uint64_t pc, const struct insn *insn)
{
	const struct arch *arch = s->obj->arch;
	bool field_has_ref = false;

	for (; s->ref < s->end_ref; s->ref++) {
		struct ref *r = &s->obj->refs[s->ref];
		const struct arch_reloc *row = arch_reloc(arch, r->type);

		if (r->place >= pc + insn->len)
			break;
		r->flags |= REF_CODE;
		if (r->flags & REF_DROP)
			continue;
		if (r->place + row->size > pc + insn->len)
			opaque(s->piece, pc);
		if (r->place == pc + insn->rel_off && insn->flags & INSN_PCREL)
			field_has_ref = true;
		if (s->again || !(row->flags & RELOC_PCREL) || !arch->pcrel_from_insn_end)
			continue;
		if (insn->flags & INSN_BRANCH)
			r->flags |= REF_BRANCH;
		r->bias = (int16_t)(pc + insn->len - r->place);
		r->off += r->bias;
	}
	if (insn->flags & INSN_PCREL && !field_has_ref)
		resolved_by_assembler(s, pc, insn);
}

/* References of data before pc are what they are. */
static void pass_data(struct sweep *s, uint64_t pc)
{
	while (s->ref < s->end_ref && s->obj->refs[s->ref].place < pc)
		s->ref++;
}

/* Bytes of data at pc that a relocation gives away, 0: none. */
static uint8_t data_at(struct sweep *s, uint64_t pc)
{
	const struct ref *r = &s->obj->refs[s->ref];
	const struct arch_reloc *row;

	if (s->ref == s->end_ref || r->place != pc)
		return 0;
	row = arch_reloc(s->obj->arch, r->type);
	return row->flags & RELOC_DATA ? row->size : 0;
}

static void sweep_piece(struct sweep *s)
{
	struct piece *p = s->piece;
	const struct arch *arch = s->obj->arch;
	struct insn insn = { 0 };
	bool ends = false;

	for (uint64_t pc = p->start; pc < p->end; pc += insn.len) {
		pc = object_data_end(s->obj, p->sec, pc);
		if (pc >= p->end)
			break;
		pass_data(s, pc);
		insn = (struct insn){ .len = data_at(s, pc) };
		if (insn.len)
			continue;
		if (arch->decode(p->sec->data + pc, p->end - pc, &insn)) {
			opaque(p, pc);
			break;
		}
		refs_of_insn(s, pc, &insn);
		if (!(insn.flags & INSN_NOP))
			ends = insn.flags & (INSN_END | INSN_CALL | INSN_TRAP);
	}
	if (!ends && p->flags & PIECE_SHARED)
		p->flags |= PIECE_FALLS;
}

static int by_place(const void *pa, const void *pb)
{
	const struct ref *a = pa, *b = pb;

	/* What the assembler resolved stands in the section that it leads into. */
	if (a->sec != b->sec)
		return a->sec < b->sec ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

/* Insert what was found into the refs of its sections, by place. */
static void merge_found(struct object *obj, struct sweep *s)
{
	struct ref *from = obj->refs, *to, *f = s->found, *end;
	size_t cap = (size_t)obj->nr_refs + s->nr_found;
	uint32_t nr = 0;

	if (!s->nr_found)
		return;
	end = f + s->nr_found;
	qsort(s->found, s->nr_found, sizeof(*s->found), by_place);
	to = arena_calloc(obj->arena, cap, sizeof(*to));
	for (uint32_t i = 1; i < obj->elf->nr_secs; i++) {
		struct sec_info *info = &obj->secs[i];
		uint32_t k = info->first_ref, last = k + info->nr_refs;

		info->first_ref = nr;
		for (; f < end && f->sec == i; to[nr++] = *f++)
			while (k < last && from[k].place <= f->place)
				to[nr++] = from[k++];
		while (k < last)
			to[nr++] = from[k++];
		info->nr_refs = nr - info->first_ref;
	}
	arena_give_back(obj->arena, from, obj->cap_refs, sizeof(*from));
	obj->refs = to;
	obj->nr_refs = nr;
	obj->cap_refs = cap;
}

static void sweep_section(struct object *obj, struct sec_info *info, struct sweep *s)
{
	s->ref = info->first_ref;
	s->end_ref = info->first_ref + info->nr_refs;
	for (uint32_t i = 0; i < info->nr_pieces; i++) {
		s->piece = &obj->pieces[info->first_piece + i];
		while (s->ref < s->end_ref && obj->refs[s->ref].place < s->piece->start)
			s->ref++;
		if (s->piece->kind <= PIECE_CODE && s->piece->sec->data &&
		    !piece_is_frozen(obj, s->piece) &&
		    (!s->again || s->piece->kind == PIECE_CODE))
			sweep_piece(s);
		while (s->ref < s->end_ref && obj->refs[s->ref].place < s->piece->end)
			s->ref++;
	}
}

static void sweep_all(struct object *obj, bool again)
{
	struct sweep s = { .obj = obj, .again = again };

	for (uint32_t i = 1; i < obj->elf->nr_secs; i++)
		if (obj->secs[i].role == ROLE_TEXT && (!obj->secs[i].frozen || obj->secs[i].known))
			sweep_section(obj, &obj->secs[i], &s);
	merge_found(obj, &s);
}

/* Decode all code: biases, branches, and what the assembler resolved. */
void object_decode(struct object *obj)
{
	sweep_all(obj, false);
}

void object_decode_cut(struct object *obj)
{
	sweep_all(obj, true);
}

/* ---- targets ---- */

static int64_t entry_of(const struct object *obj, uint32_t sym)
{
	return (int64_t)arch_local_entry(obj->arch, &obj->elf->syms[sym]);
}

/*
 * Of strings and constants that a linker merges, a label means the one that it
 * stands at, whatever is added (gABI, SHF_MERGE); a section symbol the one at
 * the sum.
 */
static bool is_merged(const struct object *obj, uint32_t sec)
{
	return obj->secs[sec].role == ROLE_STRINGS || obj->secs[sec].role == ROLE_CONSTS;
}

static void resolve(struct object *obj, struct ref *r)
{
	const struct elf_sym *sym = &obj->elf->syms[r->sym];

	if (!r->sec)
		return;
	if (r->sym && stands_for_itself(obj, sym))
		r->piece = obj->piece_of[r->sym];
	else if (r->sym && sym->type != STT_SECTION && is_merged(obj, r->sec))
		r->piece = object_piece_at(obj, obj->elf->secs[r->sec], (int64_t)sym->value);
	else
		r->piece = object_piece_at(obj, obj->elf->secs[r->sec],
					   r->off - !!(r->flags & REF_END));
	if (r->piece == NO_PIECE)
		return;
	r->off -= (int64_t)obj->pieces[r->piece].base;
	/* A branch to a function means its local entry, one to a place the place. */
	if (r->flags & REF_BRANCH)
		r->off += entry_of(obj, r->sym) - entry_of(obj, obj->pieces[r->piece].sym);
}

void object_resolve_refs(struct object *obj)
{
	for (uint32_t i = 0; i < obj->nr_refs; i++)
		resolve(obj, &obj->refs[i]);
}

/* Give each piece its share of its section's refs. */
void object_assign_refs(struct object *obj)
{
	for (uint32_t i = 1; i < obj->elf->nr_secs; i++) {
		const struct sec_info *info = &obj->secs[i];
		uint32_t k = info->first_ref, end = info->first_ref + info->nr_refs;

		for (uint32_t n = 0; n < info->nr_pieces; n++) {
			struct piece *p = &obj->pieces[info->first_piece + n];

			while (k < end && obj->refs[k].place < p->start)
				k++;
			p->first_ref = k;
			while (k < end && obj->refs[k].place < p->end)
				k++;
			p->nr_refs = k - p->first_ref;
		}
	}
}
