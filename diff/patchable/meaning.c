// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tell what means something else in the patched source and is right in each copy, but was compiled
 * into code that is not part of the livepatch.
 *
 * A header's LIMIT becomes 8: what klp diff is not given, a module outside of the kernel for
 * example, has 4 in it.  A function of two parameters has three now: whoever calls it by its name
 * or a pointer has to be in the livepatch, too.  All that is as the author wants it, most times: it
 * is a note.
 */
#include <string.h>

#include "internal.h"
#include "types.h"

struct meaning {
	struct diff *d;
	const struct types *old, *new;
	struct map told; /* names of functions, first constants of enums */
};

static bool is_told(struct meaning *m, const char *name)
{
	if (map_find_str(&m->told, name))
		return true;
	map_add_str(&m->told, name, 0);
	return false;
}

/* ---- parameters and results ---- */

/* The function as the source has it: of code that was made of an abstract one, that. */
static uint32_t source_func(const struct types *t, uint32_t f)
{
	for (int i = 0; i < 4 && t->funcs[f].origin != NO_TYPE; i++)
		f = t->funcs[f].origin;
	return f;
}

/* A function's own parameter, from that variable on; those of what is inlined have an origin. */
static uint32_t next_param(const struct types *t, uint32_t var)
{
	while (var != NO_TYPE && (t->vars[var].kind != VAR_PARAM || t->vars[var].origin != NO_TYPE))
		var = t->vars[var].next;
	return var;
}

static uint32_t result_of(const struct types *t, const struct type_func *f)
{
	return f->first != NO_TYPE && t->vars[f->first].kind == VAR_RETURNED ? t->vars[f->first].type :
									       NO_TYPE;
}

static bool same_signature(struct meaning *m, const struct type_func *a, const struct type_func *b)
{
	uint32_t i = next_param(m->old, a->first), k = next_param(m->new, b->first);

	if (!diff_same_form(m->d, m->old, result_of(m->old, a), m->new, result_of(m->new, b)))
		return false;
	while (i != NO_TYPE && k != NO_TYPE) {
		if (!diff_same_form(m->d, m->old, m->old->vars[i].type, m->new,
				    m->new->vars[k].type))
			return false;
		i = next_param(m->old, m->old->vars[i].next);
		k = next_param(m->new, m->new->vars[k].next);
	}
	return i == k;
}

/* "int (struct sock *, int)" */
static const char *signature_text(struct meaning *m, const struct types *t,
				  const struct type_func *f)
{
	struct arena *arena = m->d->arena;
	const char *text = arena_printf(arena, "%s (", types_text(t, result_of(t, f), arena));
	const char *comma = "";

	for (uint32_t i = next_param(t, f->first); i != NO_TYPE;
	     i = next_param(t, t->vars[i].next)) {
		text = arena_printf(arena, "%s%s%s", text, comma,
				    types_text(t, t->vars[i].type, arena));
		comma = ", ";
	}
	return arena_printf(arena, "%s%s)", text, *comma ? "" : "void");
}

/* With nops before its symbol, a function begins there in gcc's records: it is told by its name. */
static uint32_t func_at(const struct types *t, const struct piece *p)
{
	uint32_t found = NO_TYPE;

	for_each_u64 (&t->func_by_place, types_place_key(p->sec->index, p->base), e)
		return source_func(t, e->value);
	if (!p->stem)
		return NO_TYPE;
	for_each_str (&t->func_by_name, p->stem, e) {
		if (!t->funcs[e->value].has_code)
			continue;
		if (found != NO_TYPE)
			return NO_TYPE;
		found = e->value;
	}
	return found == NO_TYPE ? NO_TYPE : source_func(t, found);
}

/* Who calls a local function by its name is in the same object, and changed with it. */
static void note_signature(struct meaning *m, const struct piece *p)
{
	const struct object *obj = m->d->patched;
	const struct piece *twin = piece_twin(m->d->orig, p);
	uint32_t a, b;

	if (!twin || !diff_piece_is_patched(p) ||
	    (obj->elf->syms[p->sym].bind == STB_LOCAL && !(p->flags & PIECE_POINTED)))
		return;
	a = func_at(m->old, twin);
	b = func_at(m->new, p);
	if (a == NO_TYPE || b == NO_TYPE ||
	    same_signature(m, &m->old->funcs[a], &m->new->funcs[b]))
		return;
	diag_note(m->d->diag, diff_at(m->d, p), "other-signature",
		  "it is %s now, and was %s: everything that calls it has to be in the livepatch, or "
		  "passes what it took before",
		  signature_text(m, m->new, &m->new->funcs[b]),
		  signature_text(m, m->old, &m->old->funcs[a]));
}

/* ---- functions that are inlined now, or were ---- */

enum {
	IS_FUNCTION = 1, /* of the kernel, by its name */
	IS_INLINE = 2,	 /* static inline; clang's records do not tell */
	IS_BOTH = 4,	 /* as the fortified strlen() */
};

static int styles_of(const struct types *t, const char *name)
{
	int styles = 0;

	for_each_str (&t->func_by_name, name, e) {
		const struct type_func *f = &t->funcs[e->value];

		if (f->is_inline)
			styles |= f->external ? IS_BOTH : IS_INLINE;
		else if (f->external)
			styles |= IS_FUNCTION;
	}
	return styles;
}

static bool is_in_output(struct meaning *m, const struct type_func *f)
{
	if (!f->has_code)
		return f->called;
	for_each_piece (m->d->patched, p)
		if (p->kind == PIECE_FUNC && p->flags & PIECE_INCLUDED && p->stem &&
		    !strcmp(p->stem, f->name))
			return true;
	return false;
}

static void note_inlining(struct meaning *m, uint32_t i, bool copied)
{
	const struct type_func *f = &m->new->funcs[i];
	struct diag_where where = { .object = m->d->patched->elf->path, .symbol = f->name };
	int old, new;

	if (!f->name || (!f->is_inline && !f->external))
		return;
	old = styles_of(m->old, f->name);
	if (old != IS_FUNCTION && old != IS_INLINE)
		return;
	new = styles_of(m->new, f->name);
	if (old == IS_FUNCTION && new == IS_INLINE && copied && !is_told(m, f->name))
		diag_note(m->d->diag, &where, "other-inlining",
			  "it is inlined now, and was a function of the kernel: code that is not in "
			  "the livepatch calls that, which stays as it was");
	else if (old == IS_INLINE && new == IS_FUNCTION && is_in_output(m, f) &&
		 !is_told(m, f->name))
		diag_note(m->d->diag, &where, "other-inlining",
			  "it is a function now, and was inlined: code that is not in the livepatch "
			  "has it inside as it was");
}

/* ---- constants of enums ---- */

/* The old constant of that name; NO_TYPE: there is none, or two of different values. */
static uint32_t old_constant(const struct meaning *m, const struct map *constants, const char *name)
{
	uint32_t found = NO_TYPE;

	for_each_str (constants, name, e) {
		if (found != NO_TYPE &&
		    m->old->members[found].value != m->old->members[e->value].value)
			return NO_TYPE;
		found = e->value;
	}
	return found;
}

static bool has_more(const struct types *t, const struct type *e, const struct map *constants)
{
	for_each_member (t, e, c)
		if (c->name && !map_find_str(constants, c->name))
			return true;
	return false;
}

/*
 * NR_STATES, behind the last of more constants than there were, or STATE_MAX = NR_STATES - 1 behind
 * that: it only counts them.
 */
static bool only_counts(const struct types *t, const struct type_member *c, int64_t was)
{
	const struct type_member *next = c->next == NO_TYPE ? NULL : &t->members[c->next];

	return c->value > was &&
	       (!next || (next->next == NO_TYPE && next->value == c->value - 1));
}

static void note_constants(struct meaning *m, uint32_t type, const struct map *constants)
{
	struct diag_where where = { .object = m->d->patched->elf->path };
	const struct type_member *first = NULL;
	const char *what = types_text(m->new, type, m->d->arena);
	bool more = has_more(m->new, &m->new->v[type], constants);
	int64_t first_was = 0;
	unsigned int nr = 0;

	for_each_member (m->new, &m->new->v[type], c) {
		uint32_t at = c->name ? old_constant(m, constants, c->name) : NO_TYPE;
		int64_t was = at == NO_TYPE ? c->value : m->old->members[at].value;

		if (was == c->value || (more && only_counts(m->new, c, was)))
			continue;
		if (!nr++) {
			first = c;
			first_was = was;
		}
	}
	if (!nr || is_told(m, first->name))
		return;
	diag_note(m->d->diag, &where, "other-constant",
		  "%s: %s is %lld, and was %lld%s: what is stored, and code that is not in the "
		  "livepatch, has the old number", what, first->name, (long long)first->value,
		  (long long)first_was,
		  nr > 1 ? arena_printf(m->d->arena, " (and %u more)", nr - 1) : "");
}

/* Of an enum that was told already, it is known what changed. */
static void note_enums(struct meaning *m, const struct map *reported)
{
	struct map constants;

	map_init(&constants, m->d->arena);
	for (uint32_t i = 0; i < m->old->nr; i++) {
		if (m->old->v[i].kind != TYPE_ENUM)
			continue;
		for_each_member (m->old, &m->old->v[i], c)
			if (c->name)
				map_add_str(&constants, c->name,
					    (uint32_t)(c - m->old->members));
	}
	for (uint32_t i = 0; i < m->new->nr; i++)
		if (m->new->v[i].kind == TYPE_ENUM &&
		    !map_find_str(reported, types_text(m->new, i, m->d->arena)))
			note_constants(m, i, &constants);
}

void diff_note_meaning(struct diff *d, const struct types *old, const struct types *new,
		       const bool *copied, const struct map *reported)
{
	struct meaning m = { .d = d, .old = old, .new = new };

	map_init(&m.told, d->arena);
	for_each_piece (d->patched, p)
		if (p->kind == PIECE_FUNC && p->flags & PIECE_CHANGED)
			note_signature(&m, p);
	for (uint32_t i = 0; i < new->nr_funcs; i++)
		note_inlining(&m, i, copied[i]);
	note_enums(&m, reported);
}
