// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which source file of orig is which of patched.
 *
 * A file is the group of locals behind an STT_FILE symbol.  An object of many
 * files has several of one name (core.c), and the patch may add, remove, rename
 * or move one.  So groups are told by what they define and by which globals refer
 * to them, and by their order only where they are the same in all that.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "votes.h"

uint64_t diff_name_hash(const char *name)
{
	const char *hash = strstr(name, ".llvm.");

	return hash && isdigit((unsigned char)hash[6]) ? strtoull(hash + 6, NULL, 10) : 0;
}

/* An object's hashes, numbered. */
struct hashes {
	struct map index; /* hash → its number */
	uint64_t *v;
	size_t nr, cap;
};

static void list_hashes(const struct object *obj, struct hashes *h)
{
	*h = (struct hashes){ 0 };
	map_init(&h->index, obj->arena);
	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		uint64_t hash = obj->pieces[i].name ? diff_name_hash(obj->pieces[i].name) : 0;

		if (!hash || map_find_u64(&h->index, hash))
			continue;
		h->v = arena_grow(obj->arena, h->v, h->nr, &h->cap, sizeof(*h->v));
		map_add_u64(&h->index, hash, (uint32_t)h->nr);
		h->v[h->nr++] = hash;
	}
}

void diff_match_hashes(struct diff *d)
{
	struct hashes a, b;
	struct ballot l;

	list_hashes(d->orig, &a);
	list_hashes(d->patched, &b);
	diff_ballot_init(&l, d->arena, (uint32_t)a.nr, (uint32_t)b.nr);
	for (uint32_t i = 0; i < d->patched->matching->nr_paired; i++) {
		const struct piece *y = &d->patched->pieces[d->patched->matching->paired[i]];
		const struct piece *x = &d->orig->pieces[y->twin];
		uint64_t old = diff_name_hash(x->name), new = diff_name_hash(y->name);

		if (old && new)
			diff_ballot_cast(&l, map_find_u64(&a.index, old)->value,
					 map_find_u64(&b.index, new)->value, 1);
	}
	diff_ballot_count(&l);
	d->orig->matching->hash_id = a.index;
	map_init(&d->patched->matching->hash_id, d->arena);
	for (uint32_t i = 0; i < b.nr; i++)
		if (l.twin_b[i] != NOBODY)
			map_add_u64(&d->patched->matching->hash_id, b.v[i], l.twin_b[i]);
}

#define MAX_ROUNDS 16

/* A global that refers to a local of the same name of file tells more than a common name. */
enum weight {
	WEIGHT_NAME = 1,
	WEIGHT_CHECKSUM = 1,
	WEIGHT_REFS = 4,
	WEIGHT_SAME_FILE_NAME = 8,	/* times the others */
};

/* One object's groups. */
struct group_list {
	const struct object *obj;
	uint32_t *syms;		/* STT_FILE symbols, in order */
	uint32_t nr;
	uint32_t *group_of;	/* STT_FILE symbol → its number here */
	uint32_t *size;		/* how many pieces each defines */
	uint32_t *globals, *kept;	/* how many globals refer to its locals, and have twins */
	struct map by_name;	/* → its number here */
};

struct files {
	struct diff *d;
	struct group_list a, b;
	struct ballot ballot;
	struct map names;	/* of what groups define, numbered */
};

/* The file that a global comes from: of all the locals that it refers to.  0: not known. */
static uint32_t home(const struct object *obj, const struct piece *p)
{
	uint32_t file = 0;

	for_each_ref (obj, p, r) {
		uint32_t to = r->piece == NO_PIECE ? 0 : obj->pieces[r->piece].file;

		if (file && to && to != file)
			return 0;
		if (to)
			file = to;
	}
	return file;
}

static void list_groups(struct group_list *g, const struct object *obj, struct arena *arena)
{
	const struct elf *elf = obj->elf;

	g->obj = obj;
	map_init(&g->by_name, arena);
	g->syms = arena_calloc(arena, elf->nr_syms + 1, sizeof(*g->syms));
	g->group_of = arena_calloc(arena, elf->nr_syms + 1, sizeof(*g->group_of));
	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		if (elf->syms[i].type != STT_FILE)
			continue;
		map_add_str(&g->by_name, elf->syms[i].name, g->nr);
		g->group_of[i] = g->nr;
		g->syms[g->nr++] = i;
	}
	g->size = arena_calloc(arena, g->nr + 1, sizeof(*g->size));
	g->globals = arena_calloc(arena, g->nr + 1, sizeof(*g->globals));
	g->kept = arena_calloc(arena, g->nr + 1, sizeof(*g->kept));
	for_each_piece (obj, p) {
		bool global = p->name && !piece_is_local(obj, p) && !diff_name_hash(p->name);
		uint32_t file = global ? home(obj, p) : 0;

		if (p->file && p->name)
			g->size[g->group_of[p->file]]++;
		if (!file)
			continue;
		g->globals[g->group_of[file]]++;
		g->kept[g->group_of[file]] += p->twin != NO_PIECE;
	}
}

static const char *group_name(const struct group_list *g, uint32_t i)
{
	return g->obj->elf->syms[g->syms[i]].name;
}

static bool same_name(const struct files *f, uint32_t a, uint32_t b)
{
	return !strcmp(group_name(&f->a, a), group_name(&f->b, b));
}

static void vote_by_refs(struct files *f)
{
	for (uint32_t i = 0; i < f->d->patched->matching->nr_paired; i++) {
		const struct piece *b = &f->d->patched->pieces[f->d->patched->matching->paired[i]];
		const struct piece *a = &f->d->orig->pieces[b->twin];
		uint32_t x = a->file ?: home(f->d->orig, a);
		uint32_t y = b->file ?: home(f->d->patched, b);

		if (!x || !y)
			continue;
		x = f->a.group_of[x];
		y = f->b.group_of[y];
		diff_ballot_cast(&f->ballot, x, y,
				 same_name(f, x, y) ? WEIGHT_REFS * WEIGHT_SAME_FILE_NAME
						    : WEIGHT_REFS);
	}
}

/* The same number for the same text. */
static uint32_t number_of(struct map *numbers, const char *text)
{
	const struct map_entry *e = map_find_str(numbers, text);

	if (e)
		return e->value;
	map_add_str(numbers, text, (uint32_t)numbers->nr);
	return (uint32_t)numbers->nr - 1;
}

/* What of a group's piece is looked for in others: its name, with its contents or without. */
static uint64_t key_of(struct files *f, const struct group_list *g, const struct piece *p,
		       bool file_name, bool contents)
{
	const char *file = file_name ? group_name(g, g->group_of[p->file]) : "";
	const char *text = arena_printf(f->d->arena, "%s:%d:%s", file, p->kind, p->stem);
	uint64_t key = number_of(&f->names, text);

	/* Any mixing will do; a collision makes a key common, which takes a vote away. */
	return contents ? (key + 1) * 0x9e3779b97f4a7c15 ^ p->checksum : key;
}

/* The groups that define something. */
struct definition {
	uint64_t key;
	uint32_t group;		/* NOBODY: several */
};

struct definitions {
	struct map index;	/* key → one of v */
	struct definition *v;
	size_t nr, cap;
};

/* … of those whose twin is not known yet. */
static void list_definitions(struct files *f, const struct group_list *g, const uint32_t *twins,
			     struct definitions *defs, bool file_name, bool contents)
{
	*defs = (struct definitions){ 0 };
	map_init(&defs->index, f->d->arena);
	for_each_piece (g->obj, p) {
		uint32_t group = p->file ? g->group_of[p->file] : NOBODY;
		const struct map_entry *e;
		uint64_t key;

		if (!p->file || !p->name || piece_is_content(p) || p->owner != NO_PIECE ||
		    twins[group] != NOBODY)
			continue;
		key = key_of(f, g, p, file_name, contents);
		e = map_find_u64(&defs->index, key);
		if (e && defs->v[e->value].group != group)
			defs->v[e->value].group = NOBODY;
		if (e)
			continue;
		defs->v = arena_grow(f->d->arena, defs->v, defs->nr, &defs->cap, sizeof(*defs->v));
		defs->v[defs->nr] = (struct definition){ key, group };
		map_add_u64(&defs->index, key, (uint32_t)defs->nr++);
	}
}

/* What only one group of either object defines. */
static void vote_by_names(struct files *f, bool file_name, bool contents)
{
	struct definitions a, b;

	list_definitions(f, &f->a, f->ballot.twin_a, &a, file_name, contents);
	list_definitions(f, &f->b, f->ballot.twin_b, &b, file_name, contents);
	for (size_t i = 0; i < b.nr; i++) {
		const struct map_entry *x = map_find_u64(&a.index, b.v[i].key);

		if (x && a.v[x->value].group != NOBODY && b.v[i].group != NOBODY)
			diff_ballot_cast(&f->ballot, a.v[x->value].group, b.v[i].group,
					 contents ? WEIGHT_CHECKSUM : WEIGHT_NAME);
	}
}

/* A renamed file has most of what it had. */
static void drop_weak(struct files *f)
{
	struct ballot *l = &f->ballot;

	for (size_t i = 0; i < l->nr; i++) {
		struct tally *t = &l->v[i];

		if (2 * t->votes <= f->a.size[t->a] || 2 * t->votes <= f->b.size[t->b])
			t->votes = 0;
	}
}

/* Groups of the same names and contents. */
static bool same_contents(struct files *f, uint64_t *sums_a, uint64_t *sums_b, uint32_t a, uint32_t b)
{
	return same_name(f, a, b) && f->a.size[a] == f->b.size[b] && sums_a[a] == sums_b[b];
}

/* … of those that are left. */
static uint64_t *sum_contents(struct files *f, const struct group_list *g, const uint32_t *twins)
{
	uint64_t *sums = arena_calloc(f->d->arena, g->nr + 1, sizeof(*sums));

	for_each_piece (g->obj, p) {
		uint32_t group = p->file ? g->group_of[p->file] : NOBODY;

		if (p->file && p->name && twins[group] == NOBODY)
			sums[group] += key_of(f, g, p, true, true);
	}
	return sums;
}

/* What is left of a file name, if it is as many, and the same one by one. */
static void match_in_order(struct files *f)
{
	uint64_t *sums_a = sum_contents(f, &f->a, f->ballot.twin_a);
	uint64_t *sums_b = sum_contents(f, &f->b, f->ballot.twin_b);
	struct map rest_a, rest_b;

	map_init(&rest_a, f->d->arena);
	map_init(&rest_b, f->d->arena);
	for (uint32_t i = 0; i < f->a.nr; i++)
		if (f->ballot.twin_a[i] == NOBODY)
			map_add_str(&rest_a, group_name(&f->a, i), i);
	for (uint32_t i = 0; i < f->b.nr; i++)
		if (f->ballot.twin_b[i] == NOBODY)
			map_add_str(&rest_b, group_name(&f->b, i), i);
	for (uint32_t i = 0; i < f->b.nr; i++) {
		const struct map_entry *y = map_find_str(&rest_b, group_name(&f->b, i));
		const struct map_entry *x = map_find_str(&rest_a, group_name(&f->b, i));
		const struct map_entry *first_x = x, *first_y = y;

		if (!x || !y || y->value != i)	/* once for each name */
			continue;
		while (x && y && same_contents(f, sums_a, sums_b, x->value, y->value)) {
			x = map_next(&rest_a, x);
			y = map_next(&rest_b, y);
		}
		if (x || y)
			continue;
		for (x = first_x, y = first_y; x; x = map_next(&rest_a, x), y = map_next(&rest_b, y)) {
			f->ballot.twin_a[x->value] = y->value;
			f->ballot.twin_b[y->value] = x->value;
			f->b.obj->matching->file_by_order[f->b.syms[y->value]] =
				first_x != x || map_next(&rest_a, x);
		}
	}
}

/* Several files have its name. */
static bool is_repeated(const struct group_list *g, uint32_t i)
{
	return map_next(&g->by_name, map_find_str(&g->by_name, group_name(g, i)));
}

/* Every global of it is gone, and every one of its twin is new: names alone are a weak reason. */
static bool is_replaced(const struct files *f, uint32_t a, uint32_t b)
{
	return (is_repeated(&f->a, a) || is_repeated(&f->b, b)) && f->a.globals[a] &&
	       f->b.globals[b] && !f->a.kept[a] && !f->b.kept[b];
}

/*
 * 1 and up: the same for twins, and a number of its own for every other one.  Where one object
 * says of nothing from which file it is (objcopy -g removes that, too), files tell nothing apart.
 */
static void number_files(struct files *f)
{
	if (!f->a.nr || !f->b.nr)
		return;
	for (uint32_t i = 0; i < f->a.nr; i++)
		f->a.obj->matching->file_id[f->a.syms[i]] = i + 1;
	for (uint32_t i = 0; i < f->b.nr; i++) {
		uint32_t twin = f->ballot.twin_b[i];

		f->b.obj->matching->file_id[f->b.syms[i]] =
			twin == NOBODY ? f->a.nr + i + 1 : twin + 1;
		if (twin != NOBODY && is_replaced(f, twin, i))
			f->b.obj->matching->file_by_order[f->b.syms[i]] = true;
	}
}

/* Those of which everything is frozen are known. */
static void set_frozen(struct files *f)
{
	for (uint32_t i = 0; i < f->b.nr; i++) {
		uint32_t orig = diff_frozen_file(f->d, f->b.syms[i]);

		if (!orig)
			continue;
		f->ballot.twin_b[i] = f->a.group_of[orig];
		f->ballot.twin_a[f->a.group_of[orig]] = i;
	}
}

void diff_match_files(struct diff *d)
{
	struct files f = { .d = d };

	list_groups(&f.a, d->orig, d->arena);
	list_groups(&f.b, d->patched, d->arena);
	diff_ballot_init(&f.ballot, d->arena, f.a.nr, f.b.nr);
	map_init(&f.names, d->arena);
	d->orig->matching->file_id =
		arena_calloc(d->arena, d->orig->elf->nr_syms, sizeof(uint32_t));
	d->patched->matching->file_id =
		arena_calloc(d->arena, d->patched->elf->nr_syms, sizeof(uint32_t));
	d->patched->matching->file_by_order =
		arena_calloc(d->arena, d->patched->elf->nr_syms, sizeof(bool));

	if (f.a.nr == 1 && f.b.nr == 1) {
		/* The only file is the same one, whatever it is called. */
		diff_ballot_cast(&f.ballot, 0, 0, 1);
		diff_ballot_count(&f.ballot);
	}
	set_frozen(&f);
	vote_by_refs(&f);
	diff_ballot_count(&f.ballot);
	for (int round = 0; round < MAX_ROUNDS; round++) {
		vote_by_names(&f, true, false);
		vote_by_names(&f, true, true);
		if (!diff_ballot_count(&f.ballot))
			break;
	}
	match_in_order(&f);
	vote_by_names(&f, false, false);
	drop_weak(&f);
	diff_ballot_count(&f.ballot);
	number_files(&f);
}

bool diff_same_file(const struct diff *d, uint32_t orig, uint32_t patched)
{
	return d->orig->matching->file_id[orig] == d->patched->matching->file_id[patched];
}
