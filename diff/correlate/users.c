// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What names, checksums and the references of twins left open: several of one
 * name in one file.  Who uses each, taken together, may still tell them apart;
 * if that and the contents are the same, their order decides, which is reported
 * where it matters.  Anything else stays open.
 */
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "internal.h"

/* One open piece, and what is known of it. */
struct left {
	uint32_t group;		/* file, kind and stem: the same in both objects */
	uint32_t piece;
	uint64_t users;		/* a sum over those that refer to it, the same for the same */
	uint64_t checksum;
};

struct left_list {
	struct left *v;
	uint32_t nr;
};

static uint64_t mix(uint64_t v)
{
	v *= 0x9e3779b97f4a7c15;	/* any odd number without a pattern */
	return v ^ v >> 29;
}

/*
 * The same for twins and for equal contents.  What has no twin yet is like nothing
 * else; for position's sake, like what has the same name and contents.
 */
static uint64_t identity(const struct object *obj, bool orig, bool contents, uint32_t i)
{
	const struct piece *p = &obj->pieces[i];

	if (p->twin != NO_PIECE)
		return mix(1 + (uint64_t)(orig ? i : p->twin));
	if (piece_is_content(p) && p->kind != PIECE_ENTRY)
		return mix(p->checksum ^ p->kind);
	if (contents && p->stem)
		return mix(p->checksum ^ XXH3_64bits(p->stem, strlen(p->stem)));
	return mix((uint64_t)i << 2 | 2 | orig) ^ 1;
}

/* Each user once, however often it refers to it; noted[root]: 1 + the last piece that had it. */
static uint64_t sum_users(const struct object *obj, bool orig, bool contents, uint32_t piece,
			  uint32_t *noted)
{
	struct users users = object_users(obj, piece);
	uint64_t sum = 0;

	for (uint32_t i = 0; i < users.nr; i++) {
		uint32_t root = piece_root(obj, users.v[i]);

		if (root == piece || noted[root] == piece + 1)
			continue;
		noted[root] = piece + 1;
		sum += identity(obj, orig, contents, root);
	}
	return sum;
}

static int left_cmp(const void *pa, const void *pb)
{
	const struct left *a = pa, *b = pb;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->users != b->users)
		return a->users < b->users ? -1 : 1;
	if (a->checksum != b->checksum)
		return a->checksum < b->checksum ? -1 : 1;
	return a->piece < b->piece ? -1 : a->piece > b->piece;
}

static void list_left(struct left_list *l, const struct object *obj, bool orig, bool contents,
		      struct map *groups)
{
	uint32_t *noted = arena_calloc(obj->arena, obj->nr_pieces + 1, sizeof(*noted));

	l->v = arena_calloc(obj->arena, obj->matching->nr_open + 1, sizeof(*l->v));
	l->nr = 0;
	for (uint32_t i = 0; i < obj->matching->nr_open; i++) {
		const struct piece *p = &obj->pieces[obj->matching->open[i]];
		const struct map_entry *e;
		const char *key;

		if (!piece_is_open(p) || p->owner != NO_PIECE)
			continue;
		key = arena_printf(obj->arena, "%u:%d:%s", obj->matching->file_id[p->file], p->kind,
				   p->stem);
		e = map_find_str(groups, key);
		if (!e) {
			map_add_str(groups, key, (uint32_t)groups->nr);
			e = map_find_str(groups, key);
		}
		l->v[l->nr++] = (struct left){
			.group = e->value,
			.piece = obj->matching->open[i],
			.users = sum_users(obj, orig, contents, obj->matching->open[i], noted),
			.checksum = p->checksum,
		};
	}
	arena_give_back(obj->arena, noted, obj->nr_pieces + 1, sizeof(*noted));
	qsort(l->v, l->nr, sizeof(*l->v), left_cmp);
}

static void list_both(struct diff *d, bool contents, struct left_list *a, struct left_list *b)
{
	struct map groups;

	map_init(&groups, d->arena);
	list_left(a, d->orig, true, contents, &groups);
	list_left(b, d->patched, false, contents, &groups);
}

/* How many from i on are alike: of one group and the same users, and contents too. */
static uint32_t alike(const struct left_list *l, uint32_t i, bool contents)
{
	uint32_t n = 1;

	while (i + n < l->nr && l->v[i + n].group == l->v[i].group &&
	       l->v[i + n].users == l->v[i].users &&
	       (!contents || l->v[i + n].checksum == l->v[i].checksum))
		n++;
	return n;
}

static int like_cmp(const struct left *a, const struct left *b, bool contents)
{
	struct left x = *a, y = *b;

	x.piece = y.piece = 0;
	if (!contents)
		x.checksum = y.checksum = 0;
	return left_cmp(&x, &y);
}

/*
 * Two lists in one order: fn is called for as many that are alike in the one as
 * in the other.
 */
static bool each_alike(struct diff *d, bool contents,
		       bool (*fn)(struct diff *d, const struct left *a, const struct left *b,
				  uint32_t nr))
{
	struct left_list a, b;
	uint32_t i = 0, k = 0;
	bool progress = false;

	if (!diff_nr_open(d->orig) || !diff_nr_open(d->patched))
		return false;
	list_both(d, contents, &a, &b);
	while (i < a.nr && k < b.nr) {
		int cmp = like_cmp(&a.v[i], &b.v[k], contents);
		uint32_t nr_a = alike(&a, i, contents), nr_b = alike(&b, k, contents);

		if (!cmp && nr_a == nr_b)
			progress |= fn(d, &a.v[i], &b.v[k], nr_a);
		i += cmp <= 0 ? nr_a : 0;
		k += cmp >= 0 ? nr_b : 0;
	}
	return progress;
}

/* Nobody's piece has the same users as any other's. */
static bool pair_the_only(struct diff *d, const struct left *a, const struct left *b, uint32_t nr)
{
	if (nr > 1 || !a->users)
		return false;
	diff_pair(d, a->piece, b->piece, EVIDENCE_REFS);
	return true;
}

/* Of those with the same users, only one has these contents: no order is asked then. */
static bool pair_in_order(struct diff *d, const struct left *a, const struct left *b, uint32_t nr)
{
	enum evidence evidence = nr == 1 && a->users ? EVIDENCE_CHECKSUM : EVIDENCE_POSITION;

	for (uint32_t i = 0; i < nr; i++)
		diff_pair(d, a[i].piece, b[i].piece, evidence);
	return true;
}

bool diff_pair_by_users(struct diff *d)
{
	return each_alike(d, false, pair_the_only);
}

bool diff_pair_by_position(struct diff *d)
{
	return each_alike(d, true, pair_in_order);
}

void diff_mark_ambiguous(struct diff *d)
{
	struct left_list a, b;
	uint32_t i = 0;

	if (!diff_nr_open(d->orig) || !diff_nr_open(d->patched))
		return;
	list_both(d, false, &a, &b);
	for (uint32_t k = 0; k < b.nr; k++) {
		while (i < a.nr && a.v[i].group < b.v[k].group)
			i++;
		if (i == a.nr || a.v[i].group != b.v[k].group)
			continue;
		d->patched->pieces[b.v[k].piece].flags |= PIECE_AMBIGUOUS;
		for (uint32_t n = i; n < a.nr && a.v[n].group == a.v[i].group; n++) {
			if (d->orig->pieces[a.v[n].piece].flags & PIECE_AMBIGUOUS)
				break;	/* the whole group is known */
			d->orig->pieces[a.v[n].piece].flags |= PIECE_AMBIGUOUS;
		}
	}
}
