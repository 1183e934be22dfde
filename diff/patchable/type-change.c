// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In what a structure, a union or an enum of the patched object is another one than in the
 * original: what code that was compiled for the new one would do wrong with an object of the old.
 *
 * A structure changed if a member moved, has another size or is of another kind, if something
 * else is where one was, or if there is one behind the old end.  What stays in doubt is told: a new
 * member in what was padding, which old objects have not set; one that only has another name.
 */
#include <stdlib.h>
#include <string.h>

#include <klp/types.h>

#include "internal.h"
#include "types.h"

/* A member, also of a structure without a name in the structure: where it is in that. */
struct flat {
	const char *name;
	uint32_t type;
	uint64_t bit, bits;
	bool bitfield;
	bool taken;	       /* an old one: there is a new one by that name */
	uint64_t reach;	       /* by place: the largest end up to here */
	const struct flat *by; /* … and whose end that is */
};

struct flats {
	struct flat *v;
	size_t nr, cap;
};

struct compare {
	struct diff *d;
	const struct types *old, *new;
	struct flats by_place, by_name; /* the old members */
	struct flats added;		/* the new ones */
	struct type_change *change;
	unsigned int steps;		/* still allowed */
};

#define MAX_NESTED 16
#define MAX_STEPS  4096

static unsigned long long bytes_of(const struct flat *f)
{
	return f->bit / 8;
}

static void tell(struct compare *c, enum type_verdict verdict, const char *text)
{
	struct type_change *change = c->change;

	if (verdict > change->verdict) {
		change->verdict = verdict;
		change->text = text;
		change->more = 0;
	} else if (verdict == change->verdict) {
		change->more++;
	}
}

#define tell(c, verdict, ...) tell(c, verdict, arena_printf((c)->d->arena, __VA_ARGS__))

/* ---- members ---- */

static void flatten(struct compare *c, const struct types *t, uint32_t type, uint64_t bit,
		    struct flats *list, int depth)
{
	for_each_member (t, &t->v[type], m) {
		uint32_t to = types_strip(t, m->type);
		struct flat f = {
			.name = m->name,
			.type = m->type,
			.bit = bit + m->bit,
			.bits = m->bits ?: types_size(t, m->type) * 8,
			.bitfield = m->bits != 0,
		};

		if (!m->name && to != NO_TYPE && depth < MAX_NESTED &&
		    (t->v[to].kind == TYPE_STRUCT || t->v[to].kind == TYPE_UNION)) {
			/* In a damaged file, structures may be in many others. */
			if (list->nr > t->nr_members || !c->steps)
				return;
			c->steps--;
			flatten(c, t, to, f.bit, list, depth + 1);
			continue;
		}
		if (!m->name)
			continue;
		list->v = arena_grow(c->d->arena, list->v, list->nr, &list->cap, sizeof(*list->v));
		list->v[list->nr++] = f;
	}
}

static int by_name(const void *pa, const void *pb)
{
	const struct flat *a = pa, *b = pb;

	return strcmp(a->name, b->name);
}

static int by_place(const void *pa, const void *pb)
{
	const struct flat *a = pa, *b = pb;

	return (a->bit > b->bit) - (a->bit < b->bit);
}

static void collect(struct compare *c, uint32_t old, uint32_t new)
{
	struct flats *list = &c->by_place;

	flatten(c, c->old, old, 0, &c->by_place, 0);
	flatten(c, c->old, old, 0, &c->by_name, 0);
	flatten(c, c->new, new, 0, &c->added, 0);
	if (!list->nr)
		return;
	qsort(list->v, list->nr, sizeof(*list->v), by_place);
	qsort(c->by_name.v, c->by_name.nr, sizeof(*list->v), by_name);
	for (size_t i = 0; i < list->nr; i++) {
		struct flat *f = &list->v[i];

		f->reach = f->bit + f->bits;
		f->by = f;
		if (i && list->v[i - 1].reach > f->reach) {
			f->reach = list->v[i - 1].reach;
			f->by = list->v[i - 1].by;
		}
	}
}

static struct flat *old_named(struct compare *c, const char *name)
{
	struct flat key = { .name = name };

	return c->by_name.nr ? bsearch(&key, c->by_name.v, c->by_name.nr, sizeof(key), by_name) :
			       NULL;
}

/* An old member that shares bits with f, or NULL. */
static const struct flat *old_at(const struct compare *c, const struct flat *f)
{
	size_t low = 0, high = c->by_place.nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (c->by_place.v[mid].bit < f->bit + f->bits)
			low = mid + 1;
		else
			high = mid;
	}
	return low && c->by_place.v[low - 1].reach > f->bit ? c->by_place.v[low - 1].by : NULL;
}

/* ---- are two types of one form? ---- */

/* struct { int counter; } is as good as an int. */
static uint32_t unwrap(const struct types *t, uint32_t type)
{
	for (int i = 0; i < MAX_NESTED; i++) {
		const struct type_member *only;

		type = types_strip(t, type);
		if (type == NO_TYPE || t->v[type].kind != TYPE_STRUCT ||
		    t->v[type].first == NO_TYPE || t->v[type].first != t->v[type].last)
			return type;
		only = &t->members[t->v[type].first];
		if (only->bits || only->bit || types_size(t, only->type) != t->v[type].size)
			return type;
		type = only->type;
	}
	return type;
}

static bool is_number(enum type_kind kind)
{
	return kind == TYPE_NUMBER || kind == TYPE_ENUM;
}

static bool same_form(struct compare *c, uint32_t old, uint32_t new, int depth);

static bool same_members(struct compare *c, const struct type *a, const struct type *b, int depth)
{
	uint32_t i = a->first, k = b->first;

	for (; i != NO_TYPE && k != NO_TYPE;
	     i = c->old->members[i].next, k = c->new->members[k].next) {
		const struct type_member *x = &c->old->members[i], *y = &c->new->members[k];

		if (x->bit != y->bit || x->bits != y->bits ||
		    !same_form(c, x->type, y->type, depth + 1))
			return false;
	}
	return i == k;
}

static bool same_form(struct compare *c, uint32_t old, uint32_t new, int depth)
{
	const struct type *a, *b;

	old = unwrap(c->old, old);
	new = unwrap(c->new, new);
	if (old == NO_TYPE || new == NO_TYPE || depth > MAX_NESTED || !c->steps)
		return old == new;
	c->steps--;
	a = &c->old->v[old];
	b = &c->new->v[new];
	if (is_number(a->kind) && is_number(b->kind))
		return a->size == b->size;
	if (a->kind == TYPE_OTHER || b->kind == TYPE_OTHER)
		return true;
	if (a->kind != b->kind)
		return false;
	if (a->kind == TYPE_ARRAY)
		return a->count == b->count && same_form(c, a->to, b->to, depth + 1);
	if (a->kind != TYPE_STRUCT && a->kind != TYPE_UNION)
		return true;
	if (a->declared || b->declared)
		return true;
	/* One of the same name is held against the other itself. */
	return a->size == b->size && ((a->name && b->name && !strcmp(a->name, b->name)) ||
				      same_members(c, a, b, depth));
}

/* ---- what pointers lead to ---- */

static bool has_type(const struct types *t, const struct type *like)
{
	for_each_str (&t->by_name, like->name, e)
		if (t->v[e->value].kind == like->kind)
			return true;
	return false;
}

static bool is_tagged(const struct type *t)
{
	return (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION) && t->name && !t->declared;
}

/* Parameters are passed by their sizes; pointers are all the same. */
static bool same_call(struct compare *c, const struct type *a, const struct type *b)
{
	uint32_t i = a->first, k = b->first;

	if (!same_form(c, a->to, b->to, 0))
		return false;
	for (; i != NO_TYPE && k != NO_TYPE;
	     i = c->old->members[i].next, k = c->new->members[k].next)
		if (!same_form(c, c->old->members[i].type, c->new->members[k].type, 0))
			return false;
	return i == k;
}

static void compare_pointers(struct compare *c, const struct flat *f, uint32_t old, uint32_t new)
{
	const struct type *a, *b;

	old = types_strip(c->old, c->old->v[old].to);
	new = types_strip(c->new, c->new->v[new].to);
	if (old == NO_TYPE || new == NO_TYPE)
		return;
	a = &c->old->v[old];
	b = &c->new->v[new];
	if (a->kind == TYPE_FUNCTION && b->kind == TYPE_FUNCTION) {
		if (!same_call(c, a, b))
			tell(c, TYPE_CHANGED,
			     "the function in '%s' (offset %llu) has other parameters or another "
			     "result", f->name, bytes_of(f));
		return;
	}
	if (!is_tagged(a) || !is_tagged(b) || !strcmp(a->name, b->name))
		return;
	if (!has_type(c->new, a) && !has_type(c->old, b)) {
		c->change->renamed_old = old;
		c->change->renamed_new = new;
	} else if (!same_form(c, old, new, 0)) {
		tell(c, TYPE_DOUBT, "'%s' (offset %llu) points to %s, and pointed to %s", f->name,
		     bytes_of(f), types_text(c->new, new, c->d->arena),
		     types_text(c->old, old, c->d->arena));
	}
}

/* ---- a structure or union ---- */

static void compare_member(struct compare *c, const struct flat *a, const struct flat *b)
{
	uint32_t old = types_strip(c->old, a->type), new = types_strip(c->new, b->type);

	if (a->bit != b->bit)
		tell(c, TYPE_CHANGED, "'%s' moved from offset %llu to %llu", b->name, bytes_of(a),
		     bytes_of(b));
	else if (a->bitfield != b->bitfield || (a->bitfield && a->bits != b->bits))
		tell(c, TYPE_CHANGED, "'%s' (offset %llu) has %llu bits, and had %llu", b->name,
		     bytes_of(b), (unsigned long long)b->bits, (unsigned long long)a->bits);
	else if (a->bits != b->bits)
		tell(c, TYPE_CHANGED, "'%s' (offset %llu) has %llu bytes, and had %llu", b->name,
		     bytes_of(b), (unsigned long long)b->bits / 8, (unsigned long long)a->bits / 8);
	else if (!same_form(c, a->type, b->type, 0))
		tell(c, TYPE_CHANGED, "'%s' (offset %llu) is %s, and was %s", b->name, bytes_of(b),
		     types_text(c->new, b->type, c->d->arena),
		     types_text(c->old, a->type, c->d->arena));
	else if (old != NO_TYPE && new != NO_TYPE && c->old->v[old].kind == TYPE_POINTER &&
		 c->new->v[new].kind == TYPE_POINTER)
		compare_pointers(c, b, old, new);
}

static bool is_gone(struct compare *c, const struct flat *f)
{
	const struct flat *old = old_named(c, f->name);

	return old && !old->taken;
}

/* A member that the old structure does not have by that name, at an old one's place, or not. */
static void compare_new(struct compare *c, const struct flat *f, uint64_t old_size)
{
	const struct flat *old = old_at(c, f);

	if (f->bit + f->bits > old_size * 8 || (!f->bits && f->bit >= old_size * 8))
		tell(c, TYPE_CHANGED, "'%s' is new at offset %llu, behind the end: objects that "
		     "exist have %llu bytes", f->name, bytes_of(f), (unsigned long long)old_size);
	else if (!old)
		tell(c, TYPE_DOUBT, "'%s' is new at offset %llu, in what was padding: nothing has "
		     "set it in objects that exist", f->name, bytes_of(f));
	else if (!is_gone(c, old))
		tell(c, TYPE_DOUBT, "'%s' is new at offset %llu, in the bytes of '%s': that is what "
		     "objects that exist have there", f->name, bytes_of(f), old->name);
	else if (old->bit == f->bit && old->bits == f->bits && same_form(c, old->type, f->type, 0))
		tell(c, TYPE_DOUBT, "'%s' (offset %llu) was '%s': it has to mean the same", f->name,
		     bytes_of(f), old->name);
	else
		tell(c, TYPE_CHANGED, "'%s' (offset %llu) is gone, and '%s' is there", old->name,
		     bytes_of(old), f->name);
}

static void compare_structs(struct compare *c, uint32_t old, uint32_t new)
{
	uint64_t old_size = c->old->v[old].size, new_size = c->new->v[new].size;
	const struct flat *a;

	collect(c, old, new);
	for (size_t i = 0; i < c->added.nr; i++) {
		struct flat *found = old_named(c, c->added.v[i].name);

		if (found)
			found->taken = true;
	}
	/* What comes and goes is told before what moves because of it. */
	for (size_t i = 0; i < c->added.nr; i++)
		if (!old_named(c, c->added.v[i].name))
			compare_new(c, &c->added.v[i], old_size);
	for (size_t i = 0; i < c->added.nr; i++) {
		a = old_named(c, c->added.v[i].name);
		if (a)
			compare_member(c, a, &c->added.v[i]);
	}
	/* Where nothing else is: who made the object new leaves it unset for old code. */
	for (size_t i = 0; i < c->by_name.nr; i++) {
		a = &c->by_name.v[i];
		if (!a->taken && c->change->verdict < TYPE_DOUBT)
			tell(c, TYPE_DOUBT, "'%s' (offset %llu) is gone: functions that run until the "
			     "patch is in place, or taken back, find it unset in new objects",
			     a->name, bytes_of(a));
	}
	if (old_size != new_size)
		tell(c, TYPE_CHANGED, "it has %llu bytes, and had %llu",
		     (unsigned long long)new_size, (unsigned long long)old_size);
}

/* ---- an enum ---- */

static const struct type_member *last_of(const struct types *t, const struct type *e)
{
	return e->last == NO_TYPE ? NULL : &t->members[e->last];
}

static void compare_enums(struct compare *c, uint32_t old, uint32_t new)
{
	const struct type *a = &c->old->v[old], *b = &c->new->v[new];
	const struct type_member *end = last_of(c->old, a), *new_end = last_of(c->new, b);
	struct map values;

	map_init(&values, c->d->arena);
	for_each_member (c->old, a, m)
		if (m->name)
			map_add_str(&values, m->name, (uint32_t)(m - c->old->members));
	for_each_member (c->new, b, m) {
		const struct map_entry *e = m->name ? map_find_str(&values, m->name) : NULL;
		const struct type_member *was = e ? &c->old->members[e->value] : NULL;

		if (!was || was->value == m->value)
			continue;
		/* NR_STATES, behind the last of them, only counts. */
		if (was == end && m == new_end && m->value > was->value)
			tell(c, TYPE_DOUBT, "%s is %lld, and was %lld: right if it only tells how many "
			     "there are", m->name, (long long)m->value, (long long)was->value);
		else
			tell(c, TYPE_CHANGED, "%s is %lld, and was %lld", m->name,
			     (long long)m->value, (long long)was->value);
	}
}

void diff_type_change(struct diff *d, const struct types *old, uint32_t old_type,
		      const struct types *new, uint32_t new_type, struct type_change *change)
{
	struct compare c = { .d = d, .old = old, .new = new, .change = change, .steps = MAX_STEPS };

	*change = (struct type_change){ .renamed_old = NO_TYPE, .renamed_new = NO_TYPE };
	if (new->v[new_type].kind == TYPE_ENUM)
		compare_enums(&c, old_type, new_type);
	else
		compare_structs(&c, old_type, new_type);
	arena_give_back(d->arena, c.added.v, c.added.cap, sizeof(*c.added.v));
	arena_give_back(d->arena, c.by_name.v, c.by_name.cap, sizeof(*c.by_name.v));
	arena_give_back(d->arena, c.by_place.v, c.by_place.cap, sizeof(*c.by_place.v));
}

bool diff_same_form(struct diff *d, const struct types *old, uint32_t old_type,
		    const struct types *new, uint32_t new_type)
{
	struct compare c = { .d = d, .old = old, .new = new, .steps = MAX_STEPS };

	return same_form(&c, old_type, new_type, 0);
}
