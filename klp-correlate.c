// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which piece of orig is which of patched.
 *
 * Evidence in layers, each only for what the ones before left open: name and
 * scope, name across a change of scope, name without what compilers append,
 * checksum among several of a name, the parent of a .cold part, references
 * from twins at corresponding places, and position, which is reported.
 */
#include <stdio.h>
#include <string.h>

#include <klp/diff.h>

static bool is_open(const struct piece *p)
{
	return p->twin == NO_PIECE && p->name && !piece_is_content(p);
}

static const char *const evidence_text[] = {
	[EVIDENCE_NAME] = "name, file and scope",
	[EVIDENCE_SCOPE] = "a unique name in another scope",
	[EVIDENCE_STEM] = "a unique name but for the compiler's suffix",
	[EVIDENCE_CHECKSUM] = "the checksum",
	[EVIDENCE_PARENT] = "being parts of twins",
	[EVIDENCE_REFS] = "references of twins",
	[EVIDENCE_POSITION] = "position",
	[EVIDENCE_USER] = "the user",
};

static void pair(struct diff *d, uint32_t a, uint32_t b, enum evidence evidence)
{
	struct piece *pa = &d->orig.pieces[a], *pb = &d->patched.pieces[b];
	struct diag_where where = piece_where(&d->patched, pb);

	if (evidence != EVIDENCE_NAME)
		diag_debug(d->diag, &where, "paired", "the twin of %s in %s, by %s", pa->name,
			   d->orig.elf->path, evidence_text[evidence]);

	pa->twin = b;
	pb->twin = a;
	pa->evidence = pb->evidence = evidence;
}

/* ---- keys ---- */

/* How a layer groups candidates; a piece with NULL takes no part. */
typedef const char *(*key_fn)(const struct object *obj, const struct piece *p);

/* Link-time optimisation makes one file of all, and numbers what then has the same name. */
static bool is_lto(const struct object *obj, const struct piece *p)
{
	return !strcmp(object_file_name(obj, p->sym), "ld-temp.o");
}

/* Locals by source file and name. A numbered object is no evidence: the number may move (F5). */
static bool is_numbered(const struct object *obj, const struct piece *p)
{
	return p->kind == PIECE_OBJECT && p->file &&
	       (strcmp(p->name, p->stem) || strchr(p->stem, '.') || is_lto(obj, p));
}

/* One of several versions that the compiler made of a function: so is that number. */
static bool is_clone(const struct object *obj, const struct piece *p)
{
	return p->kind == PIECE_FUNC && p->file && (strcmp(p->name, p->stem) || is_lto(obj, p));
}

static const char *file_key(const struct object *obj, const struct piece *p, const char *name)
{
	return arena_printf(obj->arena, "%u:%d:%s", obj->file_id[p->file], p->kind, name);
}

static const char *key_name(const struct object *obj, const struct piece *p)
{
	if (p->owner != NO_PIECE || is_numbered(obj, p) || is_clone(obj, p))
		return NULL;
	if (!p->file)
		return arena_printf(obj->arena, ":%d:%s", p->kind, p->name);
	return file_key(obj, p, p->name);
}

static const char *key_any_scope(const struct object *obj, const struct piece *p)
{
	if (p->owner != NO_PIECE || is_numbered(obj, p) || is_clone(obj, p))
		return NULL;
	return arena_printf(obj->arena, "%d:%s", p->kind, p->name);
}

/* Clang's function.name, function.name.1, …: evidence where the function has only one. */
static const char *key_static(const struct object *obj, const struct piece *p)
{
	if (p->owner != NO_PIECE || p->kind != PIECE_OBJECT || !p->file || !strchr(p->stem, '.') ||
	    is_lto(obj, p))
		return NULL;
	return file_key(obj, p, p->stem);
}

/* What is left of clones, once checksums and callers have been heard. */
static const char *key_clone(const struct object *obj, const struct piece *p)
{
	return p->owner == NO_PIECE && is_clone(obj, p) ? file_key(obj, p, p->name) : NULL;
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

static void find_candidates(struct candidates *c, struct object *obj, key_fn key)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < obj->nr_open; i++)
		if (is_open(&obj->pieces[obj->open[i]]))
			obj->open[nr++] = obj->open[i];
	obj->nr_open = nr;

	c->pieces = obj->open;
	c->nr = nr;
	c->keys = arena_calloc(obj->arena, nr, sizeof(*c->keys));
	map_init(&c->by_key, obj->arena);
	for (uint32_t i = 0; i < nr; i++) {
		c->keys[i] = key(obj, &obj->pieces[obj->open[i]]);
		if (c->keys[i])
			map_add_str(&c->by_key, c->keys[i], obj->open[i]);
	}
}

/* Of several of one name, those that alone have a checksum in both. */
static void pair_by_checksum(struct diff *d, const struct map *orig, const struct map *patched,
			     const char *key)
{
	struct map a, b;

	map_init(&a, d->arena);
	map_init(&b, d->arena);
	for (const struct map_entry *e = map_find_str(orig, key); e; e = map_next(orig, e))
		map_add_u64(&a, d->orig.pieces[e->value].checksum, e->value);
	for (const struct map_entry *e = map_find_str(patched, key); e; e = map_next(patched, e))
		map_add_u64(&b, d->patched.pieces[e->value].checksum, e->value);
	for (const struct map_entry *e = map_find_str(patched, key); e; e = map_next(patched, e)) {
		uint64_t sum = d->patched.pieces[e->value].checksum;
		const struct map_entry *x = map_find_u64(&a, sum), *y = map_find_u64(&b, sum);

		if (x && y && !map_next(&a, x) && !map_next(&b, y) &&
		    d->orig.pieces[x->value].twin == NO_PIECE)
			pair(d, x->value, e->value, EVIDENCE_CHECKSUM);
	}
}

/* Two locals of one name in different files are not one that changed its scope. */
static bool is_rescoped(const struct diff *d, uint32_t a, uint32_t b)
{
	const struct piece *x = &d->orig.pieces[a], *y = &d->patched.pieces[b];

	return !x->file || !y->file || !strcmp(object_file_name(&d->orig, x->sym),
					       object_file_name(&d->patched, y->sym));
}

static void pair_only(struct diff *d, uint32_t a, uint32_t b, enum evidence evidence)
{
	if (evidence != EVIDENCE_SCOPE || is_rescoped(d, a, b))
		pair(d, a, b, evidence);
}

static void layer(struct diff *d, key_fn key, enum evidence evidence)
{
	struct candidates a, b;

	find_candidates(&a, &d->orig, key);
	find_candidates(&b, &d->patched, key);
	for (uint32_t k = 0; k < b.nr; k++) {
		uint32_t i = b.pieces[k], nr_a = b.keys[k] ? count(&a.by_key, b.keys[k]) : 0;

		if (!nr_a || !is_open(&d->patched.pieces[i]))
			continue;
		if (nr_a == 1 && count(&b.by_key, b.keys[k]) == 1)
			pair_only(d, map_find_str(&a.by_key, b.keys[k])->value, i, evidence);
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
	    (file && strchr(s->name, '.')))
		return NULL;
	return arena_printf(obj->arena, "%u:%d:%s", file ? obj->file_id[file] : 0, p->kind, s->name);
}

/* Calls fn for every name of what is still open. */
static void each_alias(struct diff *d, struct object *obj, struct map *orig,
		       void (*fn)(struct diff *d, struct map *orig, const char *key, uint32_t i))
{
	for (uint32_t i = 0; i < obj->nr_open; i++) {
		const struct piece *p = &obj->pieces[obj->open[i]];

		for (uint32_t k = 0; k < p->nr_aliases && is_open(p) && p->owner == NO_PIECE; k++) {
			const char *key = key_alias(obj, p, obj->by_place[p->first_alias + k]);

			if (key)
				fn(d, orig, key, obj->open[i]);
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

	if (e && !map_next(orig, e) && is_open(&d->orig.pieces[e->value]))
		pair(d, e->value, i, EVIDENCE_NAME);
}

/* Several names of one thing: which of them is its principal one may change. */
static void pair_by_alias(struct diff *d)
{
	struct map orig;

	map_init(&orig, d->arena);
	each_alias(d, &d->orig, &orig, note_alias);
	each_alias(d, &d->patched, &orig, pair_alias);
}

/* ---- parts and references ---- */

static void pair_parts(struct diff *d)
{
	for (uint32_t i = 0; i < d->orig.nr_pieces; i++) {
		const struct piece *a = &d->orig.pieces[i];
		const struct piece *b = a->twin == NO_PIECE ? NULL : &d->patched.pieces[a->twin];

		if (b && a->cold != NO_PIECE && b->cold != NO_PIECE &&
		    is_open(&d->orig.pieces[a->cold]) && is_open(&d->patched.pieces[b->cold]))
			pair(d, a->cold, b->cold, EVIDENCE_PARENT);
	}
}

static const struct ref *ref_to_open(const struct object *obj, const struct piece *p, uint32_t *i)
{
	while (*i < p->nr_refs) {
		const struct ref *r = &obj->refs[p->first_ref + (*i)++];

		if (r->piece != NO_PIECE && is_open(&obj->pieces[r->piece]) &&
		    obj->pieces[r->piece].file)
			return r;
	}
	return NULL;
}

static bool could_be_twins(const struct diff *d, uint32_t a, uint32_t b)
{
	const struct piece *x = &d->orig.pieces[a], *y = &d->patched.pieces[b];

	return x->kind == y->kind && !strcmp(x->stem, y->stem) && x->owner == NO_PIECE &&
	       y->owner == NO_PIECE &&
	       (x->kind == PIECE_FUNC || x->end - x->start == y->end - y->start);
}

/* Twins that mean the same refer to the same at the same places. */
static bool pair_in_equal(struct diff *d, const struct piece *a, const struct piece *b)
{
	bool progress = false;

	if (a->nr_refs != b->nr_refs)
		return false;
	for (uint32_t i = 0; i < a->nr_refs; i++) {
		const struct ref *ra = &d->orig.refs[a->first_ref + i];
		const struct ref *rb = &d->patched.refs[b->first_ref + i];

		if (ra->piece == NO_PIECE || rb->piece == NO_PIECE || ra->off != rb->off ||
		    !is_open(&d->orig.pieces[ra->piece]) ||
		    !is_open(&d->patched.pieces[rb->piece]) ||
		    !could_be_twins(d, ra->piece, rb->piece))
			continue;
		pair(d, ra->piece, rb->piece, EVIDENCE_REFS);
		progress = true;
	}
	return progress;
}

/* Of each stem, the only open piece that the one at hand refers to. */
struct only {
	uint32_t asked;		/* when it was noted: for another piece, what it says is old */
	uint32_t target;	/* NO_PIECE: there are several */
};

/* Stems by number, the same in both objects. */
struct stems {
	uint32_t *orig, *patched;	/* of each piece */
	struct only *only_orig, *only_patched;
	uint32_t asked;
};

static uint32_t *number_stems(const struct object *obj, struct map *numbers)
{
	uint32_t *stems = arena_calloc(obj->arena, obj->nr_pieces + 1, sizeof(*stems));

	for (uint32_t i = 0; i < obj->nr_open; i++) {
		const char *stem = obj->pieces[obj->open[i]].stem;
		const struct map_entry *e = map_find_str(numbers, stem);
		uint32_t number = e ? e->value : (uint32_t)numbers->nr;

		if (!e)
			map_add_str(numbers, stem, number);
		stems[obj->open[i]] = number;
	}
	return stems;
}

static void stems_init(struct diff *d, struct stems *s)
{
	struct map numbers;

	map_init(&numbers, d->arena);
	s->orig = number_stems(&d->orig, &numbers);
	s->patched = number_stems(&d->patched, &numbers);
	s->only_orig = arena_calloc(d->arena, numbers.nr + 1, sizeof(*s->only_orig));
	s->only_patched = arena_calloc(d->arena, numbers.nr + 1, sizeof(*s->only_patched));
	s->asked = 0;
}

static void note_targets(const struct object *obj, const struct piece *p, const uint32_t *stems,
			 struct only *only, uint32_t asked)
{
	uint32_t i = 0;
	const struct ref *r;

	while ((r = ref_to_open(obj, p, &i))) {
		struct only *o = &only[stems[r->piece]];

		if (o->asked != asked)
			*o = (struct only){ asked, r->piece };
		else if (o->target != r->piece)
			o->target = NO_PIECE;
	}
}

/* Who is said to be whose twin: for each piece of either object, NO_PIECE if nobody said so. */
struct votes {
	uint32_t *orig, *patched;
};

#define VOTES_DISAGREE (NO_PIECE - 1)

static void vote(uint32_t *for_whom, uint32_t twin)
{
	if (*for_whom != NO_PIECE && *for_whom != twin)
		twin = VOTES_DISAGREE;
	*for_whom = twin;
}

/* Twins that differ: of each name, the only one that both refer to. */
static void vote_in_changed(struct diff *d, const struct piece *a, const struct piece *b,
			    struct stems *s, struct votes *v)
{
	uint32_t i = 0;
	const struct ref *r;

	s->asked++;
	note_targets(&d->orig, a, s->orig, s->only_orig, s->asked);
	note_targets(&d->patched, b, s->patched, s->only_patched, s->asked);
	while ((r = ref_to_open(&d->patched, b, &i))) {
		const struct only *x = &s->only_orig[s->patched[r->piece]];
		const struct only *y = &s->only_patched[s->patched[r->piece]];

		if (x->asked != s->asked || x->target == NO_PIECE || y->target != r->piece ||
		    !could_be_twins(d, x->target, r->piece))
			continue;
		vote(&v->orig[x->target], r->piece);
		vote(&v->patched[r->piece], x->target);
	}
}

/* A static that functions came to share says nothing where these do not agree whose it was. */
static bool pair_in_changed(struct diff *d, struct stems *s, struct votes *v)
{
	bool progress = false;

	memset(v->orig, 0xff, d->orig.nr_pieces * sizeof(*v->orig));
	memset(v->patched, 0xff, d->patched.nr_pieces * sizeof(*v->patched));
	for (uint32_t i = 0; i < d->patched.nr_pieces; i++) {
		const struct piece *b = &d->patched.pieces[i];
		const struct piece *a = b->twin == NO_PIECE ? NULL : &d->orig.pieces[b->twin];

		if (a && a->checksum != b->checksum)
			vote_in_changed(d, a, b, s, v);
	}
	for (uint32_t i = 0; i < d->patched.nr_pieces; i++) {
		uint32_t x = v->patched[i];

		if (x == NO_PIECE || x == VOTES_DISAGREE || v->orig[x] != i)
			continue;
		pair(d, x, i, EVIDENCE_REFS);
		progress = true;
	}
	return progress;
}

/* Equal twins first: their references correspond one by one. */
static void pair_by_refs(struct diff *d)
{
	struct votes v = {
		.orig = arena_calloc(d->arena, d->orig.nr_pieces + 1, sizeof(*v.orig)),
		.patched = arena_calloc(d->arena, d->patched.nr_pieces + 1, sizeof(*v.patched)),
	};
	struct stems s;
	bool progress = true;

	stems_init(d, &s);
	for (int round = 0; progress && round < 8; round++) {
		progress = false;
		for (uint32_t i = 0; i < d->patched.nr_pieces; i++) {
			const struct piece *b = &d->patched.pieces[i];
			const struct piece *a = b->twin == NO_PIECE ? NULL
								    : &d->orig.pieces[b->twin];

			if (a && a->checksum == b->checksum)
				progress |= pair_in_equal(d, a, b);
		}
		progress |= pair_in_changed(d, &s, &v);
	}
}

/* ---- what is left ---- */

static const char *key_left(const struct object *obj, const struct piece *p)
{
	return p->owner != NO_PIECE ? NULL : file_key(obj, p, p->stem);
}

static bool same_content(const struct diff *d, const char *key, const struct map *a,
			 const struct map *b)
{
	const struct map_entry *x = map_find_str(a, key), *y = map_find_str(b, key);

	for (; x && y; x = map_next(a, x), y = map_next(b, y))
		if (d->orig.pieces[x->value].checksum != d->patched.pieces[y->value].checksum)
			return false;
	return !x && !y;
}

/*
 * The only one left of a name; or the same number of them with the same
 * contents in the same order: paired by position, which is reported if
 * something that is copied refers to one.  Otherwise they stay open, and are
 * refused if they would be copied.
 */
static void pair_by_position(struct diff *d)
{
	struct candidates a, b;

	layer(d, key_left, EVIDENCE_POSITION);
	find_candidates(&a, &d->orig, key_left);
	find_candidates(&b, &d->patched, key_left);
	for (uint32_t i = 0; i < b.nr; i++) {
		const char *key = b.keys[i];
		const struct map_entry *x = key ? map_find_str(&a.by_key, key) : NULL;
		const struct map_entry *y = key ? map_find_str(&b.by_key, key) : NULL;
		bool same;

		if (!x || !y || y->value != b.pieces[i])	/* once for the group */
			continue;
		same = same_content(d, key, &a.by_key, &b.by_key);
		for (; y; y = map_next(&b.by_key, y)) {
			if (!same) {
				d->patched.pieces[y->value].flags |= PIECE_AMBIGUOUS;
				continue;
			}
			pair(d, x->value, y->value, EVIDENCE_POSITION);
			x = map_next(&a.by_key, x);
		}
	}
}

/* ---- source files ---- */

/*
 * The same number for the n-th group of a file name in both objects; a single
 * file each is the same one, whatever it is called.
 */
static uint32_t number_files(struct object *obj, struct map *ids, struct arena *arena)
{
	const struct elf *elf = obj->elf;
	uint32_t nr = 0;
	struct map seen;

	obj->file_id = arena_calloc(arena, elf->nr_syms, sizeof(*obj->file_id));
	map_init(&seen, arena);
	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct map_entry *e;
		uint32_t nth = 0;
		const char *key;

		if (elf->syms[i].type != STT_FILE)
			continue;
		for (e = map_find_str(&seen, elf->syms[i].name); e; e = map_next(&seen, e))
			nth = e->value + 1;
		map_add_str(&seen, elf->syms[i].name, nth);
		key = arena_printf(arena, "%u:%s", nth, elf->syms[i].name);
		e = map_find_str(ids, key);
		if (!e) {
			map_add_str(ids, key, (uint32_t)ids->nr + 1);
			e = map_find_str(ids, key);
		}
		obj->file_id[i] = e->value;
		nr++;
	}
	return nr;
}

static void same_single_file(struct object *obj)
{
	for (uint32_t i = 0; i < obj->elf->nr_syms; i++)
		if (obj->file_id[i])
			obj->file_id[i] = 1;
}

static void match_files(struct diff *d)
{
	uint32_t nr_orig, nr_patched;
	struct map ids;

	map_init(&ids, d->arena);
	nr_orig = number_files(&d->orig, &ids, d->arena);
	nr_patched = number_files(&d->patched, &ids, d->arena);
	if (nr_orig == 1 && nr_patched == 1) {
		same_single_file(&d->orig);
		same_single_file(&d->patched);
	}
}

static void note_removed(struct diff *d)
{
	for (uint32_t i = 0; i < d->orig.nr_open; i++) {
		struct piece *p = &d->orig.pieces[d->orig.open[i]];
		struct diag_where where = piece_where(&d->orig, p);

		if (!is_open(p) || p->owner != NO_PIECE || p->flags & PIECE_FREED)
			continue;
		p->flags |= PIECE_REMOVED;
		diag_debug(d->diag, &where, "removed", "no longer in %s", d->patched.elf->path);
	}
}

static void open_all(struct object *obj)
{
	obj->open = arena_calloc(obj->arena, obj->nr_pieces, sizeof(*obj->open));
	for (uint32_t i = 0; i < obj->nr_pieces; i++)
		if (is_open(&obj->pieces[i]))
			obj->open[obj->nr_open++] = i;
}

int diff_correlate(struct diff *d)
{
	match_files(d);
	open_all(&d->orig);
	open_all(&d->patched);
	layer(d, key_name, EVIDENCE_NAME);
	pair_by_alias(d);
	layer(d, key_any_scope, EVIDENCE_SCOPE);
	layer(d, key_stem, EVIDENCE_STEM);
	layer(d, key_static, EVIDENCE_NAME);
	pair_parts(d);
	pair_by_refs(d);
	layer(d, key_clone, EVIDENCE_NAME);
	pair_by_position(d);
	pair_parts(d);
	note_removed(d);
	return 0;
}
