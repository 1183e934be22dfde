// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: which of several static objects it is that are alike, by their order.
 *
 * Several static objects of one name in one function that changed: if they are the same in all
 * but their number, and nobody else uses them, only their order tells which is which of the
 * original: it must be kept.
 */
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "internal.h"

static bool same_contents(const struct image *img, const struct elf_sym *a, const struct elf_sym *b)
{
	const uint8_t *x = img->elf->secs[a->sec]->data, *y = img->elf->secs[b->sec]->data;

	if (a->size != b->size || !x != !y || img->elf->secs[a->sec]->rela ||
	    img->elf->secs[b->sec]->rela)
		return false;
	return !x || !memcmp(x + a->value, y + b->value, a->size);
}

static bool may_be_like(const void *arg, uint32_t sym)
{
	const struct image *img = arg;
	const struct elf_sym *s = &img->elf->syms[sym];

	return s->type == STT_OBJECT && s->bind == STB_LOCAL && !img->elf->secs[s->sec]->rela;
}

static void add_led(struct led *l, uint32_t sec, uint64_t low, uint64_t high)
{
	l->several |= l->sec && l->sec != sec;
	l->low = l->sec && l->low < low ? l->low : low;
	l->high = high > l->high ? high : l->high;
	l->sec = sec;
}

/* Note in each object in which the place is that `at` of sec leads there. */
static void note_led(struct image *img, const struct place *to, uint32_t sec, uint64_t at)
{
	for (uint32_t i = image_first_at(img, to->sec, to->off + 1);
	     i-- > img->first[to->sec] && (int64_t)img->ends[i] > to->off;) {
		const struct elf_sym *s = &img->elf->syms[img->syms[i]];

		if ((uint64_t)to->off - s->value < s->size)
			add_led(&img->led[img->syms[i]], sec, at, at);
	}
}

static void read_led(struct image *img, uint32_t sec)
{
	struct operands ops = { .nr = 0 };

	img->led_read[sec] = true;
	image_operands(img, sec, 0, img->elf->secs[sec]->size, &ops);
	for (size_t i = 0; i < ops.nr; i++) {
		struct place to = image_follow(img, &ops.list[i]);

		if (to.sec && to.off >= 0)
			note_led(img, &to, sec, ops.list[i].at);
	}
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
}

/* Find out what leads into a section. */
static void complete_led(struct image *img, uint32_t sec)
{
	uint32_t i;

	if (!img->led) {
		img->led = arena_calloc(img->arena, img->elf->nr_syms, sizeof(*img->led));
		img->led_read = arena_calloc(img->arena, img->elf->nr_secs, 1);
		img->led_complete = arena_calloc(img->arena, img->elf->nr_secs, 1);
	}
	if (img->led_complete[sec])
		return;
	img->led_complete[sec] = true;
	/* A slot is its users'. */
	for (struct leading l = image_leading(img, sec); image_next_leading(img, &l, &i);)
		if (!img->led_read[i] && img->elf->secs[i]->flags & SHF_ALLOC &&
		    !oracle_in_slots(img, &(struct place){ .sec = i }))
			read_led(img, i);
}

static bool is_like(const struct image *img, uint32_t a, uint32_t b)
{
	return !strcmp(img->files[a], img->files[b]) &&
	       same_contents(img, &img->elf->syms[a], &img->elf->syms[b]);
}

/* One of those of a stem, which are all ranked when one of them is asked for. */
struct member {
	uint32_t sym, sec;
	uint64_t value;
};

static int cmp_member(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->sec != y->sec)
		return x->sec < y->sec ? -1 : 1;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (x->sym > y->sym) - (x->sym < y->sym);
}

static struct member *collect(struct image *img, const char *name, size_t *nr)
{
	struct member *list = NULL;
	size_t cap = 0;

	*nr = 0;
	for (const struct map_entry *e = image_first_in(img, &img->ranked, name, may_be_like, img);
	     e; e = map_next(&img->ranked, e)) {
		const struct elf_sym *s = &img->elf->syms[e->value];

		list = arena_grow(img->arena, list, *nr, &cap, sizeof(*list));
		list[(*nr)++] = (struct member){ e->value, s->sec, s->value };
	}
	if (*nr)
		qsort(list, *nr, sizeof(*list), cmp_member);
	return list;
}

static uint64_t hash_of(const struct image *img, uint32_t sym)
{
	const struct elf_sym *s = &img->elf->syms[sym];
	const uint8_t *data = img->elf->secs[s->sec]->data;

	return XXH3_64bits_withSeed(img->files[sym], strlen(img->files[sym]),
				    data ? XXH3_64bits(data + s->value, s->size) : s->size);
}

/* Number those that are alike as they stand in the object. */
static void rank_all(struct image *img, const char *name)
{
	struct map groups; /* by hash: the first one of a group */
	size_t nr;
	struct member *list = collect(img, name, &nr);

	map_init(&groups, img->arena);
	for (size_t i = 0; i < nr; i++) {
		uint32_t sym = list[i].sym, first = 0;
		uint64_t hash = hash_of(img, sym);

		for_each_u64 (&groups, hash, e)
			first = is_like(img, e->value, sym) ? e->value : first;
		if (!first)
			map_add_u64(&groups, hash, first = sym);
		img->ranks[sym] = (struct rank){ .first = first, .last = sym };
		if (sym == first)
			continue;
		img->ranks[sym].before = oracle_same_symbol_place(img, img->ranks[first].last, sym)
						 ? img->ranks[img->ranks[first].last].before
						 : img->ranks[first].nr + 1;
		img->ranks[img->ranks[first].last].next = sym;
		img->ranks[first].last = sym;
		img->ranks[first].nr++;
	}
}

/* How many there are but the first one, and how many of them stand before sym. */
static const struct rank *rank_of(struct image *img, uint32_t sym)
{
	if (!img->ranks)
		img->ranks = arena_calloc(img->arena, img->elf->nr_syms, sizeof(*img->ranks));
	if (!img->ranks[sym].first && may_be_like(img, sym))
		rank_all(img, img->elf->syms[sym].name);
	return &img->ranks[sym];
}

/* Does anything but the function lead to one of them? */
static bool any_is_shared(struct image *img, uint32_t function, uint32_t sym)
{
	const struct elf_sym *f = &img->elf->syms[function];
	uint32_t first = img->ranks[sym].first;
	const struct led *l;

	for (uint32_t i = first; i && !img->ranks[first].led; i = img->ranks[i].next) {
		complete_led(img, img->elf->syms[i].sec);
		l = &img->led[i];
		if (i != first && l->sec) {
			add_led(&img->led[first], l->sec, l->low, l->high);
			img->led[first].several |= l->several;
		}
	}
	img->ranks[first].led = true;
	l = &img->led[first];
	return l->sec && (l->several || l->sec != f->sec || l->low < f->value ||
			  l->high - f->value >= f->size);
}

static bool is_another_in(struct oracle *o, const struct range *r, uint32_t orig, uint32_t psym)
{
	const struct rank *was, *is;
	uint32_t old, nr;

	if (!oracle_is_function(&o->patched.elf->syms[r->psym]))
		return false;
	old = oracle_orig_called(o, o->patched.elf->syms[r->psym].name, r->psym);
	if (!old)
		return false;
	is = rank_of(&o->patched, psym);
	was = rank_of(&o->orig, orig);
	nr = o->orig.ranks[was->first].nr;
	return nr && nr == o->patched.ranks[is->first].nr && was->before != is->before &&
	       !any_is_shared(&o->patched, r->psym, psym) && !any_is_shared(&o->orig, old, orig) &&
	       oracle_symbols_differ(o, old, r->psym);
}

bool oracle_is_out_of_order(struct oracle *o, uint32_t osec, uint64_t at, uint32_t orig,
			    uint32_t psym)
{
	struct user_walk w;
	const struct range *r;

	if (o->said[psym] || o->orig.elf->syms[orig].type != STT_OBJECT)
		return false;
	w = oracle_users(o, osec, at);
	while ((r = oracle_next_user(o, &w)))
		if (is_another_in(o, r, orig, psym))
			return true;
	return false;
}
