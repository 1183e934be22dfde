// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What goes into the output: changed functions, new ones, and the closure of
 * what they need that the running kernel does not have.
 */
#include <errno.h>
#include <string.h>

#include <klp/diff.h>

struct work {
	uint32_t *queue;
	size_t nr, cap;
	size_t next;		/* the one to look at: what is near its root gets the shortest reason */
};

uint32_t piece_root(const struct object *obj, uint32_t piece)
{
	for (int depth = 0; depth < 4 && obj->pieces[piece].owner != NO_PIECE; depth++)
		piece = obj->pieces[piece].owner;
	return piece;
}

/* A function that the kernel has and that this livepatch replaces. */
static bool is_replaced(const struct piece *p)
{
	return p->kind == PIECE_FUNC && p->twin != NO_PIECE && p->flags & PIECE_CHANGED;
}

bool piece_is_patched(const struct piece *p)
{
	return is_replaced(p) && p->owner == NO_PIECE && !(p->flags & PIECE_CARRIED);
}

/*
 * An unchanged function or object stays in the kernel; what is new, or has no
 * identity, is copied.  A replaced function is both: control that the copies
 * transfer among each other goes to the copy, while a pointer to it names the
 * original, so that the kernel's redirection applies wherever it is called from
 * and goes away with the patch.  Places inside a replaced function
 * (labels of jump tables, exception tables) exist only in the copy; so does what an
 * indirect call needs of a function whose address nothing took before.  Who uses a
 * weak name means whatever the kernel's linker chose for it.
 */
bool ref_wants_copy(const struct diff *d, uint32_t from, const struct ref *r)
{
	const struct object *obj = &d->patched;
	const struct piece *to;

	if (r->piece == NO_PIECE)
		return false;
	to = &obj->pieces[r->piece];
	if (to->twin == NO_PIECE || to->flags & PIECE_CARRIED)
		return true;
	if (!is_replaced(&obj->pieces[piece_root(obj, r->piece)]))
		return false;
	if (obj->pieces[from].kind != PIECE_ENTRY && diff_weak_original(d, r))
		return false;
	if (to->owner != NO_PIECE || r->flags & REF_BRANCH)
		return true;
	return r->off != 0 || obj->pieces[from].kind == PIECE_ENTRY ||
	       to->flags & PIECE_POINT_COPY;
}

/*
 * user: the piece that needs it, or NO_PIECE for what the patch itself changes or adds; ref: the
 * one by which it does, or NULL.
 */
static void include(struct diff *d, struct work *w, uint32_t i, uint32_t user, const struct ref *ref)
{
	struct piece *p = &d->patched.pieces[i];
	struct diag_where where = piece_where(&d->patched, p);

	if (p->flags & PIECE_INCLUDED)
		return;
	if (user == NO_PIECE)
		diag_debug(d->diag, &where, "included", "copied: it is %s",
			   p->flags & PIECE_NEW ? "new" : "changed");
	else
		diag_debug(d->diag, &where, "included", "copied: %s needs it",
			   piece_label(&d->patched, &d->patched.pieces[user]));
	p->flags |= PIECE_INCLUDED;
	p->why_piece = user;
	p->why_ref = ref ? (uint32_t)(ref - d->patched.refs) : NO_PIECE;
	w->queue = arena_grow(d->arena, w->queue, w->nr, &w->cap, sizeof(*w->queue));
	w->queue[w->nr++] = i;
}

static void close_over(struct diff *d, struct work *w)
{
	const struct object *obj = &d->patched;

	while (w->next < w->nr) {
		uint32_t i = w->queue[w->next++];
		const struct piece *p = &obj->pieces[i];

		for (uint32_t k = 0; k < p->nr_refs; k++) {
			const struct ref *r = &obj->refs[p->first_ref + k];

			if (!(r->flags & REF_DROP) && ref_wants_copy(d, i, r))
				include(d, w, r->piece, i, r);
		}
		for (uint32_t e = p->first_owned; e != NO_PIECE; e = obj->pieces[e].next_owned)
			if (!(obj->pieces[e].rule->flags & SPECIAL_RANGES) &&
			    !(obj->pieces[e].flags & PIECE_LEFT_OUT))
				include(d, w, e, i, NULL);
		if (p->owner != NO_PIECE)
			include(d, w, p->owner, i, NULL);
	}
}

/* A changed part is a change of its function, which is what ftrace can replace. */
static void raise_to_parents(struct object *obj)
{
	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		const struct piece *p = &obj->pieces[i];

		if (p->kind == PIECE_FUNC && p->owner != NO_PIECE &&
		    (p->flags & PIECE_CHANGED || p->twin == NO_PIECE) &&
		    obj->pieces[p->owner].twin != NO_PIECE)
			obj->pieces[p->owner].flags |= PIECE_CHANGED;
	}
}

/* A function by any of its names. */
static bool force_name(struct diff *d, const char *name)
{
	const struct object *obj = &d->patched;
	bool found = false;

	for (const struct map_entry *e = map_find_str(&obj->names, name); e;
	     e = map_next(&obj->names, e)) {
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
		struct diag_where where = { .object = d->patched.elf->path,
					    .symbol = d->opts->force[i] };

		if (!force_name(d, d->opts->force[i]))
			return diag_error(d->diag, &where, "no-such-function",
					  "--force: there is no such function");
	}
	return 0;
}

static bool is_callback(const char *name)
{
	static const char *const prefixes[] = {
		"__klp_pre_patch_callback_", "__klp_post_patch_callback_",
		"__klp_pre_unpatch_callback_", "__klp_post_unpatch_callback_", NULL,
	};

	for (size_t i = 0; prefixes[i]; i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

static void include_roots(struct diff *d, struct work *w)
{
	for (uint32_t i = 0; i < d->patched.nr_pieces; i++) {
		struct piece *p = &d->patched.pieces[i];

		if (p->kind == PIECE_OBJECT && is_callback(p->name)) {
			p->flags |= PIECE_CALLBACK;
			for (uint32_t k = 0; k < p->nr_refs; k++) {
				const struct ref *r = &d->patched.refs[p->first_ref + k];

				if (r->piece != NO_PIECE)
					include(d, w, r->piece, i, r);
			}
		}
		if (piece_is_content(p) || p->flags & PIECE_CALLBACK)
			continue;
		if (p->twin == NO_PIECE)
			p->flags |= PIECE_NEW;
		/* What is carried comes with the callers. */
		if (p->kind == PIECE_FUNC && p->flags & PIECE_CHANGED && !(p->flags & PIECE_CARRIED))
			include(d, w, i, NO_PIECE, NULL);
		else if (p->flags & PIECE_NEW && !(p->flags & PIECE_FREED) &&
			 (p->kind == PIECE_FUNC || !piece_is_local(&d->patched, p)) &&
			 p->owner == NO_PIECE)
			include(d, w, i, NO_PIECE, NULL);
	}
}

int diff_include(struct diff *d)
{
	struct work w = { 0 };
	int err;

	err = force(d);
	if (err)
		return err;
	raise_to_parents(&d->patched);
	diff_carry(d);
	diff_find_pads(d);
	diff_judge_keys(d);
	include_roots(d, &w);
	close_over(d, &w);
	for (uint32_t i = 0; i < d->patched.nr_pieces; i++) {
		const struct piece *p = &d->patched.pieces[i];

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
