// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entries of tables, by the section of which they say something: with it they are the same, or
 * are not, since a table as a whole grows with each function that is added.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static int by_name(const void *pa, const void *pb)
{
	const struct elf_sec *a = *(const struct elf_sec *const *)pa;
	const struct elf_sec *b = *(const struct elf_sec *const *)pb;
	int cmp = strcmp(a->name, b->name);

	return cmp ?: (a->index > b->index) - (a->index < b->index);
}

/* Tables whose entries say more than where they belong, by name. */
static const struct elf_sec **list_tables(const struct object *obj, uint32_t *nr)
{
	const struct elf_sec **tables =
		arena_calloc(obj->arena, obj->elf->nr_secs, sizeof(*tables));

	*nr = 0;
	for (uint32_t i = 1; i < obj->elf->nr_secs; i++) {
		const struct special_split *split = obj->secs[i].split;
		const struct special_layout *l = split ? split->layout : NULL;

		if (split && (split->rule->flags & SPECIAL_MEANING || !l || l->may ||
			      l->refs & (l->refs - 1)))
			tables[(*nr)++] = obj->elf->secs[i];
	}
	qsort(tables, *nr, sizeof(*tables), by_name);
	return tables;
}

static void add_entry(struct owned_entries *e, const struct object *obj, struct owned_entry entry)
{
	e->v = arena_grow(obj->arena, e->v, e->nr, &e->cap, sizeof(*e->v));
	e->v[e->nr++] = entry;
}

static void list_table(struct owned_entries *e, const struct object *obj, const struct elf_sec *sec)
{
	const struct special_split *split = obj->secs[sec->index].split;
	size_t k = 0, end = sec->rela ? sec->rela->nr_relocs : 0;

	for (uint32_t i = 0; i < split->nr; i++) {
		struct owned_entry entry = { .sec = sec,
					     .start = split->starts[i],
					     .end = split->starts[i + 1],
					     .first = k };
		const struct elf_reloc *owner;

		while (k < end && sec->rela->relocs[k].offset < entry.end)
			k++;
		entry.nr = k - entry.first;
		owner = object_raw_owner(obj, split, sec, i, entry.first, k);
		entry.owner = owner ? obj->elf->syms[owner->sym].sec : 0;
		if (owner && diff_freeze_is_content(obj, entry.owner))
			add_entry(e, obj, entry);
	}
}

static int by_owner(const void *pa, const void *pb)
{
	const struct owned_entry *a = pa, *b = pb;

	if (a->owner != b->owner)
		return a->owner < b->owner ? -1 : 1;
	if (a->sec != b->sec)
		return by_name(&a->sec, &b->sec);
	return a->start < b->start ? -1 : a->start > b->start;
}

void diff_freeze_sort_entries(struct owned_entry *v, size_t nr)
{
	if (nr)
		qsort(v, nr, sizeof(*v), by_owner);
}

static void list_entries(struct owned_entries *e, const struct object *obj)
{
	uint32_t nr;
	const struct elf_sec **tables = list_tables(obj, &nr);

	*e = (struct owned_entries){ 0 };
	for (uint32_t i = 0; i < nr; i++)
		list_table(e, obj, tables[i]);
	diff_freeze_sort_entries(e->v, e->nr);
	e->first = arena_calloc(obj->arena, obj->elf->nr_secs + 1, sizeof(*e->first));
	for (size_t i = 0; i < e->nr; i++)
		e->first[e->v[i].owner + 1]++;
	for (uint32_t i = 0; i < obj->elf->nr_secs; i++)
		e->first[i + 1] += e->first[i];
}

static bool is_meaning(const struct object *obj, const struct owned_entry *e)
{
	return obj->secs[e->sec->index].split->rule->flags & SPECIAL_MEANING;
}

/* Also a distance from a place in the table, which moves with the entry. */
static bool same_in_table(const struct freeze *f, const struct owned_entry *a,
			  const struct elf_reloc *r, const struct owned_entry *b,
			  const struct elf_reloc *q)
{
	const struct elf_sym *x = &f->a->elf->syms[r->sym], *y = &f->b->elf->syms[q->sym];

	return r->type == q->type && x->sec == a->sec->index && y->sec == b->sec->index &&
	       x->value + (uint64_t)r->addend - a->start ==
		       y->value + (uint64_t)q->addend - b->start;
}

/*
 * ppc64: where the replacement ends is told by another reference.  Whose code of the section
 * differs is not told here, so that all who have some there are looked at.
 */
static enum same same_open_ended(struct freeze *f, const struct elf_reloc *r,
				 const struct elf_reloc *q)
{
	uint32_t sec = f->b->elf->syms[q->sym].sec;

	if (!elf_sym_in_sec(&f->b->elf->syms[q->sym]) || !f->same_bytes[sec] ||
	    f->b->elf->secs[sec]->rela)
		return DIFFERENT;
	return diff_freeze_compare(f, r, q);
}

/* Replacement code stands side by side with that of others, and moves when theirs grows. */
static enum same same_ref(struct freeze *f, const struct owned_entry *a, const struct elf_reloc *r,
			  const struct owned_entry *b, const struct elf_reloc *q)
{
	const struct special_layout *l = f->b->secs[b->sec->index].split->layout;
	const struct elf_sym *x = &f->a->elf->syms[r->sym], *y = &f->b->elf->syms[q->sym];

	if (same_in_table(f, a, r, b, q))
		return SAME;
	if (l && l->repl != SPECIAL_NONE && q->offset == b->start + (uint64_t)l->repl &&
	    f->b->secs[b->sec->index].rule->flags & SPECIAL_REPL_END)
		return same_open_ended(f, r, q);
	if (l && l->repl != SPECIAL_NONE && q->offset == b->start + (uint64_t)l->repl &&
	    b->sec->data && r->type == q->type && elf_sym_in_sec(x) && elf_sym_in_sec(y) &&
	    f->sec_of[y->sec] == x->sec)
		return diff_freeze_range(f, f->a->elf->secs[x->sec], x->value + (uint64_t)r->addend,
					 f->b->elf->secs[y->sec], y->value + (uint64_t)q->addend,
					 b->sec->data[b->start + (uint64_t)l->repl_len]);
	return diff_freeze_compare(f, r, q);
}

static enum same same_entry(struct freeze *f, const struct owned_entry *a,
			    const struct owned_entry *b)
{
	enum same all = SAME;
	uint64_t size = b->end - b->start;

	if (strcmp(a->sec->name, b->sec->name) || a->end - a->start != size || a->nr != b->nr ||
	    !a->sec->data != !b->sec->data ||
	    (b->sec->data && memcmp(a->sec->data + a->start, b->sec->data + b->start, size)))
		return DIFFERENT;
	for (size_t i = 0; i < b->nr && all != DIFFERENT; i++) {
		const struct elf_reloc *r = &a->sec->rela->relocs[a->first + i];
		const struct elf_reloc *q = &b->sec->rela->relocs[b->first + i];
		enum same same = r->offset - a->start == q->offset - b->start
					 ? same_ref(f, a, r, b, q)
					 : DIFFERENT;

		all = same < all ? same : all;
	}
	return all;
}

/* The next one from *i on that is compared, or NULL. */
static const struct owned_entry *
next_meaning(const struct object *obj, const struct owned_entries *e, uint32_t owner, size_t *i)
{
	for (; *i < e->first[owner + 1]; ++*i)
		if (is_meaning(obj, &e->v[*i]))
			return &e->v[(*i)++];
	return NULL;
}

void diff_freeze_compare_entries(struct freeze *f)
{
	struct owned_entries a;

	list_entries(&a, f->a);
	list_entries(&f->owned, f->b);
	for (uint32_t s = 1; s < f->b->elf->nr_secs; s++) {
		size_t i = a.first[f->sec_of[s]], k = f->owned.first[s];

		while (f->sec_of[s] && f->same[s] != DIFFERENT) {
			const struct owned_entry *x = next_meaning(f->a, &a, f->sec_of[s], &i);
			const struct owned_entry *y = next_meaning(f->b, &f->owned, s, &k);
			enum same same;

			if (!x && !y)
				break;
			same = x && y ? same_entry(f, x, y) : DIFFERENT;
			f->same[s] = same < f->same[s] ? same : f->same[s];
		}
	}
}
