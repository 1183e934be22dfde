// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: sections of the patched object that are the original's, so that nobody need read
 * their code.
 *
 * Most of two builds is the same.  A section is, if it has the same name, which no other one has,
 * the same bytes and symbols, and relocations at the same places that lead to the same: to one
 * name, to one string, or to one place of a section whose symbol there is the same; where there
 * is none, that section has to be the same.  Of code, the entries of tables must be, too.  What is
 * not so simple is left to those who read what it does.
 */
#include <string.h>

#include "internal.h"

/* Where a section leads to bytes without a name, it is the same only if those are. */
struct need {
	uint32_t by, next; /* next: 1 + its index; 0: none */
};

struct same {
	struct oracle *o;
	/* Per section of patched: */
	uint32_t *was;		/* that of orig which may be the same, or 0 */
	bool *names;		/* symbols of both are the same */
	uint32_t *needs;	/* 1 + index in list of the first one who needs it; 0: nobody */
	struct need *list;
	size_t nr, cap;
	uint32_t *queue;	/* sections that are not the same, of which nobody was told yet */
	size_t nr_queue, cap_queue;
	uint32_t by;		/* the section that is being compared */
	/* Of the entry that is being compared, the field at repl leads to so many bytes of code. */
	bool has_repl;
	uint64_t repl, repl_len;
};

/* What is being compared: size bytes of orig's section a and patched's b. */
struct stretch {
	const struct elf_sec *a, *b;
	uint64_t at_a, at_b, size;
};

static void set_different(struct same *s, uint32_t sec)
{
	if (!s->was[sec])
		return;
	s->was[sec] = 0;
	s->queue = arena_grow(s->o->arena, s->queue, s->nr_queue, &s->cap_queue, sizeof(*s->queue));
	s->queue[s->nr_queue++] = sec;
}

/* ---- what a section is by itself ---- */

static bool same_symbol(const struct oracle *o, uint32_t a, uint32_t b)
{
	const struct elf_sym *x = &o->orig.elf->syms[a], *y = &o->patched.elf->syms[b];

	return x->value == y->value && x->size == y->size && x->type == y->type &&
	       x->bind == y->bind && x->other == y->other && !strcmp(x->name, y->name) &&
	       !strcmp(o->orig.files[a], o->patched.files[b]);
}

static bool same_names(const struct oracle *o, uint32_t a, uint32_t b)
{
	uint32_t i = o->orig.first[a], k = o->patched.first[b];

	if (o->orig.first[a + 1] - i != o->patched.first[b + 1] - k)
		return false;
	for (; k < o->patched.first[b + 1]; i++, k++)
		if (!same_symbol(o, o->orig.syms[i], o->patched.syms[k]))
			return false;
	return true;
}

static bool same_bytes(const uint8_t *a, const uint8_t *b, uint64_t size)
{
	return !a == !b && (!a || !memcmp(a, b, size));
}

static bool same_kind(const struct elf_sec *a, const struct elf_sec *b)
{
	return a->type == b->type && a->flags == b->flags && a->size == b->size &&
	       a->align == b->align && a->entsize == b->entsize;
}

static size_t nr_relocs(const struct elf_sec *sec)
{
	return sec->rela ? sec->rela->nr_relocs : 0;
}

/* ---- where relocations lead ---- */

/*
 * On x86, a PC-relative relocation counts from the end of its instruction, which is up to four
 * bytes behind its field.  Who has not decoded the code does not know where.
 */
struct reach {
	uint64_t from, to;
};

static struct reach reach_of(const struct oracle *o, const struct elf_sec *sec,
			     const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(o->arch, r->type);
	bool ahead =
		o->arch->pcrel_from_insn_end && oracle_is_code(sec) && row->flags & RELOC_PCREL;

	return ahead ? (struct reach){ row->size, row->size + 4u } : (struct reach){ 0, 0 };
}

/* Wherever in its reach it leads, it is within one symbol, which has no other name? */
static bool is_named(const struct image *img, uint32_t sec, uint64_t at, const struct reach *reach)
{
	int64_t from = (int64_t)(at + reach->from), to = (int64_t)(at + reach->to);
	uint32_t sym = image_sym_at(img, sec, from), nr = 0;

	if (!sym || image_sym_at(img, sec, to) != sym)
		return false;
	for_each_name_of (img, sym, name)
		nr++;
	return nr == 1;
}

static bool holds_strings(const struct image *img, uint32_t sec)
{
	const struct elf_sec *s = img->elf->secs[sec];

	return s->flags & SHF_STRINGS && s->entsize <= 1 && s->data && !nr_relocs(s) &&
	       img->first[sec] == img->first[sec + 1];
}

/* From the first byte of its reach to the end of the string in which that ends. */
static bool same_string(const struct elf_sec *a, uint64_t at_a, const struct elf_sec *b,
			uint64_t at_b, const struct reach *reach)
{
	uint64_t width = reach->to - reach->from, left_a, left_b, len;

	at_a += reach->from;
	at_b += reach->from;
	if (at_a >= a->size || at_b >= b->size)
		return false;
	left_a = a->size - at_a;
	left_b = b->size - at_b;
	if (width >= left_a || width >= left_b)
		return false;
	len = strnlen((const char *)a->data + at_a + width, left_a - width);
	if (len == left_a - width || len >= left_b - width)
		return false;
	return !memcmp(a->data + at_a, b->data + at_b, width + len + 1);
}

static bool same_outside(const struct elf_sym *a, const struct elf_sym *b)
{
	return a->sec == b->sec && a->value == b->value && a->type == b->type &&
	       !strcmp(a->name, b->name);
}

static bool same_relocs(struct same *s, const struct stretch *of);

static bool has_entries(struct oracle *o, struct entries *list, uint32_t sec, uint64_t at,
			uint64_t size)
{
	struct entry_walk w = oracle_entries_of(o, list, sec, at, at + size);

	return oracle_next_meaning(&w);
}

/* Bytes without a name that others stand before: they are where those leave them. */
static bool same_stretch(struct same *s, const struct stretch *of)
{
	const struct elf_sec *a = of->a, *b = of->b;

	return a->data && b->data && of->at_a <= a->size && of->size <= a->size - of->at_a &&
	       of->at_b <= b->size && of->size <= b->size - of->at_b &&
	       !memcmp(a->data + of->at_a, b->data + of->at_b, of->size) &&
	       !has_entries(s->o, &s->o->rentries, a->index, of->at_a, of->size) &&
	       !has_entries(s->o, &s->o->pentries, b->index, of->at_b, of->size) &&
	       same_relocs(s, of);
}

/*
 * Code without a name to which code jumps (x86: .altinstr_aux), up to where control does not run
 * on.  Of what it does itself there is a relocation, or it stays within.
 */
static bool same_snippet(struct same *s, struct stretch *of)
{
	uint64_t avail = of->at_b < of->b->size ? of->b->size - of->at_b : 0;
	struct insn insn = { .len = 0 };

	for (of->size = 0; of->b->data && of->size < avail && !(insn.flags & INSN_END);
	     of->size += insn.len)
		if (s->o->arch->decode(of->b->data + of->at_b + of->size, avail - of->size,
				       &insn) ||
		    !insn.len || (insn.flags & INSN_PCREL && !s->o->arch->pcrel_from_insn_end))
			return false;
	return insn.flags & INSN_END && same_stretch(s, of);
}

/* … where it moved. */
static bool same_moved(struct same *s, const struct stretch *by, const struct elf_reloc *q,
		       struct stretch *of)
{
	bool names = s->o->orig.first[of->a->index] != s->o->orig.first[of->a->index + 1] ||
		     s->o->patched.first[of->b->index] != s->o->patched.first[of->b->index + 1];

	if (names || !oracle_is_code(of->b))
		return false;
	if (s->has_repl && q->offset - by->at_b == s->repl) {
		of->size = s->repl_len;
		s->has_repl = false;
		return !of->size || same_stretch(s, of);
	}
	if (!oracle_is_code(by->b) || !s->o->arch->pcrel_from_insn_end)
		return false;
	of->at_a += 4;
	of->at_b += 4;
	return same_snippet(s, of);
}

/* It leads to no name: note that sec has to be the same. */
static bool need(struct same *s, uint32_t sec)
{
	if (s->needs[sec] && s->list[s->needs[sec] - 1].by == s->by)
		return true;
	s->list = arena_grow(s->o->arena, s->list, s->nr, &s->cap, sizeof(*s->list));
	s->list[s->nr++] = (struct need){ .by = s->by, .next = s->needs[sec] };
	s->needs[sec] = (uint32_t)s->nr;
	return true;
}

/* Do relocations of what is compared lead to the same? */
static bool leads_same(struct same *s, const struct stretch *by, const struct elf_reloc *r,
		       const struct elf_reloc *q)
{
	const struct image *orig = &s->o->orig, *patched = &s->o->patched;
	const struct elf_sym *x = &orig->elf->syms[r->sym], *y = &patched->elf->syms[q->sym];
	struct reach reach = reach_of(s->o, by->b, q);
	struct stretch of;

	if (r->type != q->type)
		return false;
	if (!elf_sym_in_sec(x) || !elf_sym_in_sec(y))
		return r->addend == q->addend && same_outside(x, y);
	of = (struct stretch){ .a = orig->elf->secs[x->sec],
			       .b = patched->elf->secs[y->sec],
			       .at_a = x->value + (uint64_t)r->addend,
			       .at_b = y->value + (uint64_t)q->addend };
	if (by->a == of.a && by->b == of.b && of.at_a - by->at_a == of.at_b - by->at_b &&
	    of.at_b + reach.from - by->at_b <= by->size &&
	    of.at_b + reach.to - by->at_b <= by->size)
		return true;
	if (strcmp(of.a->name, of.b->name) != 0)
		return false;
	if (holds_strings(orig, x->sec) && holds_strings(patched, y->sec))
		return same_string(of.a, of.at_a, of.b, of.at_b, &reach);
	if (of.at_a == of.at_b && s->names[y->sec] && is_named(patched, y->sec, of.at_b, &reach))
		return true;
	if (of.at_a == of.at_b && s->was[y->sec] == x->sec)
		return need(s, y->sec);
	return same_moved(s, by, q, &of);
}

static bool same_relocs(struct same *s, const struct stretch *of)
{
	size_t i = elf_first_reloc(of->a->rela, of->at_a),
	       k = elf_first_reloc(of->b->rela, of->at_b);

	for (;; i++, k++) {
		const struct elf_reloc *r = i < nr_relocs(of->a) ? &of->a->rela->relocs[i] : NULL;
		const struct elf_reloc *q = k < nr_relocs(of->b) ? &of->b->rela->relocs[k] : NULL;
		bool in_a = r && r->offset - of->at_a < of->size;
		bool in_b = q && q->offset - of->at_b < of->size;

		if (!in_a || !in_b)
			return in_a == in_b;
		if (r->offset - of->at_a != q->offset - of->at_b || !leads_same(s, of, r, q))
			return false;
	}
}

/* ---- entries of tables ---- */

/* Where an entry leads to a replacement, and how long that is. */
static void note_replacement(struct same *s, const struct entry *e)
{
	const struct special_layout *l = e->table->layout;

	s->has_repl = l && l->repl != SPECIAL_NONE &&
		      !(e->table->rule->flags & (SPECIAL_REPL_END | SPECIAL_CALLBACK));
	s->repl = s->has_repl ? (uint64_t)l->repl : 0;
	s->repl_len = s->has_repl ? e->table->sec->data[e->at + (uint64_t)l->repl_len] : 0;
}

static bool same_entry(struct same *s, const struct entry *a, const struct entry *b)
{
	const struct stretch of = { a->table->sec, b->table->sec, a->at, b->at, a->size };
	bool same;

	note_replacement(s, b);
	same = a->owner.off == b->owner.off && a->table->rule == b->table->rule &&
	       a->table->layout == b->table->layout && a->size == b->size &&
	       !strcmp(a->table->sec->name, b->table->sec->name) &&
	       !memcmp(a->table->sec->data + a->at, b->table->sec->data + b->at, a->size) &&
	       same_relocs(s, &of);
	s->has_repl = false;
	return same;
}

static bool same_entries(struct same *s, uint32_t a, uint32_t b)
{
	struct oracle *o = s->o;
	struct entry_walk x = oracle_entries_of(o, &o->rentries, a, 0, INT64_MAX);
	struct entry_walk y = oracle_entries_of(o, &o->pentries, b, 0, INT64_MAX);

	for (;;) {
		const struct entry *p = oracle_next_meaning(&x), *q = oracle_next_meaning(&y);

		if (!p || !q)
			return p == q;
		if (!same_entry(s, p, q))
			return false;
	}
}

/* ---- all sections ---- */

/* That of orig which may be the same as sec of patched; 0: none. */
static uint32_t candidate(struct same *s, uint32_t sec)
{
	const struct elf_sec *b = s->o->patched.elf->secs[sec];
	const struct elf_sec *a = elf_only_sec(s->o->orig.elf, b->name);
	const struct special_rule *rule = special_rule(s->o->arch, b);

	if (!(b->flags & SHF_ALLOC) || (rule && rule->flags & SPECIAL_TABLE) || !a ||
	    elf_only_sec(s->o->patched.elf, b->name) != b || !same_kind(a, b))
		return 0;
	s->names[sec] = same_names(s->o, a->index, sec);
	return s->names[sec] && same_bytes(a->data, b->data, b->size) &&
			       same_bytes(s->o->orig.data_map[a->index],
					  s->o->patched.data_map[sec], b->size)
		       ? a->index
		       : 0;
}

static void compare(struct same *s, uint32_t sec)
{
	const struct elf_sec *b = s->o->patched.elf->secs[sec];
	const struct elf_sec *a = s->o->orig.elf->secs[s->was[sec]];
	const struct stretch all = { a, b, 0, 0, b->size };

	s->by = sec;
	if (nr_relocs(a) != nr_relocs(b) || !same_relocs(s, &all) ||
	    (oracle_is_code(b) && !same_entries(s, a->index, sec)))
		set_different(s, sec);
}

static void find_same(struct oracle *o)
{
	uint32_t nr_secs = o->patched.elf->nr_secs;
	struct same *s = arena_calloc(o->arena, 1, sizeof(*s));

	s->o = o;
	s->was = arena_calloc(o->arena, nr_secs, sizeof(*s->was));
	s->names = arena_calloc(o->arena, nr_secs, sizeof(*s->names));
	s->needs = arena_calloc(o->arena, nr_secs, sizeof(*s->needs));
	for (uint32_t i = 1; i < nr_secs; i++)
		s->was[i] = candidate(s, i);
	for (uint32_t i = 1; i < nr_secs; i++)
		if (s->was[i])
			compare(s, i);
	for (size_t i = 0; i < s->nr_queue; i++)
		for (uint32_t k = s->needs[s->queue[i]]; k; k = s->list[k - 1].next)
			set_different(s, s->list[k - 1].by);
	o->same_as = s->was;
}

uint32_t oracle_same_as(struct oracle *o, uint32_t psec)
{
	/* What the user says of twins is not what names tell. */
	if (o->opts->nr_pairs || o->opts->nr_no_pairs)
		return 0;
	if (!o->same_as)
		find_same(o);
	return o->same_as[psec];
}
