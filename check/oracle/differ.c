// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: do two functions or objects of the inputs differ?
 *
 * To a function belong the entries of tables about it.  Only there may it be written for which
 * feature of the processor an alternative is, which replacement it has, on which key a jump
 * depends, or how an exception is handled: two functions with equal bytes may differ in that.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define DEPTH_MAX 8

/* Does anything run the code at that place: is it copied, or can its function run? */
static bool runs(struct oracle *o, uint32_t sec, uint64_t at, uint32_t sym, int depth)
{
	const struct elf_sym *from;
	uint32_t user = image_sym_at(&o->patched, sec, (int64_t)at);

	if (!user)
		return true;
	from = &o->patched.elf->syms[user];
	if (from->sec == o->patched.elf->syms[sym].sec &&
	    from->value == o->patched.elf->syms[sym].value)
		return false;
	return depth == DEPTH_MAX || o->copy_of[user] || oracle_can_run(o, user, depth + 1);
}

static bool is_referred(struct oracle *o, uint32_t sec, uint32_t sym, int depth)
{
	const struct elf_sym *s = &o->patched.elf->syms[sym];
	struct operands ops = { .nr = 0 };
	bool found = false;

	image_operands(&o->patched, sec, 0, o->patched.elf->secs[sec]->size, &ops);
	for (size_t i = 0; i < ops.nr && !found; i++) {
		const struct place *to = &ops.list[i].to;

		found = to->sec == s->sec && (uint64_t)to->off >= s->value &&
			(uint64_t)to->off - s->value < s->size &&
			runs(o, sec, ops.list[i].at, sym, depth);
	}
	arena_give_back(o->arena, ops.list, ops.cap, sizeof(*ops.list));
	return found;
}

/* Entries of tables belong to the function; they do not call it. */
bool oracle_can_run(struct oracle *o, uint32_t sym, int depth)
{
	const struct elf *elf = o->patched.elf;
	uint32_t sec;

	if (elf->syms[sym].bind != STB_LOCAL || !oracle_is_function(&elf->syms[sym]))
		return true;
	for (struct leading l = image_leading(&o->patched, elf->syms[sym].sec);
	     image_next_leading(&o->patched, &l, &sec);)
		if (elf->secs[sec]->flags & SHF_ALLOC &&
		    !special_rule(o->patched.arch, elf->secs[sec]) &&
		    is_referred(o, sec, sym, depth))
			return true;
	return false;
}

#define MAX_DEPTH 4	/* of nameless data that leads to nameless data */

/* Bytes of a section of orig or patched. */
struct span {
	uint32_t sec;
	uint64_t start, size;
};

static bool spans_differ(struct oracle *o, const struct span *a, const struct span *b, int depth);
static bool entry_differs(struct oracle *o, const struct entry *a, const struct entry *b,
			  int depth);

/* Name and distance from it; NULL: nameless. */
static const char *symbolic(const struct image *img, const struct place *p, int64_t *off)
{
	uint32_t sym;

	*off = p->off;
	if (!p->sec)
		return p->name ? p->name : "";
	sym = image_sym_at(img, p->sec, p->off);
	if (!sym)
		return NULL;
	*off -= (int64_t)img->elf->syms[sym].value;
	return img->elf->syms[sym].name;
}

/* Has what stands there, or begins off bytes before, that name, if only by an alias? */
static bool is_called_so(const struct image *img, const struct place *p, const char *name,
			 int64_t off)
{
	if (!p->sec)
		return p->off == off && !strcmp(p->name ? p->name : "", name);
	for_each_symbol_at (img, p->sec, p->off - off, sym)
		if (oracle_same_stem(img->elf->syms[sym].name, name))
			return true;
	return false;
}

/* Entries that code refers to itself (x86's warnings from 6.19 on): are they about other places?
 */
static bool owners_differ(struct oracle *o, const struct entry *a, const struct entry *b)
{
	struct place was = entry_owner(a), is = entry_owner(b);
	int64_t off;
	const char *name = symbolic(&o->patched, &is, &off);

	return !name || !is_called_so(&o->orig, &was, name, off);
}

/* len: how much of it is meant; 0: as far as it reaches */
static bool nameless_differ(struct oracle *o, const struct place *a, const struct place *b,
			    uint64_t len, int depth)
{
	const struct elf_sec *as = o->orig.elf->secs[a->sec], *bs = o->patched.elf->secs[b->sec];
	struct span x = { a->sec, (uint64_t)a->off, len }, y = { b->sec, (uint64_t)b->off, len };
	const struct entry *ae = oracle_entry_at(&o->rentries, a->sec, x.start);
	const struct entry *be = oracle_entry_at(&o->pentries, b->sec, y.start);
	uint64_t asize, bsize;

	if (a->off < 0 || b->off < 0 || x.start >= as->size || y.start >= bs->size ||
	    len > as->size - x.start || len > bs->size - y.start)
		return a->off - (int64_t)as->size != b->off - (int64_t)bs->size;
	if (as->flags & bs->flags & SHF_STRINGS && as->data && bs->data) {
		asize = strnlen((const char *)as->data + a->off, as->size - x.start);
		bsize = strnlen((const char *)bs->data + b->off, bs->size - y.start);
		return asize != bsize || memcmp(as->data + a->off, bs->data + b->off, asize);
	}
	if (depth > MAX_DEPTH)
		return false;
	if (ae || be)
		return !ae || !be || owners_differ(o, ae, be) ||
		       entry_differs(o, ae, be, depth + 1);
	if (!len) {
		asize = image_next_target(&o->orig, a->sec, x.start) - x.start;
		bsize = image_next_target(&o->patched, b->sec, y.start) - y.start;
		x.size = y.size = asize < bsize ? asize : bsize;
	}
	return spans_differ(o, &x, &y, depth + 1);
}

/* Does any of the names at a mean the same as one of the names at psym's place in patched? */
static bool has_common_name(const struct oracle *o, const struct place *a, uint32_t psym, int64_t off)
{
	const struct image *img = &o->patched;

	for_each_name_of (img, psym, sym)
		if (is_called_so(&o->orig, a, img->elf->syms[sym].name, off))
			return true;
	return false;
}

/* How many functions' names the place has. */
static unsigned int nr_names(const struct image *img, uint32_t sec, int64_t off)
{
	unsigned int nr = 0;

	for_each_symbol_at (img, sec, off, sym)
		nr += oracle_is_function(&img->elf->syms[sym]);
	return nr;
}

/* Does the symbol of patched stand for another function than what a leads to? */
static bool function_differs(struct oracle *o, const struct place *a, uint32_t psym, int depth)
{
	const struct elf_sym *ps = &o->patched.elf->syms[psym], *as;
	uint32_t asym;

	if (!is_called_so(&o->orig, a, ps->name, 0))
		return true;
	asym = a->sec ? image_sym_at(&o->orig, a->sec, a->off) : 0;
	if (!asym || (nr_names(&o->orig, a->sec, a->off) == 1 &&
		      nr_names(&o->patched, ps->sec, (int64_t)ps->value) == 1))
		return false;
	/* One body for several: which of them it still is its contents tell. */
	if (o->copy_of[psym] && o->redirected[o->copy_of[psym]])
		return false;
	as = &o->orig.elf->syms[asym];
	return depth < MAX_DEPTH && spans_differ(o, &(struct span){ as->sec, as->value, as->size },
						 &(struct span){ ps->sec, ps->value, ps->size },
						 depth + 1);
}

/* By any of the names that it has. */
static bool functions_differ(struct oracle *o, const struct place *a, uint32_t psym, int depth)
{
	for_each_name_of (&o->patched, psym, sym)
		if (!function_differs(o, a, sym, depth))
			return false;
	return true;
}

/* The user says what stands at b: is it another thing than a? */
static bool said_otherwise(const struct oracle *o, const struct place *a, const struct place *b,
			   uint32_t psym)
{
	const struct elf_sym *is = &o->patched.elf->syms[psym], *was;

	if (o->said[psym] == NOT_FOUND)
		return true;
	was = &o->orig.elf->syms[o->said[psym]];
	return a->sec != was->sec || a->off - (int64_t)was->value != b->off - (int64_t)is->value;
}

static bool nameless_operands_differ(struct oracle *o, const struct operand *a,
				     const struct operand *b, uint64_t len, int depth)
{
	int64_t added = image_from_label(&o->orig, a);
	struct place was = a->to, is = b->to;

	was.off -= added;
	is.off -= added;
	return added != image_from_label(&o->patched, b) ||
	       nameless_differ(o, &was, &is, len, depth);
}

static bool operands_differ(struct oracle *o, const struct operand *a, const struct operand *b,
			    uint64_t len, int depth)
{
	uint32_t psym = b->to.sec ? image_sym_at(&o->patched, b->to.sec, b->to.off) : 0;
	const struct arch_reloc *at = arch_reloc(o->arch, a->type), *bt = arch_reloc(o->arch, b->type);
	int64_t aoff, boff;
	const char *aname = symbolic(&o->orig, &a->to, &aoff);
	const char *bname = symbolic(&o->patched, &b->to, &boff);

	if ((at ? at->like : 0) != (bt ? bt->like : 0))
		return true;
	if (o->said[psym])
		return said_otherwise(o, &a->to, &b->to, psym);
	if (!aname && !bname)
		return nameless_operands_differ(o, a, b, len, depth);
	if (!aname || !bname)
		return true;
	if (!psym)
		return !is_called_so(&o->orig, &a->to, bname, boff);
	if (boff || !oracle_is_code(o->patched.elf->secs[b->to.sec]))
		return !has_common_name(o, &a->to, psym, boff);
	return functions_differ(o, &a->to, psym, depth);
}

/* Does the operand lead to the same place of the bytes that it stands in, or to their end? */
static bool is_own_place(const struct operand *a, const struct span *x, const struct operand *b,
			 const struct span *y)
{
	uint64_t aoff = (uint64_t)a->to.off - x->start, boff = (uint64_t)b->to.off - y->start;

	return a->to.sec == x->sec && b->to.sec == y->sec && aoff == boff && aoff <= x->size;
}

/* ---- entries of tables ---- */

static bool leads_to(const struct operand *op, const struct spot *to)
{
	return op->to.sec == to->sec && op->to.off == to->off;
}

static bool fields_differ(struct oracle *o, const struct entry *a, const struct operands *aops,
			  const struct entry *b, const struct operands *bops, int depth)
{
	const struct span x = { a->table->sec->index, a->at, a->size };
	const struct span y = { b->table->sec->index, b->at, b->size };

	for (size_t i = 0; i < aops->nr; i++) {
		const struct operand *ao = &aops->list[i], *bo = &bops->list[i];
		uint64_t field = ao->at - a->at;
		int begin = oracle_entry_begin_of(a, field);

		if (field != bo->at - b->at)
			return true;
		if (is_own_place(ao, &x, bo, &y) || (leads_to(ao, &a->owner) && leads_to(bo, &b->owner)))
			continue;
		if (begin < 0 &&
		    operands_differ(o, ao, bo, oracle_replacement_length(a, aops, field), depth))
			return true;
		if (begin >= 0 && oracle_entry_distance(a, aops, begin, (int)field) !=
					  oracle_entry_distance(b, bops, begin, (int)field))
			return true;
	}
	return false;
}

/* Line numbers apart. */
static bool entry_differs(struct oracle *o, const struct entry *a, const struct entry *b, int depth)
{
	struct operands aops = { .nr = 0 }, bops = { .nr = 0 };
	const struct special_layout *l = a->table->layout;
	uint8_t *bytes = arena_calloc(o->arena, 2 * (uint64_t)a->size + 1, 1);
	bool differ = true;

	if (!strcmp(a->table->sec->name, b->table->sec->name) && l == b->table->layout &&
	    a->size == b->size) {
		memcpy(bytes, a->table->sec->data + a->at, a->size);
		memcpy(bytes + a->size, b->table->sec->data + b->at, b->size);
		oracle_entry_operands(a, &aops);
		oracle_entry_operands(b, &bops);
		oracle_mask_operands(bytes, a->at, a->size, &aops);
		oracle_mask_operands(bytes + a->size, b->at, b->size, &bops);
		if (l && l->line != SPECIAL_NONE)
			memcpy(bytes + l->line, bytes + a->size + l->line, 2);
		oracle_forget_empty(a, &aops);
		oracle_forget_empty(b, &bops);
		differ = memcmp(bytes, bytes + a->size, a->size) || aops.nr != bops.nr ||
			 fields_differ(o, a, &aops, b, &bops, depth);
	}
	arena_give_back(o->arena, bops.list, bops.cap, sizeof(*bops.list));
	arena_give_back(o->arena, aops.list, aops.cap, sizeof(*aops.list));
	return differ;
}

static bool entries_differ(struct oracle *o, const struct span *a, const struct span *b, int depth)
{
	struct entry_walk i =
		oracle_entries_of(o, &o->rentries, a->sec, a->start, a->start + a->size);
	struct entry_walk k =
		oracle_entries_of(o, &o->pentries, b->sec, b->start, b->start + b->size);

	for (;;) {
		const struct entry *x = oracle_next_meaning(&i), *y = oracle_next_meaning(&k);

		if (!x || !y)
			return x != y;
		if (x->owner.off - (int64_t)a->start != y->owner.off - (int64_t)b->start ||
		    entry_differs(o, x, y, depth))
			return true;
	}
}

/* ---- bytes and what they lead to ---- */

/* texts: operands lead to texts that differ in a number. */
static bool masked_differ(struct oracle *o, const struct span *a, const struct operands *aops,
			  const struct span *b, const struct operands *bops, bool texts)
{
	const struct elf_sec *as = o->orig.elf->secs[a->sec], *bs = o->patched.elf->secs[b->sec];
	uint8_t *copy = arena_calloc(o->arena, 2 * a->size + 1, 1), *second = copy + a->size;
	bool differ;

	memcpy(copy, as->data + a->start, a->size);
	memcpy(second, bs->data + b->start, a->size);
	oracle_mask_operands(copy, a->start, a->size, aops);
	oracle_mask_operands(second, b->start, a->size, bops);
	oracle_mask_location(&o->orig, copy, as, a->start, a->size, aops);
	oracle_mask_location(&o->patched, second, bs, b->start, b->size, bops);
	differ = texts || memcmp(copy, second, a->size) != 0;
	if (differ && oracle_is_code(as)) {
		const struct code_pair code = {
			.a = copy, .asec = a->sec, .astart = a->start,
			.b = second, .bsec = b->sec, .bstart = b->start,
			.size = a->size,
		};

		differ = !oracle_only_lines_differ(o, &code);
	}
	arena_give_back(o->arena, copy, 2 * a->size + 1, 1);
	return differ;
}

static bool holds_zeroes(const struct image *img, const struct span *s)
{
	const struct elf_sec *sec = img->elf->secs[s->sec];
	struct operands ops = { .nr = 0 };
	uint64_t i = 0;

	image_operands(img, s->sec, s->start, s->start + s->size, &ops);
	while (!ops.nr && i < s->size && !sec->data[s->start + i])
		i++;
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return i == s->size;
}

/* Do operands of code lead to texts that differ in nothing but a number? */
static bool texts_differ(const struct oracle *o, const struct elf_sec *as, const struct operand *a,
			 const struct operand *b)
{
	const struct arch_reloc *at = arch_reloc(o->arch, a->type);
	const struct arch_reloc *bt = arch_reloc(o->arch, b->type);

	return oracle_is_code(as) && (at ? at->like : 0) == (bt ? bt->like : 0) &&
	       oracle_texts_alike(oracle_text_at(&o->orig, a), oracle_text_at(&o->patched, b));
}

static bool spans_differ(struct oracle *o, const struct span *a, const struct span *b, int depth)
{
	const struct elf_sec *as = o->orig.elf->secs[a->sec], *bs = o->patched.elf->secs[b->sec];
	struct operands aops = { .nr = 0 }, bops = { .nr = 0 };
	size_t first = 0;
	bool differ, texts = false;

	if (a->size != b->size)
		return true;
	if (a->start == b->start && oracle_same_as(o, b->sec) == a->sec)
		return false;
	/* Zeroes in .bss, and in a section with contents. */
	if (!as->data != !bs->data)
		return !holds_zeroes(as->data ? &o->orig : &o->patched, as->data ? a : b);
	image_operands(&o->orig, a->sec, a->start, a->start + a->size, &aops);
	image_operands(&o->patched, b->sec, b->start, b->start + b->size, &bops);
	differ = aops.nr != bops.nr;
	/* Where in the source it stands is no change, whatever the file is called. */
	if (!differ && oracle_is_sanitizers_record(&o->orig, a->sec, a->start, a->size, &aops) &&
	    oracle_is_sanitizers_record(&o->patched, b->sec, b->start, b->size, &bops))
		first = 1;
	for (size_t i = first; i < aops.nr && !differ; i++) {
		const struct operand *ao = &aops.list[i], *bo = &bops.list[i];

		differ = ao->at - a->start != bo->at - b->start;
		if (differ || is_own_place(ao, a, bo, b) || !operands_differ(o, ao, bo, 0, depth))
			continue;
		differ = !texts_differ(o, as, ao, bo);
		texts = true;
	}
	differ = differ || (as->data && masked_differ(o, a, &aops, b, &bops, texts));
	arena_give_back(o->arena, bops.list, bops.cap, sizeof(*bops.list));
	arena_give_back(o->arena, aops.list, aops.cap, sizeof(*aops.list));
	return differ || (oracle_is_code(as) && entries_differ(o, a, b, depth));
}

bool oracle_symbols_differ(struct oracle *o, uint32_t osym, uint32_t psym)
{
	const struct elf_sym *os = &o->orig.elf->syms[osym], *ps = &o->patched.elf->syms[psym];
	const struct span a = { os->sec, os->value, os->size }, b = { ps->sec, ps->value, ps->size };

	return !o->same_inputs && spans_differ(o, &a, &b, 0);
}

bool oracle_differ_but(struct oracle *o, uint32_t orig, uint32_t psym, uint64_t off, uint64_t size)
{
	const struct elf_sym *os = &o->orig.elf->syms[orig], *ps = &o->patched.elf->syms[psym];
	uint64_t behind = off + size;

	if (os->size != ps->size || behind > ps->size || behind < off)
		return true;
	return spans_differ(o, &(struct span){ os->sec, os->value, off },
			    &(struct span){ ps->sec, ps->value, off }, 0) ||
	       spans_differ(o, &(struct span){ os->sec, os->value + behind, os->size - behind },
			    &(struct span){ ps->sec, ps->value + behind, ps->size - behind }, 0);
}
