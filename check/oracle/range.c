// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: which bytes of the output stand for which of the patched object,
 * and whether they are the same.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

void finding(struct oracle *o, uint32_t osec, uint64_t off, const char *id, const char *fmt, ...)
{
	struct diag_where where = { .object = o->out.elf->path };
	va_list ap;
	char *text;

	if (osec) {
		uint32_t sym = image_sym_at(&o->out, osec, (int64_t)off);

		where.section = o->out.elf->secs[osec]->name;
		where.offset = off;
		where.has_offset = true;
		where.symbol = sym ? o->out.elf->syms[sym].name : NULL;
	}
	va_start(ap, fmt);
	text = arena_vprintf(o->arena, fmt, ap);
	va_end(ap);
	o->nr_findings++;
	klp_finding(o->diag, &where, id, "%s", text);
}

void cover(uint8_t **map, const struct elf_sec *sec, uint64_t off, uint64_t len,
	   struct arena *arena)
{
	if (!map[sec->index])
		map[sec->index] = arena_calloc(arena, sec->size + 1, 1);
	if (off > sec->size)
		return;
	memset(map[sec->index] + off, 1, len > sec->size - off ? sec->size - off : len);
}

/* ---- bytes ---- */

void mask_operands(uint8_t *bytes, uint64_t start, uint64_t len, const struct operands *ops)
{
	for (size_t i = 0; i < ops->nr; i++) {
		const struct operand *op = &ops->list[i];
		uint64_t at = op->at - start;

		if (at >= len || op->size > len - at)
			continue;
		if (op->mask && at + 4 <= len)
			put_le32(bytes + at, get_le32(bytes + at) & ~op->mask);
		else
			memset(bytes + at, 0, op->size);
	}
}

static uint8_t *masked(struct oracle *o, const struct image *img, uint32_t sec, uint64_t start,
		       uint64_t len, const struct operands *ops)
{
	uint8_t *bytes = arena_calloc(o->arena, len + 1, 1);

	if (img->elf->secs[sec]->data)
		memcpy(bytes, img->elf->secs[sec]->data + start, len);
	mask_operands(bytes, start, len, ops);
	return bytes;
}

static bool masked_equal(struct oracle *o, const struct range *r, uint64_t *where)
{
	uint8_t *ob = masked(o, &o->out, r->osec, r->ostart, r->len, &o->oops);
	uint8_t *pb = masked(o, &o->patched, r->psec, r->pstart, r->len, &o->pops);
	bool equal = !memcmp(ob, pb, r->len);

	if (!equal && where)
		for (*where = 0; ob[*where] == pb[*where]; (*where)++)
			;
	arena_give_back(o->arena, ob, r->len + 1, 1);
	arena_give_back(o->arena, pb, r->len + 1, 1);
	return equal;
}

bool bytes_equal(struct oracle *o, const struct range *r, uint64_t *where)
{
	image_operands(&o->out, r->osec, r->ostart, r->ostart + r->len, &o->oops);
	image_operands(&o->patched, r->psec, r->pstart, r->pstart + r->len, &o->pops);
	undo_filled(o, r);
	undo_far(o, r);
	match_toc(o, r);
	return masked_equal(o, r, where);
}

static void compare_range(struct oracle *o, const struct range *r)
{
	struct context c = { .range = r };
	const struct elf_sec *os = o->out.elf->secs[r->osec], *ps = o->patched.elf->secs[r->psec];
	uint64_t where;

	cover(o->ocovered, os, r->ostart, r->len, o->arena);
	cover(o->pcovered, ps, r->pstart, r->len, o->arena);
	if ((os->type == SHT_NOBITS) != (ps->type == SHT_NOBITS) ||
	    (os->flags ^ ps->flags) & (SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR))
		finding(o, r->osec, r->ostart, "section-kind",
			"it is in a section of another kind than %s", ps->name);
	/* Its name says what the linker's script and the loader do with it. */
	if (strcmp(os->name, ps->name))
		finding(o, r->osec, r->ostart, "section-kind", "it is in another section than %s",
			ps->name);
	if (!bytes_equal(o, r, &where))
		finding(o, r->osec, r->ostart + where, "bytes",
			"the byte differs from %s+%#llx of %s", ps->name,
			(unsigned long long)(r->pstart + where), o->patched.elf->path);
	match_operands(o, &c);
}

static uint64_t alignment_at(const struct elf_sec *sec, uint64_t off)
{
	uint64_t align = sec->align;

	while (off & (align - 1))
		align /= 2;
	return align;
}

static void check_alignment(struct oracle *o, const struct range *r)
{
	uint64_t have = alignment_at(o->out.elf->secs[r->osec], r->ostart);
	uint64_t want = alignment_at(o->patched.elf->secs[r->psec], r->pstart);

	if (have < want)
		finding(o, r->osec, r->ostart, "alignment", "aligned to %llu, in %s to %llu",
			(unsigned long long)have, o->patched.elf->path, (unsigned long long)want);
}

/* An object of the running kernel has one identity. */
void check_copied(struct oracle *o)
{
	for (size_t i = 0; i < o->nr_named; i++) {
		const struct range *r = &o->named[i];
		const struct elf_sym *ps = &o->patched.elf->syms[r->psym];

		if (is_function(ps) || is_code(o->patched.elf->secs[ps->sec]) ||
		    is_per_copy(&o->patched, r->psym) || holds_labels(o, r->psym))
			continue;
		if (kernel_has_object(o, r->psym))
			finding(o, r->osec, r->oentry, "object-copied",
				"%s has this object: the kernel's is to be used",
				o->orig.elf->path);
	}
}

/* Two things of patched, and not two names of one, may not become one. */
static void check_apart(struct oracle *o, size_t i)
{
	const struct range *r = &o->named[i];

	for (size_t k = i, n = 0; k-- > 0 && o->named[k].osec == r->osec && n < 16; n++) {
		const struct range *b = &o->named[k];

		if (b->ostart + b->len <= r->ostart || !r->len ||
		    (b->psec == r->psec && b->pstart - r->pstart == b->ostart - r->ostart))
			continue;
		finding(o, r->osec, r->ostart, "bytes", "%s and %s share bytes, not so in %s",
			o->out.elf->syms[b->osym].name, o->out.elf->syms[r->osym].name,
			o->patched.elf->path);
	}
}

void compare_named(struct oracle *o)
{
	for (size_t i = 0; i < o->nr_named; i++) {
		const struct range *r = &o->named[i];
		uint64_t osize = o->out.elf->syms[r->osym].size;
		uint64_t psize = o->patched.elf->syms[r->psym].size;

		if (osize != psize)
			finding(o, r->osec, r->oentry, "size", "%llu bytes, but %llu in %s",
				(unsigned long long)osize, (unsigned long long)psize,
				o->patched.elf->path);
		check_apart(o, i);
		check_alignment(o, r);
		compare_range(o, r);
	}
}

/* ---- nameless ranges ---- */

static uint64_t string_length(const struct elf_sec *sec, uint64_t off)
{
	uint64_t unit = sec->entsize ? sec->entsize : 1, end = off;
	static const uint8_t zero[8];

	if (unit > sizeof(zero))
		return 0;
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
 * Up to where something else begins.  A table may speak of a place within nameless code (an
 * exception in .text..refcount of kernels before 5.0): that is none, if control comes there
 * from before.
 */
static uint64_t nameless_end(struct oracle *o, const struct elf_sec *sec, uint64_t off)
{
	struct image *img = &o->patched;
	uint64_t end = image_next_target(img, sec->index, off);

	while (is_code(sec) && sec->data && !image_sym_at(img, sec->index, (int64_t)end) &&
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

void pair_nameless(struct oracle *o, uint32_t osec, uint64_t ooff, uint32_t psec, uint64_t poff,
		   uint64_t len)
{
	const struct elf_sec *ps = o->patched.elf->secs[psec];
	uint64_t start = poff, key = (uint64_t)osec << 40 ^ ooff;
	bool exact = len;

	for (const struct map_entry *e = map_find_u64(&o->pairs_by_place, key); e;
	     e = map_next(&o->pairs_by_place, e)) {
		const struct range *r = &o->pairs[e->value];

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
}

/* Zeroes at its end that may be there for the alignment of what follows. */
static uint64_t padding_behind(struct oracle *o, const struct range *r)
{
	const struct elf_sec *ps = o->patched.elf->secs[r->psec];
	uint64_t end = r->pstart + r->len, n = 0, align = end < ps->size ? alignment_at(ps, end) : 16;
	const struct elf_sec *rela = ps->rela;
	uint64_t last = r->pstart;

	for (size_t k = 0; rela && k < rela->nr_relocs && rela->relocs[k].offset < end; k++)
		last = rela->relocs[k].offset + 8;
	while (n < r->len && end - n > last && n + 1 < align &&
	       (!ps->data || !ps->data[end - n - 1]))
		n++;
	return n;
}

static void compare_pair(struct oracle *o, struct range *r)
{
	const struct elf_sec *os = o->out.elf->secs[r->osec], *ps = o->patched.elf->secs[r->psec];
	uint64_t room = os->size > r->ostart ? os->size - r->ostart : 0;

	if (r->ostart > os->size || r->ostart > r->oentry) {
		finding(o, r->osec, r->oentry, "short", "the copy of %s+%#llx is cut off", ps->name,
			(unsigned long long)r->pstart);
		return;
	}
	if (!r->exact && !(ps->flags & SHF_MERGE) && !is_code(ps))
		r->len -= padding_behind(o, r);
	if (room < r->len) {
		finding(o, r->osec, r->ostart, "short",
			"the copy of %s+%#llx has only %llu of its %llu bytes", ps->name,
			(unsigned long long)r->pstart, (unsigned long long)room,
			(unsigned long long)r->len);
		r->len = room;
	}
	if (!(ps->flags & SHF_STRINGS) || !ps->data || !r->pstart || !ps->data[r->pstart - 1])
		check_alignment(o, r);
	compare_range(o, r);
}

void compare_pairs(struct oracle *o)
{
	while (o->next_pair < o->nr_pairs) {
		struct range r = o->pairs[o->next_pair];

		/* The list may move. */
		compare_pair(o, &r);
		o->pairs[o->next_pair++] = r;
	}
}
