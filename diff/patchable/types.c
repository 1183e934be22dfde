// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Refuse to let copies use objects whose layout is another one by now.
 *
 * A fix that takes a field out of a structure and puts another in makes a livepatch that loads and
 * works, until a copied function meets an object that existed before.  Where both objects have
 * debugging information, the types that copied functions use are compared: those of their
 * variables, of what is inlined into them, of the data that they refer to, of what functions
 * return that they call, and from there on through members and pointers.  A pointer that leads to
 * a structure which is only declared leads nowhere.
 *
 * To what a function casts a pointer is not said there: of other structures of its source file
 * there is a warning.
 *
 * Not compared are structures of which there are certainly no objects but on the stack of copies.
 */
#include <string.h>

#include <klp/types.h>

#include "internal.h"
#include "types.h"

#define MAX_INLINED 64

/* How a copy comes to a type. */
struct way {
	bool seen;
	uint32_t func;	 /* the piece */
	uint32_t var;	 /* of types->vars: where it begins, or NO_TYPE */
	uint32_t from;	 /* the structure that leads to it, or NO_TYPE */
	uint32_t member; /* … by that */
};

struct walk {
	struct diff *d;
	const struct types *old, *new;
	struct way *ways;	/* of each type of new */
	uint32_t *queue;
	uint32_t head, tail;
	bool *copied;		/* functions of new that are part of copies */
	uint32_t *units;	/* of each unit, a piece that has such a function, or NO_PIECE */
	bool *stored;		/* enums of which the kernel has values */
	struct map reported;	/* names of types */
	struct map old_keys;	/* types of old by unit and name */
};

static uint64_t unit_key(const struct types *t, const struct type *ty)
{
	uint64_t h = 14695981039346656037u ^ ty->kind;

	for (const char *p = t->nr_units > 1 ? t->units[ty->unit] : ""; *p; p++)
		h = (h ^ (uint8_t)*p) * 1099511628211u;
	for (const char *p = ty->name; *p; p++)
		h = (h ^ (uint8_t)*p) * 1099511628211u;
	return h;
}

/* ---- which types copies come to ---- */

/* What is behind pointers and arrays; *by_pointer: it is one. */
static uint32_t behind(const struct types *t, uint32_t type, bool *by_pointer)
{
	for (int i = 0; i < 64 && type != NO_TYPE; i++) {
		const struct type *ty = &t->v[type];

		if (ty->kind != TYPE_ALIAS && ty->kind != TYPE_ARRAY && ty->kind != TYPE_POINTER)
			return type;
		*by_pointer |= ty->kind == TYPE_POINTER;
		type = ty->to;
	}
	return NO_TYPE;
}

static void visit(struct walk *w, uint32_t type, const struct way *way)
{
	while (type != NO_TYPE && !w->ways[type].seen) {
		const struct type *t = &w->new->v[type];

		w->ways[type] = *way;
		w->ways[type].seen = true;
		if (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION || t->kind == TYPE_ENUM) {
			w->queue[w->tail++] = type;
			return;
		}
		type = t->to;
	}
}

/* A value that is in memory and of that type is one of the enum. */
static void note_stored(struct walk *w, uint32_t type)
{
	bool pointer = false;
	uint32_t to = behind(w->new, type, &pointer);

	if (to != NO_TYPE)
		w->stored[to] = true;
}

static void visit_var(struct walk *w, uint32_t var, uint32_t func)
{
	struct way way = { .func = func, .var = var, .from = NO_TYPE, .member = NO_TYPE };
	uint32_t type = types_var_type(w->new, &w->new->vars[var]);

	if (w->new->vars[var].kind == VAR_STATIC)
		note_stored(w, type);
	visit(w, type, &way);
}

static void visit_func(struct walk *w, uint32_t f, uint32_t func, bool called, int depth)
{
	const struct type_func *tf = &w->new->funcs[f];

	/* What it returns is the first of its variables. */
	if (called && tf->first != NO_TYPE && w->new->vars[tf->first].kind == VAR_RETURNED)
		visit_var(w, tf->first, func);
	if (called || w->copied[f] || depth > MAX_INLINED)
		return;
	w->copied[f] = true;
	w->units[tf->unit] = func;
	for (uint32_t i = tf->first; i != NO_TYPE; i = w->new->vars[i].next)
		visit_var(w, i, func);
	for (uint32_t e = tf->first_edge; e != NO_TYPE; e = w->new->edges[e].next)
		if (w->new->edges[e].func != NO_TYPE)
			visit_func(w, w->new->edges[e].func, func, w->new->edges[e].called,
				   depth + 1);
}

static void visit_structs(struct walk *w)
{
	while (w->head < w->tail) {
		uint32_t type = w->queue[w->head++];
		struct way way = w->ways[type];

		if (w->new->v[type].kind == TYPE_ENUM)
			continue;
		way.from = type;
		for_each_member (w->new, &w->new->v[type], m) {
			way.member = (uint32_t)(m - w->new->members);
			note_stored(w, m->type);
			visit(w, m->type, &way);
		}
	}
}

static void visit_named_funcs(struct walk *w, const char *name, uint32_t piece)
{
	for_each_str (&w->new->func_by_name, name, e)
		visit_func(w, e->value, piece, false, 0);
}

static void visit_piece(struct walk *w, uint32_t i)
{
	const struct object *obj = w->d->patched;
	const struct piece *p = &obj->pieces[i];
	uint32_t root = piece_root(obj, i);
	bool found = false;

	if (p->kind == PIECE_FUNC) {
		for_each_u64 (&w->new->func_by_place, types_place_key(p->sec->index, p->base), e) {
			visit_func(w, e->value, i, false, 0);
			found = true;
		}
		if (!found && p->stem)
			visit_named_funcs(w, p->stem, i);
	}
	for_each_ref (obj, p, r) {
		const struct piece *to = ref_piece(obj, r);
		const char *name = to ? to->stem : r->sym ? obj->elf->syms[r->sym].name : NULL;

		if (!name || r->flags & REF_DROP || (to && to->kind != PIECE_OBJECT))
			continue;
		for_each_str (&w->new->var_by_name, name, e)
			visit_var(w, e->value, root == NO_PIECE ? i : root);
	}
}

/* ---- of which types there may be objects that no copy made ---- */

/* Only on the stack are variables of functions, and what parameters of local functions point to. */
static void share_vars(const struct types *t, bool *shared, const bool *copied)
{
	for (uint32_t i = 0; i < t->nr_vars; i++) {
		const struct type_var *var = &t->vars[i];
		const struct type_func *f = var->func == NO_TYPE ? NULL : &t->funcs[var->func];
		bool pointer = false;
		uint32_t to = behind(t, types_var_type(t, var), &pointer);

		if (to == NO_TYPE)
			continue;
		if (!f || var->kind == VAR_STATIC || (pointer && var->kind != VAR_PARAM) ||
		    (var->kind != VAR_LOCAL && (f->external || f->declared)) ||
		    (copied && f->has_code && !copied[var->func]))
			shared[to] = true;
	}
}

/* By value, a member is where its structure is. */
static void share_members(const struct types *t, bool *shared)
{
	for (uint32_t i = 0; i < t->nr; i++) {
		const struct type *ty = &t->v[i];

		if (ty->kind == TYPE_ENUM)
			continue;
		for_each_member (t, ty, m) {
			bool pointer = false;
			uint32_t to = behind(t, m->type, &pointer);

			if (to != NO_TYPE)
				shared[to] = true;
		}
	}
}

static bool *find_shared(struct walk *w, const struct types *t, const bool *copied)
{
	bool *shared = arena_calloc(w->d->arena, t->nr, sizeof(*shared));

	share_vars(t, shared, copied);
	share_members(t, shared);
	return shared;
}

/* ---- what is told ---- */

static bool is_pointer(const struct walk *w, uint32_t type)
{
	bool pointer = false;

	behind(w->new, type, &pointer);
	return pointer;
}

#define MAX_WAY 8

/* "sqd", "ctx->sq_data", "page.lru" */
static const char *way_text(const struct walk *w, const struct way *way)
{
	struct arena *arena = w->d->arena;
	const struct type_var *var = way->var == NO_TYPE ? NULL : &w->new->vars[way->var];
	const char *text = (var ? types_var_name(w->new, var) : NULL) ?: "what a function returns";
	bool pointer = var && is_pointer(w, types_var_type(w->new, var));
	uint32_t members[MAX_WAY];
	int nr = 0;

	for (; way->from != NO_TYPE && nr < MAX_WAY; way = &w->ways[way->from])
		members[nr++] = way->member;
	if (way->from != NO_TYPE)
		text = arena_printf(arena, "%s%s...", text, pointer ? "->" : ".");
	while (nr) {
		const struct type_member *m = &w->new->members[members[--nr]];

		if (!m->name) /* its members are those of what it is in */
			continue;
		text = arena_printf(arena, "%s%s%s", text, pointer ? "->" : ".", m->name);
		pointer = is_pointer(w, m->type);
	}
	return text;
}

static bool is_allowed(const struct walk *w, const char *name)
{
	const struct diff_options *opts = w->d->opts;

	for (size_t i = 0; i < opts->nr_allow_layouts; i++) {
		const char *allowed = opts->allow_layouts[i], *space = strchr(allowed, ' ');

		if (!strcmp(space ? space + 1 : allowed, name))
			return true;
	}
	return false;
}

static const char advice[] =
	"keep the layout (new data can be in a shadow variable, klp_shadow_alloc()), convert all "
	"objects in a callback, or, if no object of before is met, pass --allow-layout";

static void report(struct walk *w, uint32_t type, const struct type_change *change)
{
	const struct type *t = &w->new->v[type];
	const struct way *way = &w->ways[type];
	const struct piece *p = &w->d->patched->pieces[way->func];
	struct diag_where where = piece_where(w->d->patched, p);
	const char *what = types_text(w->new, type, w->d->arena), *more = "";

	if (map_find_str(&w->reported, what))
		return;
	map_add_str(&w->reported, what, 0);
	if (change->more)
		more = arena_printf(w->d->arena, " (and %u more)", change->more);
	if (is_allowed(w, t->name))
		diag_note(w->d->diag, &where, "layout-allowed", "%s: %s%s: --allow-layout says that "
			  "this is right", what, change->text, more);
	else if (change->verdict == TYPE_DOUBT)
		diag_warn(w->d->diag, &where, "layout-unsure", "%s: %s%s; it is used here (%s): see "
			  "that this is right, and pass --allow-layout %s", what, change->text, more,
			  way_text(w, way), t->name);
	else if (t->kind == TYPE_ENUM)
		diag_error(w->d->diag, &where, "changed-constant", "%s: %s%s; what the kernel has "
			   "stored means what it meant, and it is used here (%s): give new constants "
			   "new numbers, or pass --allow-layout %s", what, change->text, more,
			   way_text(w, way), t->name);
	else
		diag_error(w->d->diag, &where, "changed-layout", "%s: %s%s; objects that exist have "
			   "the old layout, and it is used here (%s): %s %s", what, change->text, more,
			   way_text(w, way), advice, t->name);
}

/* Debugging information does not say what a function casts a pointer to. */
static void report_unreached(struct walk *w, uint32_t type, const struct type_change *change)
{
	const struct type *t = &w->new->v[type];
	const struct piece *p = &w->d->patched->pieces[w->units[t->unit]];
	struct diag_where where = piece_where(w->d->patched, p);
	const char *what = types_text(w->new, type, w->d->arena);

	if (is_allowed(w, t->name) || map_find_str(&w->reported, what))
		return;
	map_add_str(&w->reported, what, 0);
	diag_warn(w->d->diag, &where, "layout-unsure",
		  "%s: %s; no variable of copied functions leads to it, but a cast may: see that they use "
		  "no objects that exist, and pass --allow-layout %s",
		  what, change->text, t->name);
}

static bool is_defined(const struct type *t)
{
	return t->name && !t->declared &&
	       (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION || t->kind == TYPE_ENUM);
}

/* One of the same name in the same source file; if there is none, in any. */
static uint32_t find_old(const struct walk *w, const struct type *t)
{
	for_each_u64 (&w->old_keys, unit_key(w->new, t), e)
		if (w->old->v[e->value].kind == t->kind &&
		    !strcmp(w->old->v[e->value].name, t->name))
			return e->value;
	for_each_str (&w->old->by_name, t->name, e)
		if (w->old->v[e->value].kind == t->kind)
			return e->value;
	return NO_TYPE;
}

static void compare_type(struct walk *w, uint32_t type, uint32_t old, const bool *old_shared,
			 const bool *new_shared)
{
	struct type_change change;

	/* The values of an enum that only variables have are compiled into the code that has them. */
	if (old == NO_TYPE || (w->new->v[type].kind == TYPE_ENUM ?
				       !w->stored[type] :
				       !old_shared[old] && !new_shared[type]))
		return;
	diff_type_change(w->d, w->old, old, w->new, type, &change);
	if (change.verdict != TYPE_SAME)
		report(w, type, &change);
	if (change.renamed_new == NO_TYPE || !w->ways[change.renamed_new].seen)
		return;
	type = change.renamed_new;
	diff_type_change(w->d, w->old, change.renamed_old, w->new, type, &change);
	if (change.verdict != TYPE_SAME)
		report(w, type, &change);
}

static void compare_all(struct walk *w)
{
	const bool *old_shared = find_shared(w, w->old, NULL);
	const bool *new_shared = find_shared(w, w->new, w->copied);

	map_init(&w->old_keys, w->d->arena);
	map_init(&w->reported, w->d->arena);
	for (uint32_t i = 0; i < w->old->nr; i++)
		if (is_defined(&w->old->v[i]))
			map_add_u64(&w->old_keys, unit_key(w->old, &w->old->v[i]), i);
	for (uint32_t i = 0; i < w->tail; i++) {
		const struct type *t = &w->new->v[w->queue[i]];

		if (is_defined(t))
			compare_type(w, w->queue[i], find_old(w, t), old_shared, new_shared);
	}
}

/* Structures of which it is not known that copies use them; source files without copies do not. */
static void compare_unreached(struct walk *w)
{
	for (uint32_t i = 0; i < w->new->nr; i++) {
		const struct type *t = &w->new->v[i];
		struct type_change change;
		uint32_t old;

		if (w->ways[i].seen || t->kind == TYPE_ENUM || !is_defined(t) ||
		    w->units[t->unit] == NO_PIECE)
			continue;
		old = find_old(w, t);
		if (old == NO_TYPE)
			continue;
		diff_type_change(w->d, w->old, old, w->new, i, &change);
		if (change.verdict == TYPE_CHANGED)
			report_unreached(w, i, &change);
	}
}

const struct types *diff_types(struct diff *d, bool patched)
{
	const struct object *obj = patched ? d->patched : d->orig;
	struct diag_where where = { .object = obj->elf->path };
	struct diff_types *known = &d->types[patched];
	const char *why;

	if (known->read)
		return known->v;
	known->read = true;
	known->v = types_read(obj->elf, obj->arch, d->arena, &why);
	if (why)
		diag_warn(d->diag, &where, "types-unread", "its debugging information %s: whether "
			  "structures changed of which objects exist is not known", why);
	return known->v;
}

void diff_check_types(struct diff *d)
{
	struct walk w = { .d = d };

	w.old = diff_types(d, false);
	w.new = w.old ? diff_types(d, true) : NULL;
	if (!w.new)
		return;
	w.ways = arena_calloc(d->arena, w.new->nr, sizeof(*w.ways));
	w.queue = arena_calloc(d->arena, w.new->nr, sizeof(*w.queue));
	w.stored = arena_calloc(d->arena, w.new->nr, sizeof(*w.stored));
	w.copied = arena_calloc(d->arena, w.new->nr_funcs, sizeof(*w.copied));
	w.units = arena_calloc(d->arena, w.new->nr_units + 1, sizeof(*w.units));
	memset(w.units, 0xff, (w.new->nr_units + 1) * sizeof(*w.units)); /* NO_PIECE */
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++)
		if (d->patched->pieces[i].flags & PIECE_INCLUDED)
			visit_piece(&w, i);
	visit_structs(&w);
	compare_all(&w);
	compare_unreached(&w);
	diff_note_meaning(d, w.old, w.new, w.copied, &w.reported);
}
