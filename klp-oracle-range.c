// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: which bytes of the output stand for which of the patched object,
 * and whether they are the same.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "klp-oracle.h"

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

/* ---- named ranges ---- */

/* The end of what stands before the symbol in its section. */
static uint64_t end_before(const struct image *img, uint32_t sym)
{
	const struct elf_sym *s = &img->elf->syms[sym];
	uint64_t end = 0;

	for (uint32_t i = img->first[s->sec]; i < img->first[s->sec + 1]; i++) {
		const struct elf_sym *t = &img->elf->syms[img->syms[i]];

		if (t->value >= s->value)
			break;
		if (!is_prefix(t->name) && t->value + t->size > end)
			end = t->value + t->size;
	}
	return end < s->value ? end : s->value;
}

/*
 * How many bytes before its symbol belong to a function: those from the first
 * one on that something leads to (patchable entries, prefix symbols), and what
 * of the nops before it is the same.
 */
static uint64_t prefix_length(struct oracle *o, uint32_t osym, uint32_t psym)
{
	const struct elf_sym *os = &o->out.elf->syms[osym], *ps = &o->patched.elf->syms[psym];
	const uint8_t *od = o->out.elf->secs[os->sec]->data;
	const uint8_t *pd = o->patched.elf->secs[ps->sec]->data;
	uint64_t ogap = os->value - end_before(&o->out, osym), pgap, at;

	if (!ogap || !is_function(ps))
		return 0;
	pgap = ps->value - end_before(&o->patched, psym);
	if (!pgap)
		return 0;
	at = ps->value - (pgap < ogap ? pgap : ogap);
	if (!image_is_target(&o->patched, ps->sec, at))
		at = image_next_target(&o->patched, ps->sec, at);
	at = at < ps->value ? ps->value - at : 0;
	while (at < ogap && at < pgap && od && pd && od[os->value - at - 1] == pd[ps->value - at - 1])
		at++;
	/* Part of an instruction is none. */
	return at - at % o->arch->insn_align;
}

static uint64_t named_length(const struct image *img, uint32_t sym)
{
	const struct elf_sym *s = &img->elf->syms[sym];

	if (s->size)
		return s->size;
	for (uint32_t i = img->first[s->sec]; i < img->first[s->sec + 1]; i++) {
		uint64_t value = img->elf->syms[img->syms[i]].value;

		if (value > s->value)
			return value - s->value;
	}
	return img->elf->secs[s->sec]->size - s->value;
}

static struct range make_range(struct oracle *o, uint32_t osym, uint32_t psym)
{
	const struct elf_sym *os = &o->out.elf->syms[osym], *ps = &o->patched.elf->syms[psym];
	uint64_t prefix = prefix_length(o, osym, psym);
	uint64_t olen = named_length(&o->out, osym), plen = named_length(&o->patched, psym);

	return (struct range){
		.osec = os->sec, .psec = ps->sec,
		.ostart = os->value - prefix, .pstart = ps->value - prefix,
		.len = prefix + (olen < plen ? olen : plen),
		.osym = osym, .psym = psym,
		.oentry = os->value, .pentry = ps->value,
	};
}

/* The file of what a prefix symbol, which objtool adds, stands before; else the symbol's own. */
static const char *file_of(const struct image *img, uint32_t sym)
{
	const struct elf_sym *s = &img->elf->syms[sym];
	uint32_t next;

	if (!is_prefix(s->name))
		return img->files[sym];
	next = image_sym_at(img, s->sec, (int64_t)(s->value + s->size));
	return next ? img->files[next] : "";
}

/* Of several that have its name (and file), the one that holds the same bytes. */
static uint32_t find_counterpart(struct oracle *o, uint32_t osym)
{
	const struct elf_sym *os = &o->out.elf->syms[osym];
	const char *file = file_of(&o->out, osym), *pfile;
	uint32_t best = 0, nr = 0;

	for (const struct map_entry *e = map_find_str(&o->patched.names, os->name); e;
	     e = map_next(&o->patched.names, e)) {
		const struct elf_sym *ps = &o->patched.elf->syms[e->value];
		struct range r;

		if (!elf_sym_in_sec(ps) || is_function(ps) != is_function(os))
			continue;
		pfile = file_of(&o->patched, e->value);
		if (*file && *pfile && strcmp(file, pfile))
			continue;
		if (!nr++) {
			best = e->value;
			continue;
		}
		r = make_range(o, osym, best);
		if (!bytes_equal(o, &r, NULL) || o->copy_of[best])
			best = e->value;
	}
	return best;
}

static int cmp_range(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	if (x->osec != y->osec)
		return x->osec < y->osec ? -1 : 1;
	return (x->ostart > y->ostart) - (x->ostart < y->ostart);
}

static bool is_own_table(const char *name)
{
	return !strncmp(name, ".init.klp_", 10) || !strncmp(name, KLP_RELOCS_PREFIX ".", 13) ||
	       !strcmp(name, ".rodata.klp.str1.1");
}

void find_named(struct oracle *o)
{
	const struct elf *elf = o->out.elf;

	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[i];
		uint32_t psym;

		if (!elf_sym_in_sec(sym) || sym->type == STT_SECTION || sym->type == STT_FILE ||
		    o->arch->mapping(sym) != MAPPING_NONE || is_own_table(elf->secs[sym->sec]->name))
			continue;
		if (!strncmp(sym->name, KLP_ENTRY_PREFIX, strlen(KLP_ENTRY_PREFIX)))
			continue;	/* match_tables() */
		if (o->arch->is_label(sym)) {
			finding(o, sym->sec, sym->value, "label", "the symbol %s names nothing",
				sym->name);
			continue;
		}
		psym = find_counterpart(o, i);
		if (!psym) {
			finding(o, sym->sec, sym->value, "no-counterpart",
				"%s defines no %s of that name and file", o->patched.elf->path,
				is_function(sym) ? "function" : "object");
			continue;
		}
		o->named = arena_grow(o->arena, o->named, o->nr_named, &o->cap_named,
				      sizeof(*o->named));
		o->named[o->nr_named++] = make_range(o, i, psym);
		o->copy_of[psym] = i;
	}
	if (o->nr_named)
		qsort(o->named, o->nr_named, sizeof(*o->named), cmp_range);
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

/* An object of the running kernel has one identity (F6). */
static void check_may_copy(struct oracle *o, const struct range *r)
{
	const struct elf_sym *ps = &o->patched.elf->syms[r->psym];

	if (is_function(ps) || is_code(o->patched.elf->secs[ps->sec]) ||
	    is_per_copy(&o->patched, r->psym) || holds_labels(o, r->psym))
		return;
	if (kernel_has_object(o, r->psym))
		finding(o, r->osec, r->oentry, "object-copied",
			"%s has this object: the kernel's is to be used", o->orig.elf->path);
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
		check_alignment(o, r);
		check_may_copy(o, r);
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

static uint64_t extent(struct oracle *o, const struct elf_sec *sec, uint64_t *off)
{
	if (sec->flags & SHF_STRINGS && sec->data)
		return string_length(sec, *off);
	if (sec->flags & SHF_MERGE && sec->entsize) {
		*off -= *off % sec->entsize;
		return sec->entsize;
	}
	return image_next_target(&o->patched, sec->index, *off) - *off;
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
	if (!(ps->flags & SHF_STRINGS) || !r->pstart || !ps->data[r->pstart - 1])
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

/* ---- what is not accounted for ---- */

/* Nameless bytes go on where a copied piece was larger than what leads to its begin. */
static bool extend(struct oracle *o, uint32_t osec, uint64_t from, uint64_t to)
{
	for (size_t i = 0; i < o->nr_pairs; i++) {
		struct range r = o->pairs[i];
		const struct elf_sec *ps = o->patched.elf->secs[r.psec];
		uint64_t at = r.pstart + r.len, len = to - from;

		if (r.osec != osec)
			continue;
		if (r.ostart + r.len == from && at < ps->size) {
			uint64_t next = image_next_target(&o->patched, r.psec, at) - at;

			if (image_sym_at(&o->patched, r.psec, (int64_t)at))
				continue;
			pair_nameless(o, osec, from, r.psec, at, next < len ? next : len);
			return true;
		}
		if (r.ostart == to && r.pstart >= len) {
			pair_nameless(o, osec, from, r.psec, r.pstart - len, len);
			return true;
		}
	}
	return false;
}

static bool is_fill(const struct oracle *o, const struct elf_sec *sec, uint64_t from, uint64_t to)
{
	if (!sec->data)
		return true;
	for (; from < to; from++)
		if (sec->data[from] && !(is_code(sec) && sec->data[from] == o->arch->text_fill))
			return false;
	return true;
}

/* The next gap in a section's bytes that is not filling; false: none. */
static bool find_gap(const struct oracle *o, const struct elf_sec *sec, uint64_t *from,
		     uint64_t *to)
{
	const uint8_t *map = o->ocovered[sec->index];

	for (*from = *to; *from < sec->size; *from = *to) {
		if (map && map[*from]) {
			(*to)++;
			continue;
		}
		for (*to = *from; *to < sec->size && !(map && map[*to]); (*to)++)
			;
		if (*to - *from >= 64 || !is_fill(o, sec, *from, *to))
			return true;
	}
	return false;
}

static bool is_rest_checked(const struct elf_sec *sec)
{
	return sec->flags & SHF_ALLOC && sec->size && !is_own_table(sec->name) &&
	       strcmp(sec->name, ".modinfo") && strncmp(sec->name, ".orc_unwind", 11);
}

void check_rest(struct oracle *o)
{
	const struct elf *elf = o->out.elf;

	for (uint32_t s = 1; s < elf->nr_secs; s++) {
		uint64_t from, to = 0;

		if (!is_rest_checked(elf->secs[s]))
			continue;
		while (find_gap(o, elf->secs[s], &from, &to)) {
			size_t before = o->nr_pairs;

			if (extend(o, s, from, to) && o->nr_pairs > before) {
				compare_pairs(o);
				to = from;
				if (o->ocovered[s] && o->ocovered[s][from])
					continue;
				to = elf->secs[s]->size;
			}
			finding(o, s, from, "unexplained",
				"%llu bytes stand here to which nothing leads",
				(unsigned long long)(to - from));
		}
	}
}
