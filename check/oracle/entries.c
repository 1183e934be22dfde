// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: find the entries of tables, and the function or object that each is about.  For
 * example, an entry of __ex_table is about the function in which its first field points.
 */
#include <stdlib.h>
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

/* x86 before 5.16 has a function in each entry of __ex_table, and all are named alike. */
static bool may_be_handler(const struct image *img, const struct elf_sec *sec,
			   const struct elf_reloc *r, bool is_one)
{
	const struct elf_sym *sym = &img->elf->syms[r->sym];

	if (strcmp(sec->name, "__ex_table"))
		return true;
	if (strstr(sym->name, "ex_handler_"))
		return is_one;
	return !is_one || !elf_sym_in_sec(sym);
}

/* Do the relocations of [at, at + size) stand where the layout says? */
static bool entry_fits(const struct image *img, const struct elf_sec *sec, uint64_t at,
		       const struct special_rule *rule, const struct special_layout *l, size_t *k)
{
	const struct elf_sec *rela = sec->rela;
	uint32_t found = 0, empty = 0;

	for (; rela && *k < rela->nr_relocs && rela->relocs[*k].offset < at + l->size; (*k)++) {
		const struct arch_reloc *row = arch_reloc(img->arch, rela->relocs[*k].type);
		uint64_t word = (rela->relocs[*k].offset - at) / 4;

		if (row->flags & RELOC_MARKER || row->size < 4)
			continue;
		if (word > 15 ||
		    !may_be_handler(img, sec, &rela->relocs[*k], l->is & LAYOUT_HANDLER && word == 2))
			return false;
		found |= 1u << word;
	}
	/* An empty replacement need not lead anywhere. */
	if (l->repl != SPECIAL_NONE && !sec->data[at + (uint64_t)l->repl_len]) {
		empty = 1u << l->repl / 4;
		if (rule->flags & SPECIAL_REPL_END)
			empty |= 1u << l->repl_len / 4;
		found |= found & empty ? 0 : l->refs & empty;
	}
	return (found & l->refs) == l->refs && !(found & ~(uint32_t)(l->refs | l->may));
}

static const struct special_layout *find_layout(const struct image *img, const struct elf_sec *sec,
						const struct special_rule *rule, uint64_t size)
{
	for (int i = 0; i < SPECIAL_LAYOUTS && rule->layouts[i].size; i++) {
		const struct special_layout *l = &rule->layouts[i];
		size_t k = 0;
		uint64_t at = 0;

		if ((sec->size % l->size && !(l->is & LAYOUT_SHORT)) || (size && size != l->size))
			continue;
		while (at < sec->size && entry_fits(img, sec, at, rule, l, &k))
			at += l->size;
		if (at >= sec->size)
			return l;
	}
	return NULL;
}

/* The other half of a difference (LoongArch). */
bool oracle_is_subtracted(const struct image *img, const struct operand *op)
{
	return arch_reloc(img->arch, op->type)->flags & RELOC_SUB;
}

/* Of fields that count from the entry's begin (ppc64), or name what follows: what they mean. */
void oracle_count_from_entry(const struct image *img, const struct special_rule *rule, uint64_t at,
			     struct operands *ops)
{
	for (size_t i = 0; i < ops->nr && rule->flags & SPECIAL_BEHIND; i++)
		if (!oracle_is_subtracted(img, &ops->list[i]))
			ops->list[i].to.off--;
	for (size_t i = 0; i < ops->nr && rule->flags & SPECIAL_FROM_ENTRY; i++)
		if (arch_reloc(img->arch, ops->list[i].type)->flags & RELOC_PCREL)
			ops->list[i].to.off -= (int64_t)(ops->list[i].at - at);
}

static struct spot owner_of(const struct image *img, const struct elf_sec *sec,
			    const struct special_rule *rule, uint64_t begin, uint64_t from,
			    uint64_t to, struct operands *ops)
{
	image_operands(img, sec->index, from, to, ops);
	oracle_count_from_entry(img, rule, begin, ops);
	for (size_t i = 0; i < ops->nr; i++)
		if (ops->list[i].to.sec && !oracle_is_subtracted(img, &ops->list[i]))
			return (struct spot){ ops->list[i].to.off, ops->list[i].to.sec };
	return (struct spot){ .sec = 0 };
}

static void add_entry(struct oracle *o, const struct table *t, uint64_t at, uint64_t size,
		      bool doubtful, struct operands *ops, struct entries *list)
{
	const struct special_layout *l = t->layout;
	uint64_t from = at + (l ? (uint64_t)l->owner : 0);
	struct entry *e;

	list->list = arena_grow(o->arena, list->list, list->nr, &list->cap, sizeof(*list->list));
	e = &list->list[list->nr++];
	*e = (struct entry){ .table = t, .at = at, .size = (uint16_t)size, .doubtful = doubtful };
	e->owner = owner_of(t->img, t->sec, t->rule, at, from, l ? from + 1 : at + size, ops);
}

/* ---- those about a place ---- */

/* By the place that they are about; those of one place by table, then in the table's order. */
static int cmp_owner(const void *a, const void *b)
{
	const struct entry *x = *(const struct entry *const *)a;
	const struct entry *y = *(const struct entry *const *)b;
	int names;

	if (x->owner.off != y->owner.off)
		return x->owner.off < y->owner.off ? -1 : 1;
	names = strcmp(x->table->sec->name, y->table->sec->name);
	return names ? names : (x > y) - (x < y);
}

/* A share for each section: end[s] is where that of s ends, and that of s + 1 begins. */
static void share_out(struct oracle *o, struct entries *list, uint32_t nr_secs)
{
	uint32_t nr = 0;

	list->end = arena_calloc(o->arena, nr_secs + 1, sizeof(*list->end));
	list->sorted = arena_calloc(o->arena, nr_secs + 1, sizeof(*list->sorted));
	list->by_owner = arena_calloc(o->arena, list->nr + 1, sizeof(*list->by_owner));
	for (size_t i = 0; i < list->nr; i++)
		list->end[list->list[i].owner.sec]++;
	for (uint32_t s = 0; s < nr_secs; s++) {
		nr += list->end[s];
		list->end[s] = nr - list->end[s];
	}
	for (size_t i = 0; i < list->nr; i++)
		list->by_owner[list->end[list->list[i].owner.sec]++] = &list->list[i];
}

struct entry_walk oracle_entries_of(struct oracle *o, struct entries *list, uint32_t sec,
				    uint64_t from, uint64_t to)
{
	const struct entry **first, **end;
	size_t low = 0, high;

	if (!list->nr)
		return (struct entry_walk){ .next = NULL };
	if (!list->by_owner)
		share_out(o, list, list->list[0].table->img->elf->nr_secs);
	first = list->by_owner + (sec ? list->end[sec - 1] : 0);
	end = list->by_owner + list->end[sec];
	if (!list->sorted[sec] && end - first > 1)
		qsort(first, (size_t)(end - first), sizeof(*first), cmp_owner);
	list->sorted[sec] = true;
	for (high = (size_t)(end - first); low < high;) {
		size_t mid = low + (high - low) / 2;

		if (first[mid]->owner.off < (int64_t)from)
			low = mid + 1;
		else
			high = mid;
	}
	return (struct entry_walk){ first + low, end, (int64_t)to };
}

const struct entry *oracle_next_entry(struct entry_walk *w)
{
	if (w->next == w->end || (*w->next)->owner.off >= w->to)
		return NULL;
	return *w->next++;
}

const struct entry *oracle_next_meaning(struct entry_walk *w)
{
	const struct entry *e;

	while ((e = oracle_next_entry(w)))
		if (e->table->rule->flags & SPECIAL_MEANING && !e->doubtful)
			break;
	return e;
}

/* ---- how long an entry is ---- */

/* The size of an entry by --entry-size, or by the section's sh_entsize; 0: neither tells. */
static uint64_t stated_size(const struct oracle *o, const struct elf_sec *sec)
{
	uint64_t said = said_entry_size(o->opts->entry_sizes, o->opts->nr_entry_sizes, sec->name);

	if (said)
		return said;
	return sec->entsize > 1 ? sec->entsize : 0;
}

/* include/linux/objtool.h: { place, 1 } marks the begin of an entry; 0: no mark follows. */
static uint64_t next_mark(const struct image *img, const struct elf_sec *sec, uint64_t at)
{
	const struct elf_sec *marks = elf_find_sec(img->elf, ".discard.annotate_data");
	const struct elf_sec *rela = marks ? marks->rela : NULL;
	uint64_t next = 0;
	bool any = false;

	for_each_reloc (rela, r) {
		const struct elf_sym *sym = &img->elf->syms[r->sym];
		uint64_t mark = sym->value + (uint64_t)r->addend;

		if (sym->sec != sec->index)
			continue;
		any = true;
		if (mark > at && (!next || mark < next))
			next = mark;
	}
	return any && !next ? sec->size : next;
}

/* An entry of the output is as long as the one of that owner in the patched object. */
static uint64_t size_of_like(struct oracle *o, const struct elf_sec *sec,
			     const struct special_rule *rule, uint64_t at)
{
	struct operands ops = { .nr = 0 };
	struct spot owner = owner_of(&o->out, sec, rule, at, at, at + 1, &ops);
	struct entry_walk w;
	const struct entry *e;
	uint32_t psec;
	int64_t poff;

	arena_give_back(o->arena, ops.list, ops.cap, sizeof(*ops.list));
	if (!owner.sec || !oracle_to_patched(o, owner.sec, owner.off, &psec, &poff))
		return 0;
	w = oracle_entries_of(o, &o->pentries, psec, (uint64_t)poff, (uint64_t)poff + 1);
	while ((e = oracle_next_entry(&w)))
		if (!e->doubtful && !strcmp(e->table->sec->name, sec->name))
			return e->size;
	return 0;
}

static uint64_t entry_size(struct oracle *o, const struct table *t, uint64_t at)
{
	uint64_t stated, mark;

	if (t->layout)
		return t->layout->size;
	stated = stated_size(o, t->sec);
	if (stated)
		return stated;
	mark = next_mark(t->img, t->sec, at);
	if (mark)
		return mark - at;
	return t->img == &o->out ? size_of_like(o, t->sec, t->rule, at) : 0;
}

static void add_entries(struct oracle *o, const struct image *img, const struct elf_sec *sec,
			const struct special_rule *rule, struct entries *list)
{
	struct table *t = arena_alloc(o->arena, sizeof(*t));
	struct operands ops = { .nr = 0 };
	uint64_t size = stated_size(o, sec);

	*t = (struct table){ .img = img, .sec = sec, .rule = rule };
	t->layout = find_layout(img, sec, rule, size ? size : next_mark(img, sec, 0));
	for (uint64_t at = 0; at < sec->size; at += size) {
		bool doubtful;

		size = entry_size(o, t, at);
		if (t->layout && size > sec->size - at)
			size = sec->size - at;
		doubtful = !size || size > sec->size - at || size > UINT16_MAX;
		if (doubtful)
			size = sec->size - at;
		add_entry(o, t, at, size, doubtful, &ops, list);
	}
	arena_give_back(o->arena, ops.list, ops.cap, sizeof(*ops.list));
}

bool oracle_is_ignored(const struct oracle *o, const struct elf_sec *sec)
{
	for (size_t i = 0; i < o->opts->nr_ignore_sections; i++)
		if (!strcmp(o->opts->ignore_sections[i], sec->name))
			return true;
	return false;
}

static const struct special_rule *table_rule(const struct image *img, const struct elf_sec *sec)
{
	const struct special_rule *rule = special_rule(img->arch, sec);

	if (!sec->size || !sec->data || !rule || !(rule->flags & SPECIAL_TABLE) ||
	    rule->flags & SPECIAL_RANGES)
		return NULL;
	return sec->flags & SHF_ALLOC || rule->flags & SPECIAL_TOOL ? rule : NULL;
}

void oracle_collect_entries(struct oracle *o, const struct image *img, struct entries *list)
{
	for_each_sec (img->elf, sec) {
		const struct special_rule *rule = table_rule(img, sec);

		if (rule && !oracle_is_ignored(o, sec))
			add_entries(o, img, sec, rule, list);
	}
}

/* ---- its fields ---- */

void oracle_entry_operands(const struct entry *e, struct operands *ops)
{
	image_operands(e->table->img, e->table->sec->index, e->at, e->at + e->size, ops);
	if (!e->doubtful)
		oracle_count_from_entry(e->table->img, e->table->rule, e->at, ops);
}

static const struct operand *operand_at(const struct entry *e, const struct operands *ops, uint64_t at)
{
	for (size_t i = 0; i < ops->nr; i++)
		if (ops->list[i].at == at && !oracle_is_subtracted(e->table->img, &ops->list[i]))
			return &ops->list[i];
	return NULL;
}

int64_t oracle_entry_distance(const struct entry *e, const struct operands *ops, int begin,
			      int field)
{
	const struct operand *from = operand_at(e, ops, e->at + (uint64_t)begin);
	const struct operand *to = operand_at(e, ops, e->at + (uint64_t)field);

	return from && to && from->to.sec == to->to.sec ? to->to.off - from->to.off : 0;
}

static uint64_t replacement_size(const struct entry *e, const struct operands *ops)
{
	const struct special_layout *l = e->table->layout;

	if (e->table->rule->flags & SPECIAL_REPL_END)
		return (uint64_t)oracle_entry_distance(e, ops, l->repl, l->repl_len);
	return e->table->sec->data[e->at + (uint64_t)l->repl_len];
}

uint64_t oracle_replacement_length(const struct entry *e, const struct operands *ops,
				   uint64_t field)
{
	const struct special_layout *l = e->table->layout;

	if (!l || l->repl == SPECIAL_NONE || field != (uint64_t)l->repl)
		return 0;
	return replacement_size(e, ops);
}

void oracle_drop_replacement_labels(struct image *img, const struct entries *list)
{
	bool any = false;

	for (size_t i = 0; i < list->nr; i++) {
		const struct entry *e = &list->list[i];
		const struct operand *repl;
		struct operands ops = { .nr = 0 };
		uint64_t len;

		if (!e->table->layout || e->table->layout->repl == SPECIAL_NONE)
			continue;
		oracle_entry_operands(e, &ops);
		repl = operand_at(e, &ops, e->at + (uint64_t)e->table->layout->repl);
		len = replacement_size(e, &ops);
		if (repl && repl->to.sec && (int64_t)len > 0)
			any |= image_drop_labels(img, repl->to.sec, repl->to.off,
						 repl->to.off + (int64_t)len);
		arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
	}
	if (any)
		image_sort(img);
}

static void forget_field(const struct entry *e, struct operands *ops, int field)
{
	for (size_t i = 0; i < ops->nr; i++) {
		if (ops->list[i].at != e->at + (uint64_t)field)
			continue;
		memmove(ops->list + i, ops->list + i + 1,
			(--ops->nr - i) * sizeof(*ops->list));
		return;
	}
}

static bool is_callback(const struct entry *e)
{
	return e->table->rule->flags & SPECIAL_CALLBACK &&
	       get_le16(e->table->sec->data + e->at + 8) & 1u << 15;
}

bool oracle_puts_nops(const struct entry *e)
{
	const struct special_layout *l = e->table->layout;
	struct operands ops = { .nr = 0 };
	bool nops;

	if (e->doubtful || !l || l->repl == SPECIAL_NONE)
		return false;
	oracle_entry_operands(e, &ops);
	nops = !is_callback(e) && !replacement_size(e, &ops);
	for (size_t i = 0; i < ops.nr && is_callback(e); i++)
		nops |= ops.list[i].at == e->at + (uint64_t)l->repl && ops.list[i].to.name &&
			!strcmp(ops.list[i].to.name, "alt_cb_patch_nops");
	arena_give_back(e->table->img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return nops;
}

void oracle_forget_empty(const struct entry *e, struct operands *ops)
{
	const struct special_layout *l = e->table->layout;

	if (!l || l->repl == SPECIAL_NONE || replacement_size(e, ops) || is_callback(e))
		return;
	forget_field(e, ops, l->repl);
	if (e->table->rule->flags & SPECIAL_REPL_END)
		forget_field(e, ops, l->repl_len);
}

int oracle_entry_begin_of(const struct entry *e, uint64_t field)
{
	const struct special_layout *l = e->table->layout;

	if (!l || !(e->table->rule->flags & SPECIAL_REPL_END))
		return -1;
	if (field == (uint64_t)l->repl_len)
		return l->repl;
	return field == (uint64_t)l->orig_len ? l->owner : -1;
}

const struct entry *oracle_any_entry_at(const struct entries *list, uint32_t sec, uint64_t at)
{
	size_t low = 0, high = list->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct entry *e = &list->list[mid];

		if (e->table->sec->index < sec || (e->table->sec->index == sec && e->at < at))
			low = mid + 1;
		else
			high = mid;
	}
	return low < list->nr && list->list[low].table->sec->index == sec &&
			       list->list[low].at == at
		       ? &list->list[low]
		       : NULL;
}

const struct entry *oracle_entry_at(const struct entries *list, uint32_t sec, uint64_t at)
{
	const struct entry *e = oracle_any_entry_at(list, sec, at);

	return e && !e->doubtful ? e : NULL;
}
