// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * References of the output for which there is no relocation that the kernel's
 * module loader applies, or whose relocation does not reach:
 *  - what leads from a copy to a place in the same section of the output is a
 *    constant, and so is the difference of two such places: they are filled in;
 *  - what an instruction cannot reach from a module (RELOC_NEAR) is loaded from
 *    the GOT, in its place or by a detour behind the function;
 *  - a branch that is too short for any relocation goes by a detour, too.
 */
#include <string.h>

#include "internal.h"


static const struct piece *copy_of(const struct diff *d, uint32_t from, const struct ref *r)
{
	const struct piece *to = ref_piece(d->patched, r);

	return to && diff_ref_wants_copy(d, from, r) ? to : NULL;
}

static uint64_t out_offset(const struct diff *d, const struct piece *to, const struct ref *r)
{
	uint64_t off = to->out_off + (to->base - to->start) + (uint64_t)r->off;

	if (r->flags & REF_BRANCH)
		off += arch_local_entry(d->arch, &d->patched->elf->syms[to->sym]);
	return off;
}

static struct ref *next_ref(struct diff *d, const struct piece *p, uint32_t k)
{
	while (++k < p->nr_refs) {
		struct ref *r = &d->patched->refs[p->first_ref + k];

		if (!(r->flags & REF_DROP))
			return r;
	}
	return NULL;
}

static uint16_t flags_of(const struct diff *d, const struct ref *r)
{
	return arch_reloc(d->arch, r->type)->flags;
}

static bool apply(struct diff *d, const struct piece *p, const struct ref *r, uint64_t value)
{
	uint64_t at = r->place - p->start;

	return arch_apply(d->arch, r->type, elf_writable(d->out->elf, p->out_sec) + p->out_off + at,
			      p->end - p->start - at, (int64_t)value);
}

/* A PC-relative field that the loader does not know, within one section. */
static bool fill_in(struct diff *d, uint32_t i, const struct ref *r)
{
	const struct piece *p = &d->patched->pieces[i], *to = copy_of(d, i, r);
	uint16_t flags = flags_of(d, r);

	if (flags & RELOC_LOADER || !(flags & RELOC_PCREL) || !to || to->out_sec != p->out_sec)
		return false;
	return apply(d, p, r, out_offset(d, to, r) - (uint64_t)r->bias -
				      (p->out_off + r->place - p->start));
}

/* The difference of two places of one copied section (ADD and SUB at one offset). */
static bool fill_in_difference(struct diff *d, uint32_t i, const struct ref *add,
			       const struct ref *sub)
{
	const struct piece *p = &d->patched->pieces[i], *to, *from;

	if (!(flags_of(d, add) & RELOC_ADD) || !sub || !(flags_of(d, sub) & RELOC_SUB) ||
	    add->place != sub->place)
		return false;
	to = copy_of(d, i, add);
	from = copy_of(d, i, sub);
	if (!to || !from || to->out_sec != from->out_sec)
		return false;
	return apply(d, p, add, out_offset(d, to, add) - out_offset(d, from, sub));
}

/* ---- out of reach ---- */

static bool same_target(const struct ref *a, const struct ref *b)
{
	return a->piece == b->piece && a->off == b->off && a->sec == b->sec &&
	       (a->piece != NO_PIECE || a->sym == b->sym);
}

/* Two instructions side by side that make the address, and only it; code is what stands there. */
static bool is_pair(const struct diff *d, const struct piece *p, const struct ref *r,
		    const struct ref *next, uint8_t *code, uint32_t types[2])
{
	if (!next || next->place != r->place + d->arch->insn_size || !same_target(r, next))
		return false;
	types[0] = r->type;
	types[1] = next->type;
	return arch_through_got(d->arch, code, p->end - r->place, types);
}

/* What the references of one piece are together. */
struct piece_reach {
	const struct piece *p;
	struct map extended;	/* place that RELOC_FAR makes a 64-bit address → such a ref */
	struct map unpaired;	/* type and target of which not all are halves of pairs */
};

/* A number for what r leads to, wherever in it. */
static uint64_t target_key(const struct ref *r)
{
	return r->piece == NO_PIECE ? (uint64_t)r->sym << 1 | 1 : (uint64_t)r->piece << 1;
}

/* The same for the same place; now and then for others. */
static uint64_t place_key(const struct ref *r)
{
	return target_key(r) ^ (uint64_t)r->off << 33;
}

static uint64_t half_key(const struct ref *r)
{
	return (uint64_t)r->type << 33 ^ target_key(r);
}

/*
 * Compilers merge the tails of blocks: control may come to a lower half from
 * another upper half, too, which then stands somewhere else.
 */
static void note_half(struct diff *d, struct piece_reach *reach, uint32_t k)
{
	const struct piece *p = reach->p;
	const struct ref *r = &d->patched->refs[p->first_ref + k];
	uint64_t size = p->end - r->place;
	uint32_t types[2];
	uint8_t code[16];

	memcpy(code, p->sec->data + r->place, size < sizeof(code) ? size : sizeof(code));
	if (!is_pair(d, p, r, next_ref(d, p, k), code, types))
		map_add_u64(&reach->unpaired, half_key(r), k);
}

/* Of the piece that is asked for; a piece's references come one after the other. */
static const struct piece_reach *piece_reach(struct diff *d, const struct piece *p)
{
	struct piece_reach *reach = d->out->reach;

	if (!reach)
		reach = d->out->reach = arena_alloc(d->arena, sizeof(*reach));
	if (reach->p == p)
		return reach;
	reach->p = p;
	map_init(&reach->extended, d->arena);
	map_init(&reach->unpaired, d->arena);
	for (uint32_t k = 0; k < p->nr_refs; k++) {
		const struct ref *r = &d->patched->refs[p->first_ref + k];

		if (flags_of(d, r) & RELOC_FAR)
			map_add_u64(&reach->extended, place_key(r), k);
		if (flags_of(d, r) & RELOC_NEAR && p->sec->data)
			note_half(d, reach, k);
	}
	return reach;
}

static bool is_extended(struct diff *d, const struct piece *p, const struct ref *r)
{
	const struct map *extended = &piece_reach(d, p)->extended;

	for_each_u64 (extended, place_key(r), e)
		if (same_target(r, &d->patched->refs[p->first_ref + e->value]))
			return true;
	return false;
}

static bool is_out_of_reach(struct diff *d, uint32_t i, const struct ref *r)
{
	const struct piece *p = &d->patched->pieces[i];

	if (!(flags_of(d, r) & RELOC_NEAR) || r->flags & REF_SLOT || copy_of(d, i, r))
		return false;
	if (r->piece == NO_PIECE && (!r->sym || d->patched->elf->syms[r->sym].sec == ELF_SEC_ABS))
		return false;
	return !is_extended(d, p, r);
}

static void write_as(struct diff *d, uint32_t i, const struct ref *r, uint64_t place, uint32_t type,
		     int bias)
{
	struct target t;

	if (arch_reloc(d->arch, type)->flags & RELOC_TOC) {
		diff_write_slot_ref(d, i, r, place, type);
		return;
	}
	t = diff_target(d, i, r);
	diff_write_ref(d, d->patched->pieces[i].out_sec, place, type, t, t.addend - bias);
}

static bool through_got(struct diff *d, uint32_t i, const struct ref *r, const struct ref *next)
{
	const struct piece *p = &d->patched->pieces[i];
	uint64_t at = p->out_off + r->place - p->start;
	uint32_t types[2];

	if (map_find_u64(&piece_reach(d, p)->unpaired, half_key(r)) ||
	    !is_pair(d, p, r, next, elf_writable(d->out->elf, p->out_sec) + at, types))
		return false;
	write_as(d, i, r, at, types[0], r->bias);
	write_as(d, i, next, at + d->arch->insn_size, types[1], next->bias);
	return true;
}

static void remember(struct diff *d, uint32_t i, const struct ref *r, uint64_t at, uint8_t size)
{
	d->out->detours = arena_grow(d->arena, d->out->detours, d->out->nr_detours, &d->out->cap_detours,
				sizeof(*d->out->detours));
	d->out->detours[d->out->nr_detours++] = (struct detour_at){ i, r->place, at, size };
}

static bool detour(struct diff *d, uint32_t i, const struct ref *r)
{
	const struct piece *p = &d->patched->pieces[i];
	uint64_t from = p->out_off + r->place - p->start, at;
	struct detour way;
	uint8_t *code;

	/* The kernel copies an alternative's replacement: a branch back would miss the copy. */
	if (p->kind != PIECE_FUNC ||
	    !arch_detour(d->arch, elf_writable(d->out->elf, p->out_sec) + from, r->type, &way))
		return false;
	at = elf_add_data(d->out->elf, p->out_sec, way.code, way.size, d->arch->insn_align,
			  d->arch->text_fill);
	code = elf_writable(d->out->elf, p->out_sec);
	if (!arch_apply(d->arch, way.branch, code + from, d->arch->insn_align,
			    (int64_t)(at - from) - r->bias))
		return false;
	if (way.back && !arch_apply(d->arch, way.branch, code + at + way.back, d->arch->insn_align,
					(int64_t)(from + d->arch->insn_align - at - way.back)))
		return false;
	for (size_t n = 0; n < sizeof(way.refs) / sizeof(*way.refs); n++)
		if (way.refs[n].type != d->arch->none)
			write_as(d, i, r, at + way.refs[n].at, way.refs[n].type, way.refs[n].bias);
	remember(d, i, r, at, way.size);
	return true;
}

static void refuse(struct diff *d, const struct piece *p, const struct ref *r)
{
	struct diag_where where = diff_ref_where(d, p, r);

	diag_error(d->diag, &where, "out-of-reach",
		   "%s does not reach from a module to %s, which stays in the kernel%s%s",
		   arch_reloc(d->arch, r->type)->name, ref_label(d->patched, r),
		   r->flags & REF_CODE && d->arch->reach_advice ? ": " : "",
		   r->flags & REF_CODE && d->arch->reach_advice ? d->arch->reach_advice : "");
}

/* How many refs are done with: 0 if the one at k needs nothing of this. */
uint32_t diff_reach(struct diff *d, uint32_t i, uint32_t k)
{
	const struct piece *p = &d->patched->pieces[i];
	const struct ref *r = &d->patched->refs[p->first_ref + k], *next = next_ref(d, p, k);
	uint32_t both = next ? (uint32_t)(next - r) + 1 : 1;

	if (fill_in(d, i, r))
		return 1;
	if (fill_in_difference(d, i, r, next))
		return both;
	if (!is_out_of_reach(d, i, r))
		return 0;
	if (r->flags & REF_CODE && through_got(d, i, r, next))
		return both;
	if (!(r->flags & REF_CODE) || !detour(d, i, r))
		refuse(d, p, r);
	return 1;
}
