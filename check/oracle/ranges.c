// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: compare each range of the output's bytes with its range of the patched object, and
 * find bytes that belong to no range.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* ---- bytes ---- */

static uint8_t *masked(struct oracle *o, const struct image *img, uint32_t sec, uint64_t start,
		       uint64_t len, const struct operands *ops)
{
	uint8_t *bytes = arena_calloc(o->arena, len + 1, 1);

	arena_work(o->arena, len / 64);

	if (img->elf->secs[sec]->data)
		memcpy(bytes, img->elf->secs[sec]->data + start, len);
	oracle_mask_operands(bytes, start, len, ops);
	return bytes;
}

static bool masked_equal(struct oracle *o, const struct range *r, uint64_t *where)
{
	uint8_t *ob, *pb;
	bool equal;

	/* Zeroes that no file has: there may be very many. */
	if (!o->out.elf->secs[r->osec]->data && !o->patched.elf->secs[r->psec]->data)
		return true;
	ob = masked(o, &o->out, r->osec, r->ostart, r->len, &o->oops);
	pb = masked(o, &o->patched, r->psec, r->pstart, r->len, &o->pops);
	equal = !memcmp(ob, pb, r->len);

	if (!equal && where)
		for (*where = 0; ob[*where] == pb[*where]; (*where)++)
			;
	arena_give_back(o->arena, ob, r->len + 1, 1);
	arena_give_back(o->arena, pb, r->len + 1, 1);
	return equal;
}

bool oracle_bytes_equal(struct oracle *o, const struct range *r, uint64_t *where)
{
	image_operands(&o->out, r->osec, r->ostart, r->ostart + r->len, &o->oops);
	image_operands(&o->patched, r->psec, r->pstart, r->pstart + r->len, &o->pops);
	oracle_undo_filled(o, r);
	oracle_undo_far(o, r);
	return masked_equal(o, r, where);
}

static void compare_range(struct oracle *o, const struct range *r)
{
	struct context c = { .range = r };
	const struct elf_sec *os = o->out.elf->secs[r->osec], *ps = o->patched.elf->secs[r->psec];
	uint64_t where;

	oracle_cover(o->ocovered, os, r->ostart, r->len, o->arena);
	oracle_cover(o->pcovered, ps, r->pstart, r->len, o->arena);
	if ((os->type == SHT_NOBITS) != (ps->type == SHT_NOBITS) ||
	    (os->flags ^ ps->flags) & (SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR))
		oracle_finding(o, r->osec, r->ostart, "section-kind",
			       "it is in a section of another kind than %s", ps->name);
	/* Its name says what the linker's script and the loader do with it. */
	if (strcmp(os->name, ps->name))
		oracle_finding(o, r->osec, r->ostart, "section-kind",
			       "it is in another section than %s", ps->name);
	if (!oracle_bytes_equal(o, r, &where))
		oracle_finding(o, r->osec, r->ostart + where, "bytes",
			       "the byte differs from %s+%#llx of %s", ps->name,
			       (unsigned long long)(r->pstart + where), o->patched.elf->path);
	oracle_match_operands(o, &c);
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
		oracle_finding(o, r->osec, r->ostart, "alignment", "aligned to %llu, in %s to %llu",
			       (unsigned long long)have, o->patched.elf->path,
			       (unsigned long long)want);
}

/* An object of the running kernel has one identity. */
void check_copied(struct oracle *o)
{
	for (size_t i = 0; i < o->nr_named; i++) {
		const struct range *r = &o->named[i];
		const struct elf_sym *ps = &o->patched.elf->syms[r->psym];

		if (oracle_is_function(ps) || oracle_is_code(o->patched.elf->secs[ps->sec]) ||
		    oracle_is_per_copy(&o->patched, r->psym) || oracle_holds_labels(o, r->psym))
			continue;
		if (oracle_kernel_has_object(o, r->psym) && !oracle_is_constant_apart(o, r->psym))
			oracle_finding(o, r->osec, r->oentry, "object-copied",
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
		oracle_finding(o, r->osec, r->ostart, "bytes",
			       "%s and %s overlap, which they do not in %s",
			       o->out.elf->syms[b->osym].name, o->out.elf->syms[r->osym].name,
			       o->patched.elf->path);
	}
}

void oracle_compare_named(struct oracle *o)
{
	for (size_t i = 0; i < o->nr_named; i++) {
		const struct range *r = &o->named[i];
		uint64_t osize = o->out.elf->syms[r->osym].size;
		uint64_t psize = o->patched.elf->syms[r->psym].size;

		if (osize != psize)
			oracle_finding(o, r->osec, r->oentry, "size", "%llu bytes, but %llu in %s",
				       (unsigned long long)osize, (unsigned long long)psize,
				       o->patched.elf->path);
		check_apart(o, i);
		check_alignment(o, r);
		compare_range(o, r);
	}
}

/* ---- nameless ranges ---- */

/* Zeroes at its end that may be there for the alignment of what follows. */
static uint64_t padding_behind(struct oracle *o, const struct range *r)
{
	const struct elf_sec *ps = o->patched.elf->secs[r->psec];
	uint64_t end = r->pstart + r->len, n = 0,
		 align = end < ps->size ? alignment_at(ps, end) : 16;
	size_t k = elf_first_reloc(ps->rela, end);
	uint64_t last = k ? ps->rela->relocs[k - 1].offset + 8 : r->pstart;

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
		oracle_finding(o, r->osec, r->oentry, "short", "the copy of %s+%#llx is cut off",
			       ps->name, (unsigned long long)r->pstart);
		return;
	}
	if (!r->exact && !(ps->flags & SHF_MERGE) && !oracle_is_code(ps))
		r->len -= padding_behind(o, r);
	if (room < r->len) {
		oracle_finding(o, r->osec, r->ostart, "short",
			       "the copy of %s+%#llx has only %llu of its %llu bytes", ps->name,
			       (unsigned long long)r->pstart, (unsigned long long)room,
			       (unsigned long long)r->len);
		r->len = room;
	}
	if (!(ps->flags & SHF_STRINGS) || !ps->data || !r->pstart || !ps->data[r->pstart - 1])
		check_alignment(o, r);
	compare_range(o, r);
}

void oracle_compare_pairs(struct oracle *o)
{
	while (o->next_pair < o->nr_pairs) {
		struct range r = o->pairs[o->next_pair];

		/* The list may move. */
		compare_pair(o, &r);
		o->pairs[o->next_pair++] = r;
	}
}

/* r, a copied piece, ends where the gap begins, and was larger than what leads to its begin. */
static bool ends_there(struct oracle *o, const struct range *r, uint64_t from)
{
	return r->ostart + r->len == from &&
	       r->pstart + r->len < o->patched.elf->secs[r->psec]->size;
}

/* … and what is behind it there has no name. */
static bool goes_on(struct oracle *o, const struct range *r, uint64_t from)
{
	return ends_there(o, r, from) &&
	       !image_sym_at(&o->patched, r->psec, (int64_t)(r->pstart + r->len));
}

static bool is_neighbour(struct oracle *o, const struct range *r, uint32_t osec, uint64_t from,
			 uint64_t to)
{
	if (r->osec != osec)
		return false;
	if (ends_there(o, r, from))
		return goes_on(o, r, from);
	return r->ostart == to && r->pstart >= to - from;
}

/* The first of those, or NULL. */
static const struct range *neighbour_of(struct oracle *o, uint32_t osec, uint64_t from, uint64_t to)
{
	const uint64_t near[] = { from ? from - 1 : 0, from, to };
	uint32_t first = UINT32_MAX;

	for (size_t i = 0; i < sizeof(near) / sizeof(*near); i++)
		for_each_u64 (&o->pairs_by_block, oracle_block(osec, (int64_t)near[i]), e)
			if (e->value < first &&
			    is_neighbour(o, &o->pairs[e->value], osec, from, to))
				first = e->value;
	return first == UINT32_MAX ? NULL : &o->pairs[first];
}

/* An address of what is behind an object with a name is as good as one of that object's end. */
static const struct range *named_before(struct oracle *o, uint32_t osec, uint64_t from)
{
	for (size_t i = oracle_last_named(o, osec, (int64_t)from), n = 0; i-- > 0 && n < 16; n++)
		if (o->named[i].osec == osec && goes_on(o, &o->named[i], from))
			return &o->named[i];
	return NULL;
}

static bool is_zero_at(const struct elf_sec *sec, uint64_t off)
{
	size_t next = elf_first_reloc(sec->rela, off < 8 ? 0 : off - 7);

	return !(sec->data && sec->data[off]) &&
	       !(sec->rela && next < sec->rela->nr_relocs && sec->rela->relocs[next].offset <= off);
}

/*
 * What the bytes from there on are is said by what is behind them, which is also from poff on: the
 * first of them may be there for the alignment, in place of something else.
 */
static uint64_t filling_before(const struct elf_sec *os, uint64_t from, uint64_t to,
			       const struct elf_sec *ps, uint64_t poff)
{
	uint64_t nr = 0;

	while (nr + 1 < os->align && from + nr < to && is_zero_at(os, from + nr))
		nr++;
	while (nr && is_zero_at(ps, poff + nr - 1))
		nr--;
	return nr;
}

/* Nameless bytes go on there. */
static bool extend(struct oracle *o, uint32_t osec, uint64_t from, uint64_t to)
{
	const struct range *found = neighbour_of(o, osec, from, to) ?: named_before(o, osec, from);
	uint64_t len = to - from;
	struct range r;

	if (!found)
		return false;
	r = *found; /* the list may move */
	if (ends_there(o, &r, from)) {
		uint64_t at = r.pstart + r.len;
		uint64_t next = image_next_target(&o->patched, r.psec, at) - at;

		oracle_pair_nameless(o, osec, from, r.psec, at, next < len ? next : len);
	} else {
		uint64_t skip = filling_before(o->out.elf->secs[osec], from, to,
					       o->patched.elf->secs[r.psec], r.pstart - len);

		oracle_cover(o->ocovered, o->out.elf->secs[osec], from, skip, o->arena);
		oracle_pair_nameless(o, osec, from + skip, r.psec, r.pstart - len + skip,
				     len - skip);
	}
	return true;
}

static bool is_fill(const struct oracle *o, const struct elf_sec *sec, uint64_t from, uint64_t to)
{
	size_t next = elf_first_reloc(sec->rela, from);

	if (sec->rela && next < sec->rela->nr_relocs && sec->rela->relocs[next].offset < to)
		return false;
	if (!sec->data)
		return true;
	for (; from < to; from++)
		if (sec->data[from] &&
		    !(oracle_is_code(sec) && sec->data[from] == o->arch->text_fill))
			return false;
	return true;
}

/* The next gap in a section's bytes that is not filling; false: none. */
static bool find_gap(struct oracle *o, const struct elf_sec *sec, uint64_t *from, uint64_t *to)
{
	while ((*from = oracle_next_covered(o->ocovered, sec, *to, false)) < sec->size) {
		*to = oracle_next_covered(o->ocovered, sec, *from, true);
		if (*to - *from >= 64 || !is_fill(o, sec, *from, *to))
			return true;
	}
	return false;
}

/* Of those that others read as a whole, they read the first of a name. */
static bool is_rest_checked(const struct oracle *o, const struct elf_sec *sec)
{
	static const char *const whole[] = { ".modinfo", ".orc_unwind", ".orc_unwind_ip", ".sframe",
					     NULL };

	for (int i = 0; whole[i]; i++)
		if (elf_find_sec(o->out.elf, whole[i]) == sec)
			return false;
	return sec->flags & SHF_ALLOC && sec->size && !oracle_is_own_table(o, sec);
}

static void check_rest_of(struct oracle *o, const struct elf_sec *sec)
{
	uint64_t from, to = 0;

	while (find_gap(o, sec, &from, &to)) {
		size_t before = o->nr_pairs;

		if (extend(o, sec->index, from, to) && o->nr_pairs > before) {
			oracle_compare_pairs(o);
			to = from;
			if (oracle_next_covered(o->ocovered, sec, from, true) == from)
				continue;
			to = sec->size;
		}
		oracle_finding(o, sec->index, from, "unexplained",
			       "%llu bytes that nothing refers to",
			       (unsigned long long)(to - from));
	}
}

/* What leads on comes first: the strings that only the rest of a table names are its own. */
void check_rest(struct oracle *o)
{
	for (int leads = 1; leads >= 0; leads--)
		for_each_sec (o->out.elf, sec)
			if (!sec->rela == !leads && is_rest_checked(o, sec))
				check_rest_of(o, sec);
}
