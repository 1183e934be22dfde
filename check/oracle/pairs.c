// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: pair nameless data of the output with the data that it was copied from, where
 * operands lead to both.  For example, both builds of a function load the address of a string:
 * the two strings are a pair.
 */
#include "internal.h"

static uint64_t string_length(const struct elf_sec *sec, uint64_t off)
{
	uint64_t unit = sec->entsize ? sec->entsize : 1, end = off;
	static const uint8_t zero[8];

	if (unit > sizeof(zero))
		return 0;
	if (unit == 1 && off < sec->size)
		end += strnlen((const char *)sec->data + off, sec->size - off);
	while (end + unit <= sec->size && memcmp(sec->data + end, zero, unit))
		end += unit;
	return end + unit <= sec->size ? end + unit - off : sec->size - off;
}

/* Does control come from the code at off to what stands at end? */
static bool runs_on(const struct oracle *o, const struct elf_sec *sec, uint64_t off, uint64_t end)
{
	struct insn insn = { .len = 0 };

	for (; off < end; off += insn.len)
		if (o->arch->decode(sec->data + off, sec->size - off, &insn) || !insn.len)
			return false;
	return off == end && end < sec->size && !(insn.flags & INSN_END);
}

/*
 * Up to where something else begins.  A table may be about a place within nameless code (an
 * exception in .text..refcount of kernels before 5.0): that is none, if control comes there
 * from before.
 */
static uint64_t nameless_end(struct oracle *o, const struct elf_sec *sec, uint64_t off)
{
	struct image *img = &o->patched;
	uint64_t end = image_next_target(img, sec->index, off);

	while (oracle_is_code(sec) && sec->data && !image_sym_at(img, sec->index, (int64_t)end) &&
	       runs_on(o, sec, off, end)) {
		off = end;
		end = image_next_target(img, sec->index, off);
	}
	return end;
}

static uint64_t extent(struct oracle *o, const struct elf_sec *sec, uint64_t *off)
{
	if (sec->flags & SHF_STRINGS && sec->data)
		return string_length(sec, *off);
	if (sec->flags & SHF_MERGE && sec->entsize) {
		*off -= *off % sec->entsize;
		return sec->entsize < sec->size - *off ? sec->entsize : sec->size - *off;
	}
	return nameless_end(o, sec, *off) - *off;
}

/*
 * Of code, each block is asked for, of the rest those of its ends (.bss may be large).  It may begin
 * before its section, or end behind, where the output is damaged.
 */
static void note_blocks(struct oracle *o, const struct range *r, uint32_t index)
{
	const struct elf_sec *sec = o->out.elf->secs[r->osec];
	uint64_t end = r->ostart + r->len;
	uint64_t at = (int64_t)r->ostart < 0 ? 0 : r->ostart >> BLOCK_BITS;
	uint64_t last = (int64_t)end < 0 ? 0 : (end < sec->size ? end : sec->size) >> BLOCK_BITS;

	for (; at < last; at = oracle_is_code(sec) && sec->data ? at + 1 : last)
		map_add_u64(&o->pairs_by_block,
			    oracle_block(r->osec, (int64_t)(at << BLOCK_BITS)), index);
	map_add_u64(&o->pairs_by_block, oracle_block(r->osec, (int64_t)(last << BLOCK_BITS)), index);
}

void oracle_pair_nameless(struct oracle *o, uint32_t osec, uint64_t ooff, uint32_t psec,
			  uint64_t poff, uint64_t len)
{
	const struct elf_sec *ps = o->patched.elf->secs[psec];
	uint64_t start = poff, key = (uint64_t)osec << 40 ^ ooff;
	bool exact = len;

	for_each_u64 (&o->pairs_by_place, key, e) {
		const struct range *r = &o->pairs[e->value];

		arena_work(o->arena, 1);
		if (r->psec == psec && r->oentry == ooff && r->pentry == poff &&
		    (!len || r->len >= len))
			return;
	}
	if (!exact)
		len = extent(o, ps, &start);
	map_add_u64(&o->pairs_by_place, key, (uint32_t)o->nr_pairs);
	o->pairs = arena_grow(o->arena, o->pairs, o->nr_pairs, &o->cap_pairs, sizeof(*o->pairs));
	o->pairs[o->nr_pairs++] = (struct range){
		.osec = osec, .ostart = ooff - (poff - start), .oentry = ooff,
		.psec = psec, .pstart = start, .pentry = poff, .len = len,
		.exact = exact,
	};
	note_blocks(o, &o->pairs[o->nr_pairs - 1], (uint32_t)o->nr_pairs - 1);
}
