// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Do relocations of both objects lead to the same?  Told by the counterparts of sections and
 * symbols, and where those of others stand side by side with it, by what is there.
 */
#include <string.h>

#include "internal.h"

/* What is not in a section: an undefined symbol, an absolute one. */
static bool same_outside(struct freeze *f, uint32_t i, uint32_t k)
{
	const struct elf_sym *x = &f->a->elf->syms[i], *y = &f->b->elf->syms[k];

	if (i && f->sym_of[k] == i)
		return true;
	if (x->sec != y->sec || x->bind != y->bind || x->type != y->type || x->value != y->value ||
	    strcmp(x->name, y->name))
		return false;
	f->sym_of[k] = i;
	return true;
}

/* Bytes between the field of a PC-relative relocation and the end of its instruction, at most. */
#define MAX_BIAS 8

/*
 * Strings move with what stands before them.  Of a PC-relative reference it is not known yet where
 * its instruction ends, and so from where it counts: then a string and what is before it count.
 */
static bool same_string(const struct freeze *f, const struct elf_sec *s, uint64_t at_s,
			const struct elf_sec *t, uint64_t at_t, const struct arch_reloc *row)
{
	uint64_t skip = row->flags & RELOC_PCREL && f->b->arch->pcrel_from_insn_end ? MAX_BIAS : 0;
	const char *x, *y;

	at_s += skip;
	at_t += skip;
	if (!s->data || !t->data || at_s < skip || at_t < skip || at_s >= s->size ||
	    at_t >= t->size)
		return false;
	if (skip && memcmp(s->data + at_s - skip, t->data + at_t - skip, skip) != 0)
		return false;
	x = (const char *)s->data + at_s;
	y = (const char *)t->data + at_t;
	return strnlen(x, s->size - at_s) < s->size - at_s &&
	       strnlen(y, t->size - at_t) < t->size - at_t && !strcmp(x, y);
}

/*
 * Code without names that code jumps to (x86: .altinstr_aux), side by side with that of others: up
 * to where control does not run on.  The field of a jump is the end of its instruction.
 */
static enum same same_snippet(struct freeze *f, const struct elf_sec *s, uint64_t from_s,
			      const struct elf_sec *t, uint64_t from_t)
{
	struct insn insn = { 0 };
	uint64_t at = from_t;

	while (t->data && at < t->size && !(insn.flags & INSN_END)) {
		if (f->b->arch->decode(t->data + at, t->size - at, &insn))
			return UNSURE;
		at += insn.len;
	}
	return insn.flags & INSN_END &&
			       diff_freeze_range(f, s, from_s, t, from_t, at - from_t) == SAME
		       ? SAME
		       : UNSURE;
}

/* … in the sections s and t, which are counterparts. */
static enum same same_place(struct freeze *f, const struct elf_reloc *r, const struct elf_reloc *q,
			    const struct arch_reloc *row)
{
	/* What a local stands for may differ: then who leads there is looked at, too. */
	const struct elf_sym *x = &f->a->elf->syms[r->sym], *y = &f->b->elf->syms[q->sym];
	const struct elf_sec *s = f->a->elf->secs[x->sec], *t = f->b->elf->secs[y->sec];
	uint64_t at_s = x->value + (uint64_t)r->addend, at_t = y->value + (uint64_t)q->addend;
	bool named = y->type != STT_SECTION && !arch_is_label(f->b->arch, y);

	if (named && (f->sym_of[q->sym] != r->sym || r->addend != q->addend))
		return DIFFERENT;
	if (named)
		return SAME;
	if (y->type != x->type)
		return DIFFERENT;
	if (f->b->secs[t->index].role == ROLE_STRINGS && t->entsize <= 1 &&
	    !(at_s == at_t && f->same_bytes[t->index]))
		return same_string(f, s, at_s, t, at_t, row) ? SAME : DIFFERENT;
	if (at_s == at_t)
		return SAME;
	return f->b->secs[t->index].role == ROLE_TEXT && !f->b->secs[t->index].nr_syms &&
			       row->flags & RELOC_PCREL && f->b->arch->pcrel_from_insn_end
		       ? same_snippet(f, s, at_s + 4, t, at_t + 4)
		       : UNSURE;
}

enum same diff_freeze_compare(struct freeze *f, const struct elf_reloc *r,
			      const struct elf_reloc *q)
{
	const struct elf_sym *x = &f->a->elf->syms[r->sym], *y = &f->b->elf->syms[q->sym];

	if (r->type != q->type)
		return DIFFERENT;
	if (!elf_sym_in_sec(x) || !elf_sym_in_sec(y))
		return r->addend == q->addend && same_outside(f, r->sym, q->sym) ? SAME : DIFFERENT;
	if (f->sec_of[y->sec] != x->sec || f->b->secs[y->sec].role == ROLE_TABLE)
		return DIFFERENT;
	return same_place(f, r, q, arch_reloc(f->b->arch, q->type));
}

static size_t nr_relocs(const struct elf_sec *sec)
{
	return sec->rela ? sec->rela->nr_relocs : 0;
}

enum same diff_freeze_relocs(struct freeze *f, const struct elf_sec *s, uint64_t from_s,
			     const struct elf_sec *t, uint64_t from_t, uint64_t size)
{
	size_t i = elf_first_reloc(s->rela, from_s), k = elf_first_reloc(t->rela, from_t);
	enum same all = SAME;

	for (;; i++, k++) {
		const struct elf_reloc *r = i < nr_relocs(s) ? &s->rela->relocs[i] : NULL;
		const struct elf_reloc *q = k < nr_relocs(t) ? &t->rela->relocs[k] : NULL;
		bool in_s = r && r->offset - from_s < size, in_t = q && q->offset - from_t < size;
		enum same same;

		if (!in_s || !in_t)
			return in_s == in_t ? all : DIFFERENT;
		same = r->offset - from_s == q->offset - from_t ? diff_freeze_compare(f, r, q)
								: DIFFERENT;
		if (same == DIFFERENT)
			return DIFFERENT;
		all = same < all ? same : all;
	}
}

enum same diff_freeze_range(struct freeze *f, const struct elf_sec *s, uint64_t from_s,
			    const struct elf_sec *t, uint64_t from_t, uint64_t size)
{
	if (from_s > s->size || size > s->size - from_s || from_t > t->size ||
	    size > t->size - from_t || !s->data != !t->data ||
	    (t->data && memcmp(s->data + from_s, t->data + from_t, size) != 0))
		return DIFFERENT;
	return diff_freeze_relocs(f, s, from_s, t, from_t, size);
}
