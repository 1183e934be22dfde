// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Constant objects that changed: tables, policies, arrays of names.
 *
 * The kernel's is mapped read-only and stays as it is.  Where nothing but functions refers to it,
 * and none of these keeps its address or hands it to something that may, only what these functions
 * read can differ: then it is as good as new, and copied with all of its users, which changed since
 * they refer to it.  A constant object that points to it, such as a policy with a nested one, goes
 * with it under the same conditions.
 *
 * All of that has to hold in both builds.  What the original's functions have stored would still
 * lead to the old one; what a copied function stores would lead to freed memory once the livepatch
 * is unloaded, since only functions that run keep it from being (Documentation/livepatch,
 * "Unloading").
 */
#include <stdlib.h>
#include <string.h>

#include <klp/types.h>

#include "internal.h"

#define MAX_NAMED 5 /* users in the note */

/* What was found out of the constants of both objects. */
struct constants {
	struct diff *d;
	struct address_search *search[2]; /* in orig, in patched */
	struct map members;		  /* those that go together with the one that is judged */
	struct member {
		bool patched;
		uint32_t piece;
		bool deep; /* it holds addresses of another one */
	} * v;
	size_t nr, cap;
	const char *why; /* … what does not; NULL: nothing */
};

static const struct object *side(const struct constants *c, bool patched)
{
	return patched ? c->d->patched : c->d->orig;
}

/* ---- which objects these are ---- */

/* What no symbol but those at its begin is in, and no other file can name. */
static bool has_only_local_names(const struct object *obj, const struct piece *p)
{
	for (uint32_t i = 0; i < p->nr_aliases; i++)
		if (obj->elf->syms[obj->by_place[p->first_alias + i]].bind != STB_LOCAL)
			return false;
	return p->sym;
}

/* NULL: it is a constant that may be copied; or why it may not. */
static const char *no_constant(const struct constants *c, const struct object *obj,
			       const struct piece *p)
{
	if (p->kind != PIECE_OBJECT ||
	    special_storage_of(c->d->arch, p->sec) != STORAGE_READ_ONLY || p->owner != NO_PIECE ||
	    p->flags & (PIECE_LABELS | PIECE_STATIC) || !p->sec->data)
		return "is no constant with a name";
	if (!has_only_local_names(obj, p))
		return "is global: other files may use the kernel's";
	if (p->evidence == EVIDENCE_USER)
		return "is the kernel's (--pair)";
	/* What leads to one may reach its neighbours. */
	if (obj->secs[p->sec->index].nr_pieces != 1)
		return "is not alone in its section: compile with -fdata-sections";
	return NULL;
}

/* Does it hold addresses of data that may go with it?  Strings and functions do not. */
static bool is_deep(const struct object *obj, const struct piece *p)
{
	for_each_ref (obj, p, r) {
		const struct piece *to = ref_piece(obj, r);

		if (to && (to->kind == PIECE_OBJECT || to->kind == PIECE_ANON))
			return true;
	}
	return false;
}

static void add_member(struct constants *c, bool patched, uint32_t piece)
{
	uint64_t key = (uint64_t)piece << 1 | patched;
	const struct object *obj = side(c, patched);
	const struct piece *p = &obj->pieces[piece];
	const char *no = no_constant(c, obj, p);

	if (c->why || map_find_u64(&c->members, key))
		return;
	if (no) {
		c->why = arena_printf(c->d->arena, "%s %s", piece_label(obj, p), no);
		return;
	}
	map_add_u64(&c->members, key, 1);
	c->v = arena_grow(c->d->arena, c->v, c->nr, &c->cap, sizeof(*c->v));
	c->v[c->nr++] = (struct member){ patched, piece, is_deep(obj, p) };
	if (p->twin != NO_PIECE)
		add_member(c, !patched, p->twin);
}

/* ---- who uses them ---- */

static void judge_code(struct constants *c, const struct member *m, uint32_t user)
{
	const struct object *obj = side(c, m->patched);
	uint32_t function = piece_root(obj, user);
	const struct piece *p = &obj->pieces[function];
	struct address_leak leak;

	if (p->kind != PIECE_FUNC) {
		c->why = arena_printf(c->d->arena, "%s, which is no function, refers to it",
				      piece_label(obj, p));
	} else if (p->flags & PIECE_FREED) {
		c->why = arena_printf(c->d->arena,
				      "%s uses it at boot, load or unload and cannot be replaced",
				      p->name);
	} else if (object_address_leaves(c->search[m->patched], function, m->piece, m->deep,
					 &leak)) {
		const struct piece *in = &obj->pieces[leak.piece];

		c->why = arena_printf(c->d->arena, "in %s, at %s+%#llx, its address %s",
				      obj->elf->path, piece_label(obj, in),
				      (unsigned long long)(leak.place - in->base), leak.how);
	}
}

static void judge_users(struct constants *c, const struct member *m)
{
	const struct object *obj = side(c, m->patched);
	struct users users = object_users(obj, m->piece);

	for (uint32_t i = 0; i < users.nr && !c->why; i++) {
		const struct piece *p = &obj->pieces[users.v[i]];

		/* A slot's users refer to what it names (object/slots.c). */
		if (users.v[i] == m->piece || (i && users.v[i] == users.v[i - 1]) ||
		    (obj->secs[p->sec->index].role == ROLE_SLOTS &&
		     !object_users(obj, users.v[i]).nr))
			continue;
		if (p->kind == PIECE_FUNC || p->kind == PIECE_CODE)
			judge_code(c, m, users.v[i]);
		else if (p->kind == PIECE_OBJECT)
			add_member(c, m->patched, users.v[i]);
		else if (p->kind != PIECE_ENTRY ||
			 !(p->rule->flags & (SPECIAL_LEAVE | SPECIAL_TOOL)))
			c->why = arena_printf(c->d->arena, "%s points to it", piece_label(obj, p));
	}
}

/* ---- the note ---- */

static const char *users_text(const struct diff *d, uint32_t piece)
{
	const struct object *obj = d->patched;
	struct users users = object_users(obj, piece);
	const char *text = NULL;
	uint32_t last = NO_PIECE, nr = 0;

	for (uint32_t i = 0; i < users.nr; i++) {
		uint32_t root = piece_root(obj, users.v[i]);

		if (root == last || root == piece ||
		    obj->secs[obj->pieces[root].sec->index].role == ROLE_SLOTS)
			continue;
		last = root;
		if (nr++ >= MAX_NAMED)
			continue;
		text = arena_printf(d->arena, "%s%s%s", text ?: "", text ? ", " : "",
				    piece_label(obj, &obj->pieces[root]));
	}
	if (!text)
		return "nothing";
	return nr > MAX_NAMED ? arena_printf(d->arena, "%s and %u more", text, nr - MAX_NAMED)
			      : text;
}

/* ---- */

/* The kernel's stays for what runs before the patch; the patched object's is another one. */
static void part(struct diff *d, uint32_t piece)
{
	struct piece *p = &d->patched->pieces[piece];
	struct diag_where where = piece_where(d->patched, p);

	if (p->twin == NO_PIECE)
		return;
	diag_note(d->diag, &where, "copied-constant",
		  "the constant changed, or points to one that did: nothing but %s uses it, and "
		  "nothing keeps its address: it is copied with them",
		  users_text(d, piece));
	d->orig->pieces[p->twin].flags |= PIECE_REMOVED;
	d->orig->pieces[p->twin].twin = NO_PIECE;
	p->twin = NO_PIECE;
	p->evidence = EVIDENCE_NONE;
	p->flags |= PIECE_ALONE;
}

static void judge(struct constants *c, uint32_t piece)
{
	struct diff *d = c->d;

	map_init(&c->members, d->arena);
	c->nr = 0;
	c->why = NULL;
	add_member(c, true, piece);
	for (size_t i = 0; i < c->nr && !c->why; i++) {
		struct member m = c->v[i]; /* the list may move */

		judge_users(c, &m);
	}
	if (c->why) {
		d->kept_constants[piece] = c->why;
		return;
	}
	for (size_t i = 0; i < c->nr; i++)
		if (c->v[i].patched)
			part(d, c->v[i].piece);
}

/* As its declaration says; a name that nothing has: other code. */
static unsigned int nr_args_in(struct diff *d, bool patched, const char *name, unsigned int nr)
{
	const struct types *t = *name ? diff_types(d, patched) : NULL;

	return t ? types_arg_registers(t, name, nr) : nr;
}

static unsigned int nr_args_in_orig(void *d, const char *name, unsigned int nr)
{
	return nr_args_in(d, false, name, nr);
}

static unsigned int nr_args_in_patched(void *d, const char *name, unsigned int nr)
{
	return nr_args_in(d, true, name, nr);
}

void diff_copy_constants(struct diff *d)
{
	struct constants c = { .d = d };

	d->kept_constants =
		arena_calloc(d->arena, d->patched->nr_pieces + 1, sizeof(*d->kept_constants));
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++) {
		const struct piece *p = &d->patched->pieces[i];

		if (p->twin == NO_PIECE || p->kind != PIECE_OBJECT ||
		    piece_is_frozen(d->patched, p) ||
		    special_storage_of(d->arch, p->sec) != STORAGE_READ_ONLY ||
		    !diff_difference(d, p->twin, i))
			continue;
		if (!c.search[0]) {
			c.search[0] = object_new_address_search(d->orig, nr_args_in_orig, d);
			c.search[1] = object_new_address_search(d->patched, nr_args_in_patched, d);
		}
		judge(&c, i);
	}
	diff_forget_equal(d);
}
