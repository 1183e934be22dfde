// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Leave a table of sysctls as it is to which the patch adds some, or from which it takes some.
 *
 * The kernel has made files of the table's entries when it was registered, at boot or when the
 * module was loaded, and does not look at the table's end again: a new sysctl does not come to be,
 * and its variable keeps its first value, as that of a new module parameter.  One that is gone
 * stays, without an effect.  The debugging information says which objects are such tables.
 */
#include <string.h>

#include <klp/types.h>

#include "internal.h"

struct table {
	const struct object *obj;
	const struct piece *p;
	const uint8_t *bytes;
	uint64_t size; /* of an entry */
	uint64_t nr;
};

/* The size of the elements of the array of struct ctl_table that has this name; 0: it is none. */
static uint64_t entry_size(const struct types *t, const char *name)
{
	uint64_t size = 0;

	for_each_str (&t->var_by_name, name, e) {
		uint32_t array = types_strip(t, types_var_type(t, &t->vars[e->value]));
		uint32_t entry = array == NO_TYPE || t->v[array].kind != TYPE_ARRAY ?
					 NO_TYPE :
					 types_strip(t, t->v[array].to);

		if (entry == NO_TYPE || t->v[entry].kind != TYPE_STRUCT || !t->v[entry].name ||
		    strcmp(t->v[entry].name, "ctl_table"))
			return 0;
		size = types_size(t, entry);
	}
	return size;
}

/* Nothing that runs later finds it; it has to be an address that was handed over at boot. */
static bool is_only_registered(const struct object *obj, const struct piece *p)
{
	struct users users = object_users(obj, (uint32_t)(p - obj->pieces));

	for (uint32_t i = 0; i < users.nr; i++) {
		const struct piece *user = &obj->pieces[piece_root(obj, users.v[i])];

		/* A slot's users refer to what it names (object/slots.c). */
		if (!(user->flags & PIECE_FREED) && (obj->secs[user->sec->index].role != ROLE_SLOTS ||
						     object_users(obj, users.v[i]).nr))
			return false;
	}
	return users.nr && obj->elf->syms[p->sym].bind == STB_LOCAL;
}

static bool open_table(const struct types *t, const struct object *obj, const struct piece *p,
		       struct table *table)
{
	uint64_t bytes = p->end - p->start, size = entry_size(t, p->stem);

	if (!size || bytes % size || !is_only_registered(obj, p))
		return false;
	*table = (struct table){ obj, p, piece_masked(obj, p), size, bytes / size };
	return table->bytes;
}

/* The first reference at or behind the entry's begin, and where it is in that; NULL: none in it. */
static const struct ref *ref_in(const struct table *t, uint64_t entry, uint32_t *k, uint64_t *at)
{
	for (; *k < t->p->nr_refs; ++*k) {
		const struct ref *r = &t->obj->refs[t->p->first_ref + *k];
		uint64_t place = r->place - t->p->start;

		if (r->flags & REF_DROP || place < entry * t->size)
			continue;
		*at = place - entry * t->size;
		return *at < t->size ? r : NULL;
	}
	return NULL;
}

static bool same_entry(struct diff *d, const struct table *a, uint64_t i, const struct table *b,
		       uint64_t k)
{
	uint32_t ra = 0, rb = 0;

	if (memcmp(a->bytes + i * a->size, b->bytes + k * b->size, a->size) != 0)
		return false;
	for (;; ra++, rb++) {
		uint64_t at_x = 0, at_y = 0;
		const struct ref *x = ref_in(a, i, &ra, &at_x), *y = ref_in(b, k, &rb, &at_y);

		if (!x || !y)
			return x == y;
		if (at_x != at_y || !diff_ref_equal(d, a->p, x, b->p, y))
			return false;
	}
}

/* procname is the first field; NULL: it is the entry that ends the table. */
static const char *name_of(const struct table *t, uint64_t entry)
{
	uint32_t k = 0;
	uint64_t at;
	const struct ref *r = ref_in(t, entry, &k, &at);
	const struct piece *to = r && !at ? ref_piece(t->obj, r) : NULL;
	uint64_t from = to ? to->start + (uint64_t)r->off : 0;

	if (!to || !to->sec->data || from >= to->end ||
	    !memchr(to->sec->data + from, 0, to->end - from))
		return NULL;
	return (const char *)to->sec->data + from;
}

/* Names of the entries of the one that the other does not have; NULL: another one has such a name. */
static const char *names_only_in(struct diff *d, const struct table *a, const struct table *b,
				 bool swapped)
{
	const char *names = "";

	for (uint64_t i = 0; i < a->nr; i++) {
		const char *name = name_of(a, i), *other;
		bool found = false, changed = false;

		for (uint64_t k = 0; k < b->nr && !found; k++) {
			found = swapped ? same_entry(d, b, k, a, i) : same_entry(d, a, i, b, k);
			other = name_of(b, k);
			changed |= name && other && !strcmp(name, other);
		}
		if (found)
			continue;
		if (!name || changed)
			return NULL;
		names = arena_printf(d->arena, "%s%s%s", names, *names ? ", " : "", name);
	}
	return names;
}

static void leave_out(struct diff *d, struct piece *p)
{
	const char *gone, *added;
	struct table a, b;

	if (!open_table(diff_types(d, false), d->orig, &d->orig->pieces[p->twin], &a) ||
	    !open_table(diff_types(d, true), d->patched, p, &b) || a.size != b.size)
		return;
	gone = names_only_in(d, &a, &b, false);
	added = names_only_in(d, &b, &a, true);
	if (!gone || !added)
		return;
	p->flags &= ~(uint32_t)PIECE_CHANGED;
	p->flags |= PIECE_LEFT_OUT;
	if (*added)
		diag_warn(d->diag, diff_at(d, p), "other-sysctl",
			  "the patch adds sysctls, which the kernel that runs will not have: their "
			  "variables keep their first values: %s", added);
	if (*gone)
		diag_warn(d->diag, diff_at(d, p), "other-sysctl",
			  "the patch takes sysctls out, which stay in the kernel that runs: %s", gone);
}

void diff_leave_out_sysctls(struct diff *d)
{
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++) {
		struct piece *p = &d->patched->pieces[i];

		if (p->kind == PIECE_OBJECT && p->flags & PIECE_CHANGED && p->twin != NO_PIECE &&
		    p->stem && p->sym && p->sec->data && diff_types(d, false) && diff_types(d, true))
			leave_out(d, p);
	}
}
