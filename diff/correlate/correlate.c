// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which piece of orig is which of patched.
 *
 * Evidence in layers, each only for what the ones before left open: name and
 * scope, name across a change of scope, name without what compilers append,
 * checksum among several of a name, the parent of a .cold part, references
 * from twins at corresponding places, and position, which is reported.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <klp/text.h>

#include "internal.h"

/* Chains of what is known only by what is known: short. */
#define MAX_ROUNDS 8

/* ---- keys ---- */

/* How a layer groups candidates; a piece with NULL takes no part. */
typedef const char *(*key_fn)(const struct object *obj, const struct piece *p);

/* Link-time optimisation makes one file of all, and numbers what then has the same name. */
static bool is_lto(const struct object *obj, const struct piece *p)
{
	return !strcmp(object_file_name(obj, p->sym), "ld-temp.o");
}

/* Locals by source file and name. A numbered object is no evidence: the number may move. */
static bool is_numbered(const struct object *obj, const struct piece *p)
{
	return p->kind == PIECE_OBJECT && piece_is_local(obj, p) &&
	       (p->flags & PIECE_COUNTED || strchr(p->stem, '.') || is_lto(obj, p));
}

/* One of several versions that the compiler made of a function: so is that number. Or a closure. */
static bool is_clone(const struct object *obj, const struct piece *p)
{
	return p->kind == PIECE_FUNC && (piece_is_local(obj, p) || starts_with(p->name, "_R")) &&
	       (p->flags & PIECE_COUNTED || is_lto(obj, p));
}

static const char *file_key(const struct object *obj, const struct piece *p, const char *name)
{
	return arena_printf(obj->arena, "%u:%d:%s", obj->matching->file_id[p->file], p->kind, name);
}

static const char *key_name(const struct object *obj, const struct piece *p)
{
	if (p->owner != NO_PIECE || is_numbered(obj, p) || is_clone(obj, p))
		return NULL;
	if (!piece_is_local(obj, p))
		return arena_printf(obj->arena, ":%d:%s", p->kind, p->name);
	return file_key(obj, p, p->name);
}

static const char *key_any_scope(const struct object *obj, const struct piece *p)
{
	if (p->owner != NO_PIECE || is_numbered(obj, p) || is_clone(obj, p))
		return NULL;
	return arena_printf(obj->arena, "%d:%s", p->kind, p->name);
}

/*
 * Clang's function.name, function.name.1, …, and Rust's, who say the function, too: evidence where
 * it has only one.
 */
static const char *key_static(const struct object *obj, const struct piece *p)
{
	if (p->owner != NO_PIECE || p->kind != PIECE_OBJECT || !piece_is_local(obj, p) ||
	    !(strchr(p->stem, '.') || starts_with(p->stem, "_R")) || is_lto(obj, p))
		return NULL;
	return file_key(obj, p, p->stem);
}

static const char *key_stem(const struct object *obj, const struct piece *p)
{
	if (p->owner != NO_PIECE || is_numbered(obj, p))
		return NULL;
	return file_key(obj, p, p->stem);
}

/* ---- one layer ---- */

static uint32_t count(const struct map *m, const char *key)
{
	uint32_t n = 0;

	for (const struct map_entry *e = map_find_str(m, key); e && n < 2; e = map_next(m, e))
		n++;
	return n;
}

/* What the layers before left open. */
struct candidates {
	uint32_t *pieces;	/* ascending */
	uint32_t nr;
	const char **keys;	/* of each, or NULL */
	struct map by_key;	/* → piece */
};

static void find_candidates(struct candidates *c, const struct object *obj, key_fn key)
{
	uint32_t nr = diff_nr_open(obj);

	c->pieces = obj->matching->open;
	c->nr = nr;
	c->keys = arena_calloc(obj->arena, nr, sizeof(*c->keys));
	map_init(&c->by_key, obj->arena);
	for (uint32_t i = 0; i < nr; i++) {
		c->keys[i] = key(obj, &obj->pieces[obj->matching->open[i]]);
		if (c->keys[i])
			map_add_str(&c->by_key, c->keys[i], obj->matching->open[i]);
	}
}

/* Two locals of one name in different files are not one that changed its scope. */
static bool may_be_rescoped(const struct diff *d, uint32_t a, uint32_t b)
{
	const struct piece *x = &d->orig->pieces[a], *y = &d->patched->pieces[b];

	return !x->file || !y->file || diff_same_file(d, x->file, y->file) ||
	       !strcmp(object_file_name(d->orig, x->sym), object_file_name(d->patched, y->sym));
}

static void pair_one(struct diff *d, uint32_t a, uint32_t b, enum evidence evidence)
{
	const struct piece *y = &d->patched->pieces[b];

	if (!may_be_rescoped(d, a, b))
		return;
	if (evidence == EVIDENCE_NAME && y->file && d->patched->matching->file_by_order[y->file])
		evidence = EVIDENCE_POSITION;
	diff_pair(d, a, b, evidence);
}

/* Of several of one name, those that alone have a checksum in both. */
static void pair_by_checksum(struct diff *d, const struct map *orig, const struct map *patched,
			     const char *key)
{
	struct map a, b;

	map_init(&a, d->arena);
	map_init(&b, d->arena);
	for_each_str (orig, key, e)
		map_add_u64(&a, d->orig->pieces[e->value].checksum, e->value);
	for_each_str (patched, key, e)
		map_add_u64(&b, d->patched->pieces[e->value].checksum, e->value);
	for_each_str (patched, key, e) {
		uint64_t sum = d->patched->pieces[e->value].checksum;
		const struct map_entry *x = map_find_u64(&a, sum), *y = map_find_u64(&b, sum);

		if (x && y && !map_next(&a, x) && !map_next(&b, y) &&
		    piece_is_open(&d->orig->pieces[x->value]))
			pair_one(d, x->value, e->value, EVIDENCE_CHECKSUM);
	}
}

static void layer(struct diff *d, key_fn key, enum evidence evidence)
{
	struct candidates a, b;

	find_candidates(&a, d->orig, key);
	find_candidates(&b, d->patched, key);
	for (uint32_t k = 0; k < b.nr; k++) {
		uint32_t i = b.pieces[k], nr_a = b.keys[k] ? count(&a.by_key, b.keys[k]) : 0;

		if (!nr_a || !piece_is_open(&d->patched->pieces[i]))
			continue;
		if (nr_a == 1 && count(&b.by_key, b.keys[k]) == 1)
			pair_one(d, map_find_str(&a.by_key, b.keys[k])->value, i, evidence);
		else if (map_find_str(&b.by_key, b.keys[k])->value == i) /* once for the group */
			pair_by_checksum(d, &a.by_key, &b.by_key, b.keys[k]);
	}
}

/* ---- aliases ---- */

/* What a symbol is called by, as key_name() has it for a piece's principal one. */
static const char *key_alias(const struct object *obj, const struct piece *p, uint32_t sym)
{
	const struct elf_sym *s = &obj->elf->syms[sym];
	uint32_t file = obj->file_of[sym];

	if (s->value != p->base || is_numbered(obj, p) || is_clone(obj, p) ||
	    (s->bind == STB_LOCAL && strchr(s->name, '.')))
		return NULL;
	return arena_printf(obj->arena, "%u:%d:%s", file ? obj->matching->file_id[file] : 0,
			    p->kind, s->name);
}

/* Calls fn for every name of what is still open. */
static void each_alias(struct diff *d, const struct object *obj, struct map *orig,
		       void (*fn)(struct diff *d, struct map *orig, const char *key, uint32_t i))
{
	for (uint32_t i = 0; i < obj->matching->nr_open; i++) {
		const struct piece *p = &obj->pieces[obj->matching->open[i]];

		for (uint32_t k = 0; k < p->nr_aliases && piece_is_open(p) && p->owner == NO_PIECE; k++) {
			const char *key = key_alias(obj, p, obj->by_place[p->first_alias + k]);

			if (key)
				fn(d, orig, key, obj->matching->open[i]);
		}
	}
}

static void note_alias(struct diff *d, struct map *orig, const char *key, uint32_t i)
{
	(void)d;
	map_add_str(orig, key, i);
}

static void pair_alias(struct diff *d, struct map *orig, const char *key, uint32_t i)
{
	const struct map_entry *e = map_find_str(orig, key);

	if (e && !map_next(orig, e) && piece_is_open(&d->orig->pieces[e->value]))
		diff_pair(d, e->value, i, EVIDENCE_NAME);
}

/* Several names of one thing: which of them is its principal one may change. */
static void pair_by_alias(struct diff *d)
{
	struct map orig;

	map_init(&orig, d->arena);
	each_alias(d, d->orig, &orig, note_alias);
	each_alias(d, d->patched, &orig, pair_alias);
}

/* ---- the whole ---- */

/* A static local's state stays behind, which may surprise. */
static bool is_static_local(const struct object *obj, const struct piece *p)
{
	return p->kind == PIECE_OBJECT && piece_is_local(obj, p) && object_sec_is_written(p->sec) &&
	       strchr(p->name, '.') && !(p->flags & PIECE_AMBIGUOUS);
}

static void note_removed(struct diff *d)
{
	for (uint32_t i = 0; i < d->orig->matching->nr_open; i++) {
		struct piece *p = &d->orig->pieces[d->orig->matching->open[i]];
		struct diag_where where = piece_where(d->orig, p);

		if (!piece_is_open(p) || p->owner != NO_PIECE || p->flags & PIECE_FREED)
			continue;
		p->flags |= PIECE_REMOVED;
		if (is_static_local(d->orig, p))
			diag_note(
				d->diag, &where, "removed-static",
				"no longer in %s: the kernel's stays as it is, and nothing that is "
				"copied uses it",
				d->patched->elf->path);
		else
			diag_debug(d->diag, &where, "removed", "no longer in %s",
				   d->patched->elf->path);
	}
}

/* "__msg.3", "function.__msg": a text of NL_SET_ERR_MSG() (include/linux/netlink.h). */
static bool is_message(const struct object *obj, const struct piece *p)
{
	const char *dot = p->stem ? strrchr(p->stem, '.') : NULL;

	return p->kind == PIECE_OBJECT && piece_is_local(obj, p) && strchr(p->name, '.') &&
	       !strcmp(dot ? dot + 1 : p->stem, "__msg") && !object_sec_is_written(p->sec) &&
	       p->sec->data && !p->nr_refs;
}

/*
 * A message that changed is another one: only its function refers to it, and who is handed its
 * address reads it, for as long as a system call takes.  The copy of the function has the new text.
 */
static void part_messages(struct diff *d)
{
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++) {
		struct piece *b = &d->patched->pieces[i], *a;

		if (b->twin == NO_PIECE || b->evidence == EVIDENCE_USER || !is_message(d->patched, b))
			continue;
		a = &d->orig->pieces[b->twin];
		if (!is_message(d->orig, a) ||
		    (a->end - a->start == b->end - b->start &&
		     !memcmp(a->sec->data + a->start, b->sec->data + b->start, b->end - b->start)))
			continue;
		a->twin = b->twin = NO_PIECE;
		a->evidence = b->evidence = EVIDENCE_NONE;
	}
}

static void open_all(const struct object *obj)
{
	obj->matching->open =
		arena_calloc(obj->arena, obj->nr_pieces, sizeof(*obj->matching->open));
	obj->matching->paired =
		arena_calloc(obj->arena, obj->nr_pieces, sizeof(*obj->matching->paired));
	for (uint32_t i = 0; i < obj->nr_pieces; i++)
		if (piece_is_open(&obj->pieces[i]))
			obj->matching->open[obj->matching->nr_open++] = i;
}

/* Globals have one name in both objects, wherever they come from. */
static const char *key_global(const struct object *obj, const struct piece *p)
{
	return piece_is_local(obj, p) ? NULL : key_name(obj, p);
}

/* ThinLTO's promoted locals, by the file that their hash stands for. */
static const char *key_hash(const struct object *obj, const struct piece *p)
{
	uint64_t hash = p->owner == NO_PIECE ? diff_name_hash(p->name) : 0;
	const struct map_entry *e = hash ? map_find_u64(&obj->matching->hash_id, hash) : NULL;

	return e ? arena_printf(obj->arena, "%u:%d:%s", e->value, p->kind, p->stem) : NULL;
}

/* Promoted in one object only: like another scope. */
static const char *key_promoted(const struct object *obj, const struct piece *p)
{
	if (p->owner != NO_PIECE || is_numbered(obj, p) || is_clone(obj, p))
		return NULL;
	return arena_printf(obj->arena, "%d:%s", p->kind,
			    diff_name_hash(p->name) ? p->stem : p->name);
}

/* What is known tells files and hashes; these tell more. */
static void pair_promoted(struct diff *d)
{
	diff_match_hashes(d);
	layer(d, key_hash, EVIDENCE_HASH);
}

/* Each that is paired may tell what it refers to; position is asked last. */
static void pair_what_is_left(struct diff *d)
{
	for (int round = 0; round < MAX_ROUNDS; round++) {
		if (!diff_pair_by_users(d) && !diff_pair_by_position(d))
			break;
		diff_pair_by_refs(d);
	}
	diff_mark_ambiguous(d);
}

struct matching *diff_new_matching(struct arena *arena)
{
	return arena_calloc(arena, 1, sizeof(struct matching));
}

int diff_correlate(struct diff *d)
{
	int err;

	open_all(d->orig);
	open_all(d->patched);
	err = diff_pair_by_user(d);
	if (err)
		return err;
	layer(d, key_global, EVIDENCE_NAME);
	diff_match_files(d);
	layer(d, key_name, EVIDENCE_NAME);
	pair_by_alias(d);
	layer(d, key_any_scope, EVIDENCE_SCOPE);
	layer(d, key_stem, EVIDENCE_STEM);
	layer(d, key_static, EVIDENCE_NAME);
	pair_promoted(d);
	layer(d, key_promoted, EVIDENCE_SCOPE);
	diff_pair_by_refs(d);
	pair_promoted(d);
	pair_what_is_left(d);
	diff_check_pairs(d);
	part_messages(d);
	note_removed(d);
	return d->diag->nr_errors ? -EINVAL : 0;
}
