// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: do copied functions use objects that the running kernel has in another layout?
 *
 * A structure is seen as a set of places: each member's first bit and its number of bits, by name.
 * It is another one if a name has another place, if a member is at the place of one that is gone,
 * or if the whole has another size.  What is only in doubt is no finding.
 */
#include <stdlib.h>
#include <string.h>

#include <klp/types.h>

#include "internal.h"

#define MAX_DEPTH 32

struct slot {
	const char *name;
	uint64_t bit, bits;
	char what;		/* 'p': a pointer, 'n': a number, '-': another thing */
};

struct slots {
	struct slot *v;
	size_t nr, cap;
	uint64_t size;
};

struct layouts {
	struct oracle *o;
	const struct types *told, *tnew;
	uint32_t *todo;		/* types that copies come to */
	uint32_t nr;
	bool *met;		/* … each once */
	bool *in_copy;		/* functions whose code is in the output, or inlined there */
	bool *kept;		/* types of which something but the copies' stack has objects */
	bool *valued;		/* enums of which there are values in memory */
	struct map told_names;	/* types that were found to be others */
};

/* ---- what is reached ---- */

static bool is_plain(enum type_kind kind)
{
	return kind == TYPE_STRUCT || kind == TYPE_UNION || kind == TYPE_ENUM;
}

/* The structure, union or enum that a type is made of; *pointers: how many lead there. */
static uint32_t core_of(const struct types *t, uint32_t type, unsigned int *pointers)
{
	*pointers = 0;
	for (unsigned int n = 0; type != NO_TYPE && n < MAX_DEPTH; n++) {
		if (is_plain(t->v[type].kind))
			return type;
		*pointers += t->v[type].kind == TYPE_POINTER;
		type = t->v[type].to;
	}
	return NO_TYPE;
}

static void meet(struct layouts *l, uint32_t type, bool in_memory)
{
	unsigned int pointers;
	uint32_t core = core_of(l->tnew, type, &pointers);

	if (core == NO_TYPE)
		return;
	l->valued[core] |= in_memory;
	if (!l->met[core])
		l->todo[l->nr++] = core;
	l->met[core] = true;
}

static void meet_func(struct layouts *l, uint32_t nr, unsigned int depth)
{
	const struct types *t = l->tnew;
	const struct type_func *f = &t->funcs[nr];

	if (l->in_copy[nr] || depth > MAX_DEPTH)
		return;
	l->in_copy[nr] = true;
	for (uint32_t v = f->first; v != NO_TYPE; v = t->vars[v].next)
		meet(l, types_var_type(t, &t->vars[v]), t->vars[v].kind == VAR_STATIC);
	for (uint32_t e = f->first_edge; e != NO_TYPE; e = t->edges[e].next) {
		uint32_t to = t->edges[e].func;

		if (to == NO_TYPE)
			continue;
		if (!t->edges[e].called)
			meet_func(l, to, depth + 1);
		else if (t->funcs[to].first != NO_TYPE)
			meet(l, types_var_type(t, &t->vars[t->funcs[to].first]), false);
	}
}

static const char *bare_name(struct layouts *l, const char *name)
{
	const char *dot = strchr(name, '.');

	return dot ? arena_strndup(l->o->arena, name, (size_t)(dot - name)) : name;
}

/* The data to which a function refers. */
static void meet_data(struct layouts *l, const struct range *r)
{
	const struct image *img = &l->o->patched;
	struct operands ops = { .nr = 0 };

	image_operands(img, r->psec, r->pstart, r->pstart + r->len, &ops);
	for (size_t i = 0; i < ops.nr; i++) {
		struct place to = image_follow(img, &ops.list[i]);
		uint32_t sym = to.sec ? image_sym_at(img, to.sec, to.off) : to.sym;
		const char *name = sym ? bare_name(l, img->elf->syms[sym].name) : "";

		for_each_str (&l->tnew->var_by_name, name, e)
			meet(l, types_var_type(l->tnew, &l->tnew->vars[e->value]), true);
	}
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
}

static void meet_range(struct layouts *l, const struct range *r)
{
	const struct elf_sym *sym = &l->o->patched.elf->syms[r->psym];
	bool found = false;

	if (!r->psym || !oracle_is_function(sym))
		return;
	for_each_u64 (&l->tnew->func_by_place, types_place_key(sym->sec, sym->value), e) {
		meet_func(l, e->value, 0);
		found = true;
	}
	if (!found)
		for_each_str (&l->tnew->func_by_name, bare_name(l, sym->name), e)
			meet_func(l, e->value, 0);
	meet_data(l, r);
}

/* … and from there on by what structures hold. */
static void meet_members(struct layouts *l)
{
	for (uint32_t i = 0; i < l->nr; i++) {
		const struct type *t = &l->tnew->v[l->todo[i]];

		if (t->kind != TYPE_ENUM)
			for_each_member (l->tnew, t, m)
				meet(l, m->type, true);
	}
}

/* ---- of what there are objects elsewhere ---- */

static void keep_var(struct layouts *l, const struct types *t, const struct type_var *var)
{
	const struct type_func *f = var->func == NO_TYPE ? NULL : &t->funcs[var->func];
	bool known = f && !f->external && !f->declared, ours = f, *kept = l->kept;
	unsigned int pointers;
	uint32_t core = core_of(t, types_var_type(t, var), &pointers);

	if (core == NO_TYPE)
		return;
	if (t == l->tnew && f && f->has_code)
		ours = l->in_copy[var->func];
	if (ours && ((var->kind == VAR_LOCAL && !pointers) || (var->kind == VAR_PARAM && known) ||
		     (var->kind == VAR_RETURNED && known && !pointers)))
		return;
	kept[t == l->tnew ? core : l->tnew->nr + core] = true;
}

static void keep_all(struct layouts *l, const struct types *t)
{
	unsigned int pointers;

	for (uint32_t i = 0; i < t->nr_vars; i++)
		keep_var(l, t, &t->vars[i]);
	for (uint32_t i = 0; i < t->nr; i++) {
		if (t->v[i].kind == TYPE_ENUM)
			continue;
		for_each_member (t, &t->v[i], m) {
			uint32_t core = core_of(t, m->type, &pointers);

			if (core != NO_TYPE)
				l->kept[t == l->tnew ? core : l->tnew->nr + core] = true;
		}
	}
}

/* ---- is it another one? ---- */

static char what_is(enum type_kind kind)
{
	return kind == TYPE_POINTER ? 'p' : kind == TYPE_NUMBER || kind == TYPE_ENUM ? 'n' : '-';
}

static void list_slots(struct layouts *l, const struct types *t, uint32_t type, uint64_t bit,
		       struct slots *s, unsigned int depth)
{
	for_each_member (t, &t->v[type], m) {
		uint32_t to = types_strip(t, m->type);
		uint64_t at = bit + m->bit;

		if (to == NO_TYPE || depth > MAX_DEPTH || s->nr > t->nr_members)
			continue;
		if (!m->name) {
			if (t->v[to].kind == TYPE_STRUCT || t->v[to].kind == TYPE_UNION)
				list_slots(l, t, to, at, s, depth + 1);
			continue;
		}
		s->v = arena_grow(l->o->arena, s->v, s->nr, &s->cap, sizeof(*s->v));
		s->v[s->nr++] = (struct slot){ m->name, at, m->bits ?: types_size(t, m->type) * 8,
					       what_is(t->v[to].kind) };
	}
}

static int cmp_names(const void *a, const void *b)
{
	return strcmp(((const struct slot *)a)->name, ((const struct slot *)b)->name);
}

static struct slots slots_of(struct layouts *l, const struct types *t, uint32_t type)
{
	struct slots s = { .size = t->v[type].size };

	list_slots(l, t, type, 0, &s, 0);
	if (s.nr)
		qsort(s.v, s.nr, sizeof(*s.v), cmp_names);
	return s;
}

static int cmp_places(const void *pa, const void *pb)
{
	const struct slot *a = pa, *b = pb;

	return (a->bit > b->bit) - (a->bit < b->bit);
}

/* What only one of both has, by place: the first one of b that is partly where one of a was. */
static const char *other_at_place(struct slots *a, struct slots *b)
{
	if (!a->nr || !b->nr)
		return NULL;
	qsort(a->v, a->nr, sizeof(*a->v), cmp_places);
	qsort(b->v, b->nr, sizeof(*b->v), cmp_places);
	for (size_t i = 0, k = 0; i < a->nr && k < b->nr;) {
		const struct slot *x = &a->v[i], *y = &b->v[k];

		if (x->bit + x->bits <= y->bit)
			i++;
		else if (y->bit + y->bits <= x->bit)
			k++;
		else if (x->bit != y->bit || x->bits != y->bits || x->what + y->what == 'n' + 'p')
			return y->name;
		else
			i++, k++;
	}
	return NULL;
}

static void only_here(struct layouts *l, struct slots *s, const struct slot *slot)
{
	s->v = arena_grow(l->o->arena, s->v, s->nr, &s->cap, sizeof(*s->v));
	s->v[s->nr++] = *slot;
}

/* The first member that is not what or where it was, or NULL. */
static const char *moved_slot(struct layouts *l, const struct slots *a, const struct slots *b)
{
	struct slots gone = { .nr = 0 }, added = { .nr = 0 };
	size_t i = 0, k = 0;

	while (i < a->nr || k < b->nr) {
		int order = i == a->nr ? 1 :
			    k == b->nr ? -1 :
					 strcmp(a->v[i].name, b->v[k].name);

		if (!order && (a->v[i].bit != b->v[k].bit || a->v[i].bits != b->v[k].bits ||
			       a->v[i].what + b->v[k].what == 'n' + 'p'))
			return b->v[k].name;
		if (order > 0 && b->v[k].bit >= a->size * 8)
			return b->v[k].name;
		if (order < 0)
			only_here(l, &gone, &a->v[i]);
		else if (order > 0)
			only_here(l, &added, &b->v[k]);
		i += order <= 0;
		k += order >= 0;
	}
	return other_at_place(&gone, &added);
}

static const char *enum_moved(struct layouts *l, uint32_t old, uint32_t new)
{
	const struct types *a = l->told, *b = l->tnew;
	const char *moved = NULL;
	unsigned int nr = 0;
	struct map old_values;

	map_init(&old_values, l->o->arena);
	for_each_member (a, &a->v[old], m)
		if (m->name)
			map_add_str(&old_values, m->name, (uint32_t)(m - a->members));
	for_each_member (b, &b->v[new], m) {
		const struct map_entry *e = m->name ? map_find_str(&old_values, m->name) : NULL;

		/* The last one of both may be only how many there are. */
		if (!e || a->members[e->value].value == m->value ||
		    (!nr && m->next == NO_TYPE && a->members[e->value].next == NO_TYPE &&
		     m->value > a->members[e->value].value))
			continue;
		moved = moved ?: m->name;
		nr++;
	}
	return moved;
}

static bool is_said(const struct oracle *o, const char *name)
{
	for (size_t i = 0; i < o->opts->nr_allow_layouts; i++) {
		const char *said = o->opts->allow_layouts[i], *space = strrchr(said, ' ');

		if (!strcmp(space ? space + 1 : said, name))
			return true;
	}
	return false;
}

static void judge(struct layouts *l, uint32_t old, uint32_t new)
{
	const struct type *t = &l->tnew->v[new];
	const char *moved, *what = types_text(l->tnew, new, l->o->arena);
	struct slots a, b;

	if (is_said(l->o, t->name) || map_find_str(&l->told_names, what))
		return;
	if (t->kind == TYPE_ENUM) {
		moved = l->valued[new] ? enum_moved(l, old, new) : NULL;
	} else {
		if (!l->kept[new] && !l->kept[l->tnew->nr + old])
			return;
		a = slots_of(l, l->told, old);
		b = slots_of(l, l->tnew, new);
		moved = moved_slot(l, &a, &b);
		if (!moved && a.size != b.size)
			moved = "its end";
		arena_give_back(l->o->arena, b.v, b.cap, sizeof(*b.v));
		arena_give_back(l->o->arena, a.v, a.cap, sizeof(*a.v));
	}
	if (!moved)
		return;
	map_add_str(&l->told_names, what, 0);
	oracle_finding(l->o, 0, 0, "layout", "%s, which copied functions use: %s is not what or "
		       "where it is in objects that exist", what, moved);
}

/* The original's by that name, of the same source file if there are several files. */
static uint32_t was(const struct layouts *l, const struct type *t)
{
	const char *unit = l->tnew->units[t->unit];
	uint32_t any = NO_TYPE;

	for_each_str (&l->told->by_name, t->name, e) {
		const struct type *old = &l->told->v[e->value];

		if (old->kind != t->kind)
			continue;
		any = e->value;
		if (!strcmp(l->told->units[old->unit], unit))
			break;
	}
	return any;
}

const struct types *oracle_types(struct oracle *o, bool patched)
{
	const char *why;

	if (!o->types[patched].read)
		o->types[patched].v =
			types_read(patched ? o->patched.elf : o->orig.elf, o->arch, o->arena, &why);
	o->types[patched].read = true;
	return o->types[patched].v;
}

void check_layouts(struct oracle *o)
{
	struct layouts l = { .o = o };

	l.told = oracle_types(o, false);
	l.tnew = l.told ? oracle_types(o, true) : NULL;
	if (!l.tnew || !l.told->nr_units || !l.tnew->nr_units)
		return;
	l.todo = arena_calloc(o->arena, l.tnew->nr, sizeof(*l.todo));
	l.met = arena_calloc(o->arena, l.tnew->nr, sizeof(*l.met));
	l.valued = arena_calloc(o->arena, l.tnew->nr, sizeof(*l.valued));
	l.in_copy = arena_calloc(o->arena, l.tnew->nr_funcs, sizeof(*l.in_copy));
	l.kept = arena_calloc(o->arena, (size_t)l.tnew->nr + l.told->nr, sizeof(*l.kept));
	map_init(&l.told_names, o->arena);
	for (size_t i = 0; i < o->nr_named; i++)
		meet_range(&l, &o->named[i]);
	meet_members(&l);
	keep_all(&l, l.told);
	keep_all(&l, l.tnew);
	for (uint32_t i = 0; i < l.nr; i++) {
		const struct type *t = &l.tnew->v[l.todo[i]];
		uint32_t old = t->name && !t->declared ? was(&l, t) : NO_TYPE;

		if (old != NO_TYPE)
			judge(&l, old, l.todo[i]);
	}
}
