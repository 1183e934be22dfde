// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: what leads to a place.
 *
 * Code tells where it leads only if it is decoded, and a kernel has much of it.  But what leads
 * into a section is in that section, or has a relocation into it: those sections are read when
 * somebody asks, each once.  For example, who uses a static object in .data.count is told by the
 * functions that have a relocation into .data.count.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* ---- the sections that lead into a section ---- */

/* Calls for each section into which s has a relocation, and for itself. */
static void note_leads(struct image *img, uint32_t s, uint32_t *seen, uint32_t *from)
{
	const struct elf_sec *rela = img->elf->secs[s]->rela;

	for (size_t i = 0, nr = rela ? rela->nr_relocs + 1 : 1; i < nr; i++) {
		const struct elf_sym *sym = i ? &img->elf->syms[rela->relocs[i - 1].sym] : NULL;
		uint32_t to = sym ? sym->sec : s;

		if ((sym && !elf_sym_in_sec(sym)) || seen[to] == s)
			continue;
		seen[to] = s;
		if (from)
			from[img->leads_end[to]++] = s;
		else
			img->leads_end[to]++;
	}
}

static void find_leads(struct image *img)
{
	uint32_t nr_secs = img->elf->nr_secs, nr = 0;
	uint32_t *seen = arena_calloc(img->arena, nr_secs, sizeof(*seen));

	img->leads_end = arena_calloc(img->arena, nr_secs, sizeof(*img->leads_end));
	for (uint32_t s = 1; s < nr_secs; s++)
		note_leads(img, s, seen, NULL);
	for (uint32_t s = 0; s < nr_secs; s++) {
		nr += img->leads_end[s];
		img->leads_end[s] = nr - img->leads_end[s];
	}
	img->leads = arena_calloc(img->arena, nr + 1, sizeof(*img->leads));
	memset(seen, 0, nr_secs * sizeof(*seen));
	for (uint32_t s = 1; s < nr_secs; s++)
		note_leads(img, s, seen, img->leads);
	arena_give_back(img->arena, seen, nr_secs, sizeof(*seen));
}

struct leading image_leading(struct image *img, uint32_t sec)
{
	if (!img->leads)
		find_leads(img);
	return (struct leading){ .next = sec ? img->leads_end[sec - 1] : 0, .sec = sec };
}

bool image_next_leading(const struct image *img, struct leading *l, uint32_t *from)
{
	if (l->next == img->leads_end[l->sec] && l->slots) {
		*l = (struct leading){ .next = img->leads_end[l->slots - 1],
				       .sec = l->slots,
				       .through = true };
	}
	if (l->next == img->leads_end[l->sec])
		return false;
	*from = img->leads[l->next++];
	/* Code that loads an address from a slot leads to what that holds. */
	if (!l->through && *from != l->sec && oracle_in_slots(img, &(struct place){ .sec = *from }))
		l->slots = *from;
	return true;
}

/* ---- places to which something leads, and to which control may come ---- */

static int cmp_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Unwind tables are about all places where the stack changes, and about filling. */
static bool holds_targets(const struct elf_sec *sec)
{
	return sec->flags & SHF_ALLOC && sec->size && strcmp(sec->name, ".orc_unwind_ip");
}

/* Control does not come from a list of calls, or of traps. */
static bool holds_ways(const struct image *img, const struct elf_sec *sec)
{
	const struct special_rule *rule = special_rule(img->arch, sec);

	return holds_targets(sec) && strcmp(sec->name, "__bug_table") != 0 &&
	       (!rule || !(rule->flags & SPECIAL_TABLE) || rule->flags & SPECIAL_MEANING);
}

static void add_target(struct image *img, struct targets *t, uint32_t sec, uint64_t off)
{
	t->list[sec] =
		arena_grow(img->arena, t->list[sec], t->nr[sec], &t->cap[sec], sizeof(**t->list));
	t->list[sec][t->nr[sec]++] = off;
}

/* A jump inside of a function, or between it and its cold part: the code there says enough. */
static bool is_inside(const struct image *img, uint32_t sec, const struct operand *op)
{
	uint32_t from = image_sym_at(img, sec, (int64_t)op->at);
	uint32_t to = image_sym_at(img, op->to.sec, op->to.off);

	return op->branch && from && to &&
	       (from == to || strstr(img->elf->syms[from].name, ".cold") ||
		strstr(img->elf->syms[to].name, ".cold"));
}

/* Some of ppc64's tables count from the entry's begin, and not from the field. */
static uint64_t target_of(const struct image *img, uint32_t sec, const struct operand *op)
{
	const struct special_rule *rule = special_rule(img->arch, img->elf->secs[sec]);
	const struct special_layout *l = rule ? &rule->layouts[0] : NULL;
	uint64_t off = (uint64_t)op->to.off;

	return l && l->size && rule->flags & SPECIAL_FROM_ENTRY ? off - op->at % l->size : off;
}

/* All that leads from a section, whatever it leads to: it is not read again. */
static void read_targets(struct image *img, struct targets *t, uint32_t s)
{
	const struct elf_sec *sec = img->elf->secs[s];
	bool ways = t == &img->ways;
	struct operands ops = { .nr = 0 };

	t->read[s] = true;
	if (!(ways ? holds_ways(img, sec) : holds_targets(sec)))
		return;
	if (ways)
		image_all_operands(img, s, 0, sec->size, &ops);
	else
		image_operands(img, s, 0, sec->size, &ops);
	for (size_t i = 0; i < ops.nr; i++) {
		const struct operand *op = &ops.list[i];

		/* Control comes there from somewhere that the code there does not say. */
		if (op->to.sec && !(ways && is_inside(img, s, op)))
			add_target(img, t, op->to.sec, target_of(img, s, op));
	}
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
}

/* Make the list of a section complete. */
static void find_targets(struct image *img, struct targets *t, uint32_t sec)
{
	uint32_t nr_secs = img->elf->nr_secs, from;

	if (!t->list) {
		t->list = arena_calloc(img->arena, nr_secs, sizeof(*t->list));
		t->nr = arena_calloc(img->arena, nr_secs, sizeof(*t->nr));
		t->cap = arena_calloc(img->arena, nr_secs, sizeof(*t->cap));
		t->read = arena_calloc(img->arena, nr_secs, sizeof(*t->read));
		t->complete = arena_calloc(img->arena, nr_secs, sizeof(*t->complete));
	}
	if (t->complete[sec])
		return;
	t->complete[sec] = true;
	for (struct leading l = image_leading(img, sec); image_next_leading(img, &l, &from);)
		if (!t->read[from])
			read_targets(img, t, from);
	if (t->nr[sec])
		qsort(t->list[sec], t->nr[sec], sizeof(**t->list), cmp_u64);
}

/* Index of the first target at off or behind. */
static size_t target_from(const struct targets *t, uint32_t sec, uint64_t off)
{
	size_t low = 0, high = t->nr[sec];

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (t->list[sec][mid] < off)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool image_next_way(struct image *img, uint32_t sec, uint64_t start, uint64_t size, uint64_t *off)
{
	size_t i;

	find_targets(img, &img->ways, sec);
	i = target_from(&img->ways, sec, start + *off);
	if (i == img->ways.nr[sec] || img->ways.list[sec][i] - start >= size)
		return false;
	*off = img->ways.list[sec][i] - start;
	return true;
}

bool image_is_target(struct image *img, uint32_t sec, uint64_t off)
{
	size_t i;

	find_targets(img, &img->targets, sec);
	i = target_from(&img->targets, sec, off);
	return i < img->targets.nr[sec] && img->targets.list[sec][i] == off;
}

uint64_t image_next_target(struct image *img, uint32_t sec, uint64_t off)
{
	uint64_t end = img->elf->secs[sec]->size;
	uint32_t k = image_first_at(img, sec, (int64_t)off + 1);
	size_t i;

	find_targets(img, &img->targets, sec);
	i = target_from(&img->targets, sec, off + 1);
	if (i < img->targets.nr[sec] && img->targets.list[sec][i] < end)
		end = img->targets.list[sec][i];
	if (k < img->first[sec + 1] && img->elf->syms[img->syms[k]].value < end)
		end = img->elf->syms[img->syms[k]].value;
	return end;
}

/* ---- who uses what ---- */

static uint64_t use_key(uint32_t by, uint32_t of)
{
	return (uint64_t)by << 32 | of;
}

/* A number for a name: that of the first symbol that has it. */
static uint32_t name_id(const struct image *img, const char *name)
{
	const struct map_entry *e = map_find_str(&img->names, name);

	return e ? e->value : 0;
}

static void add_use(struct image *img, uint32_t of, uint32_t by)
{
	for_each_u64 (&img->uses_by, use_key(by, of), e)
		return;
	map_add_u64(&img->uses_by, use_key(by, of), of);
	for_each_name_of (img, of, name)
		map_add_u64(&img->named_uses, use_key(by, name_id(img, img->elf->syms[name].name)),
			    name);
	img->uses =
		arena_grow(img->arena, img->uses, img->nr_uses, &img->cap_uses, sizeof(*img->uses));
	img->uses[img->nr_uses++] = (struct use){ .by = by, .next = img->first_use[of] };
	img->first_use[of] = (uint32_t)img->nr_uses;
}

/* What the functions and objects of a section refer to. */
static void read_uses(struct image *img, uint32_t sec)
{
	struct operands ops = { .nr = 0 };

	if (!img->first_use) {
		img->first_use =
			arena_calloc(img->arena, img->elf->nr_syms, sizeof(*img->first_use));
		img->uses_read =
			arena_calloc(img->arena, img->elf->nr_secs, sizeof(*img->uses_read));
		map_init(&img->uses_by, img->arena);
		map_init(&img->named_uses, img->arena);
	}
	if (img->uses_read[sec])
		return;
	img->uses_read[sec] = true;
	for (uint32_t k = img->first[sec]; k < img->first[sec + 1]; k++) {
		const struct elf_sym *by = &img->elf->syms[img->syms[k]];

		if (!oracle_is_function(by) && by->type != STT_OBJECT)
			continue;
		image_operands(img, sec, by->value, by->value + by->size, &ops);
		for (size_t i = 0; i < ops.nr; i++) {
			struct place to = image_follow(img, &ops.list[i]);
			uint32_t of = to.sec ? image_sym_at(img, to.sec, to.off) : 0;

			if (of)
				add_use(img, of, img->syms[k]);
		}
	}
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
}

/* Of several symbols at one place the one that image_sym_at() finds for all of them; 0: none. */
static uint32_t found_for(const struct image *img, uint32_t sym)
{
	const struct elf_sym *s = &img->elf->syms[sym];
	uint32_t found = elf_sym_in_sec(s) ? image_sym_at(img, s->sec, (int64_t)s->value) : 0;

	return found && img->elf->syms[found].value == s->value ? found : 0;
}

uint32_t image_first_use(struct image *img, uint32_t sym)
{
	uint32_t found = found_for(img, sym), from;

	if (!found)
		return 0;
	for (struct leading l = image_leading(img, img->elf->syms[found].sec);
	     image_next_leading(img, &l, &from);)
		read_uses(img, from);
	return img->first_use[found];
}

bool image_is_used_by(struct image *img, uint32_t sym, uint32_t user)
{
	uint32_t found = found_for(img, sym);

	if (!found || !elf_sym_in_sec(&img->elf->syms[user]))
		return false;
	read_uses(img, img->elf->syms[user].sec);
	return map_find_u64(&img->uses_by, use_key(user, found));
}

const struct map_entry *image_used_so_called(struct image *img, uint32_t user, const char *name)
{
	uint32_t id = name_id(img, name);

	if (!id || !elf_sym_in_sec(&img->elf->syms[user]))
		return NULL;
	read_uses(img, img->elf->syms[user].sec);
	return map_find_u64(&img->named_uses, use_key(user, id));
}
