// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decide which pieces go into the output: functions that changed or are new, and everything
 * that they need and that the running kernel does not have.
 *
 * For example, device_rename() changed, calls the new function too_long(), and uses a string and
 * the variable nr_renamed.  It is included, so is too_long(), and so is the string, which has no
 * identity; nr_renamed is not, because the kernel has it.
 */
#include <errno.h>
#include <string.h>

#include <klp/facts.h>

#include "internal.h"


static bool is_local(const struct object *obj, const struct piece *p)
{
	for (uint32_t i = 0; i < p->nr_aliases; i++)
		if (obj->elf->syms[obj->by_place[p->first_alias + i]].bind != STB_LOCAL)
			return false;
	return true;
}

static bool needs_carrier(const struct diff *d, const struct piece *p)
{
	const struct piece *twin = piece_twin(d->orig, p);

	return twin && p->kind == PIECE_FUNC && p->owner == NO_PIECE && d->orig->any_traced &&
	       p->flags & PIECE_CHANGED && !(twin->flags & PIECE_TRACED) &&
	       !(p->flags & (PIECE_CARRIED | PIECE_POINTED)) && is_local(d->patched, p) &&
	       is_local(d->orig, twin);
}

/*
 * Functions whose address is taken: whoever holds it would go on calling the original.
 * The entry of a table that belongs to the function does not call it.
 */
static void find_pointed(const struct object *obj)
{
	for_each_piece (obj, p) {
		for_each_ref (obj, p, r) {
			if (r->piece != NO_PIECE && !r->off && !(r->flags & REF_BRANCH) &&
			    !(p->kind == PIECE_ENTRY && p->owner == r->piece))
				obj->pieces[r->piece].flags |= PIECE_POINTED;
		}
	}
}

/* What is carried, or code without a name that calls such; its users are looked at in turn. */
struct carrying {
	struct diff *d;
	uint32_t *queue;
	size_t nr, cap, next;
	/* Of piece i: users from end[i - 1] up to end[i]; NULL: not asked for. */
	uint32_t *end, *users;
};

static void look_at_users(struct carrying *c, uint32_t i)
{
	c->queue = arena_grow(c->d->arena, c->queue, c->nr, &c->cap, sizeof(*c->queue));
	c->queue[c->nr++] = i;
}

static void carry(struct carrying *c, uint32_t i)
{
	struct piece *p = &c->d->patched->pieces[i];

	if (!needs_carrier(c->d, p) || c->d->orig->pieces[p->twin].flags & PIECE_POINTED)
		return;
	p->flags |= PIECE_CARRIED;
	look_at_users(c, i);
}

static void find_users(struct carrying *c)
{
	const struct object *obj = c->d->patched;
	uint32_t nr = 0;

	c->end = arena_calloc(c->d->arena, obj->nr_pieces + 1, sizeof(*c->end));
	for_each_piece (obj, p)
		for_each_ref (obj, p, r)
			if (r->piece != NO_PIECE)
				c->end[r->piece]++;
	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		nr += c->end[i];
		c->end[i] = nr - c->end[i];
	}
	c->users = arena_calloc(c->d->arena, nr + 1, sizeof(*c->users));
	for_each_piece (obj, p)
		for_each_ref (obj, p, r)
			if (r->piece != NO_PIECE)
				c->users[c->end[r->piece]++] = (uint32_t)(p - obj->pieces);
}

/*
 * Who refers to a carried function changes with it; one may call it from nameless code, such as
 * an alternative's replacement, to which an entry leads.  An entry that names the function itself
 * does not call it.
 */
static void change_users(struct carrying *c, uint32_t of)
{
	const struct object *obj = c->d->patched;

	for (uint32_t k = of ? c->end[of - 1] : 0; k < c->end[of]; k++) {
		struct piece *p = &obj->pieces[c->users[k]];
		bool code = obj->pieces[of].flags & PIECE_CALLS_CARRIED;
		bool entry = p->kind == PIECE_ENTRY && p->owner != NO_PIECE && code;

		if (c->users[k] == of)
			continue;
		if (p->kind == PIECE_CODE && !code && !(p->flags & PIECE_CALLS_CARRIED)) {
			p->flags |= PIECE_CALLS_CARRIED;
			look_at_users(c, c->users[k]);
		} else if (p->kind == PIECE_FUNC || entry) {
			uint32_t root = piece_root(obj, c->users[k]);

			obj->pieces[root].flags |= PIECE_CHANGED;
			carry(c, root);
		}
	}
}

/* Changed functions that only their callers can bring, which may be such functions themselves. */
static void carry_all(struct carrying *c)
{
	for (uint32_t i = 0; i < c->d->patched->nr_pieces; i++)
		carry(c, i);
	if (c->nr && !c->users)
		find_users(c);
	while (c->next < c->nr)
		change_users(c, c->queue[c->next++]);
}

/* What changes only because something else does. */
static void change_with_others(struct diff *d)
{
	struct carrying c = { .d = d };

	find_pointed(d->orig);
	find_pointed(d->patched);
	do
		carry_all(&c);
	while (diff_change_who_enters(d));
}

struct work {
	uint32_t *queue;
	size_t nr, cap;
	size_t next; /* the one to look at: what is near its root gets the shortest reason */
};

/*
 * user: the piece that needs it, or NO_PIECE for what the patch itself changes or adds; ref: the
 * one by which it does, or NULL.
 */
static void include(struct diff *d, struct work *w, uint32_t i, uint32_t user, const struct ref *ref)
{
	struct piece *p = &d->patched->pieces[i];

	if (p->flags & PIECE_INCLUDED)
		return;
	if (user == NO_PIECE)
		diag_debug(d->diag, diff_at(d, p), "included", "copied: it is %s",
			   p->flags & PIECE_NEW ? "new" : "changed");
	else
		diag_debug(d->diag, diff_at(d, p), "included", "copied: %s needs it",
			   piece_label(d->patched, &d->patched->pieces[user]));
	p->flags |= PIECE_INCLUDED;
	p->why_piece = user;
	p->why_ref = ref ? (uint32_t)(ref - d->patched->refs) : NO_PIECE;
	w->queue = arena_grow(d->arena, w->queue, w->nr, &w->cap, sizeof(*w->queue));
	w->queue[w->nr++] = i;
}

static void close_over(struct diff *d, struct work *w)
{
	const struct object *obj = d->patched;

	while (w->next < w->nr) {
		uint32_t i = w->queue[w->next++];
		const struct piece *p = &obj->pieces[i];

		for_each_ref (obj, p, r) {
			if (!(r->flags & REF_DROP) && diff_ref_wants_copy(d, i, r))
				include(d, w, r->piece, i, r);
		}
		for_each_owned (obj, p, e)
			if (!(obj->pieces[e].rule->flags & SPECIAL_RANGES) &&
			    !(obj->pieces[e].flags & PIECE_LEFT_OUT))
				include(d, w, e, i, NULL);
		if (p->owner != NO_PIECE)
			include(d, w, p->owner, i, NULL);
	}
}

/* A changed part is a change of its function, which is what ftrace can replace. */
static void raise_to_parents(const struct object *obj)
{
	for_each_piece (obj, p) {
		if (p->kind == PIECE_FUNC && p->owner != NO_PIECE &&
		    (p->flags & PIECE_CHANGED || p->twin == NO_PIECE) &&
		    obj->pieces[p->owner].twin != NO_PIECE)
			obj->pieces[p->owner].flags |= PIECE_CHANGED;
	}
}

/* A function by any of its names. */
static bool force_name(struct diff *d, const char *name)
{
	const struct object *obj = d->patched;
	bool found = false;

	for_each_str (&obj->names, name, e) {
		uint32_t piece = obj->piece_of[e->value];
		struct piece *p = piece == NO_PIECE ? NULL : &obj->pieces[piece];

		if (!p || p->kind != PIECE_FUNC || p->base != obj->elf->syms[e->value].value)
			continue;
		p->flags |= PIECE_CHANGED | PIECE_FORCED;
		found = true;
	}
	return found;
}

static int force(struct diff *d)
{
	for (size_t i = 0; i < d->opts->nr_force; i++) {
		struct diag_where where = { .object = d->patched->elf->path,
					    .symbol = d->opts->force[i] };

		if (!force_name(d, d->opts->force[i]))
			return diag_error(d->diag, &where, "no-such-function",
					  "--force: there is no such function");
	}
	return 0;
}

/*
 * What a callback names is copied.  If the kernel has it, and the patch leaves it as it is, it is
 * replaced by its copy, as if it were forced: only so is it one function, whoever calls it.
 */
static void find_callbacks(struct diff *d)
{
	const struct object *obj = d->patched;
	const char *object;
	bool any = false;

	/* Alone, a callback that both have is no change. */
	for_each_piece (obj, p)
		any |= p->kind == PIECE_FUNC && (p->flags & PIECE_CHANGED || p->twin == NO_PIECE);
	for_each_piece (obj, p) {
		if (p->kind != PIECE_OBJECT || klp_callback_kind(p->name, &object) < 0 ||
		    (!any && p->twin != NO_PIECE))
			continue;
		obj->pieces[p - obj->pieces].flags |= PIECE_CALLBACK;
		for_each_ref (obj, p, r) {
			struct piece *to = r->piece == NO_PIECE ? NULL : &obj->pieces[r->piece];

			if (to && to->kind == PIECE_FUNC && to->twin != NO_PIECE)
				to->flags |= PIECE_CHANGED | PIECE_FORCED;
		}
	}
}

/* A function that only a table for boot or load leads to, which is left out: __bpf_trace_foo() */
static bool is_only_registered(const struct object *obj, uint32_t i)
{
	struct users users = object_users(obj, i);
	bool any = false;

	for (uint32_t k = 0; k < users.nr; k++) {
		const struct piece *p = &obj->pieces[users.v[k]];
		const struct special_rule *rule = obj->secs[p->sec->index].rule;

		if (piece_root(obj, users.v[k]) == i)
			continue;
		if (!rule || !(rule->flags & SPECIAL_REGISTER))
			return false;
		any = true;
	}
	return any;
}

static void include_roots(struct diff *d, struct work *w)
{
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++) {
		struct piece *p = &d->patched->pieces[i];

		for_each_ref (d->patched, p, r) {
			if (p->flags & PIECE_CALLBACK && r->piece != NO_PIECE)
				include(d, w, r->piece, i, r);
		}
		if (piece_is_content(p) || p->flags & PIECE_CALLBACK)
			continue;
		if (p->twin == NO_PIECE)
			p->flags |= PIECE_NEW;
		/* A carried function is copied only along with its callers. */
		if (p->kind == PIECE_FUNC && p->flags & PIECE_CHANGED && !(p->flags & PIECE_CARRIED))
			include(d, w, i, NO_PIECE, NULL);
		else if (p->flags & PIECE_NEW && !(p->flags & PIECE_FREED) &&
			 (p->kind == PIECE_FUNC || !piece_is_local(d->patched, p)) &&
			 p->owner == NO_PIECE &&
			 !(piece_is_local(d->patched, p) && is_only_registered(d->patched, i)))
			include(d, w, i, NO_PIECE, NULL);
	}
}

/*
 * Where objtool passes over the linked module, it makes these tables for all of it; from 6.15 on,
 * it refuses a module that has .orc_unwind already (tools/objtool/orc_gen.c).
 */
static void leave_out_made(struct diff *d)
{
	for (uint32_t i = 0; i < d->patched->nr_pieces && d->opts->no_objtool_tables; i++) {
		struct piece *p = &d->patched->pieces[i];

		if (p->kind == PIECE_ENTRY && p->rule->flags & SPECIAL_MADE)
			p->flags |= PIECE_LEFT_OUT;
	}
}

int diff_include(struct diff *d)
{
	struct work w = { 0 };
	int err;

	err = force(d);
	if (err)
		return err;
	find_callbacks(d);
	leave_out_made(d);
	raise_to_parents(d->patched);
	diff_leave_out_boot(d);
	diff_leave_out_sysctls(d);
	change_with_others(d);
	diff_find_pads(d);
	diff_judge_keys(d);
	include_roots(d, &w);
	close_over(d, &w);
	for_each_piece (d->patched, p) {
		if (p->kind != PIECE_FUNC || !(p->flags & PIECE_INCLUDED) || p->owner != NO_PIECE)
			continue;
		if (p->flags & PIECE_NEW)
			d->stats.nr_new++;
		else if (p->flags & PIECE_CARRIED)
			d->stats.nr_carried++;
		else
			d->stats.nr_changed++;
	}
	for (size_t i = 0; i < d->nr_moved; i++)
		d->stats.nr_changed += d->moved[i].folded;
	return 0;
}
