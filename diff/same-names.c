// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Find names that are at one place in one object and at two in the other.
 *
 * Twins are pieces, of which each has one.  An alias that is made, unmade or moved (by the
 * source, or by GCC's -fipa-icf) leads a name away from the twin of the piece that had it:
 *
 * 	folded	bb was a function of its own and is aa's alias: the kernel's bb is
 * 		redirected to the copy of aa, as if bb had changed
 * 	split	bb was aa's alias and is a function of its own: the kernel can redirect
 * 		only both, so that it is refused if others may call it by that name
 *
 * Functions that are the same in spite of it (ICF folds only equal ones) stay as they are.
 */
#include <string.h>

#include "internal.h"


#define MAX_ROUNDS 8	/* of what is equal if something else is */

/* ---- which ---- */

/* A function, or an object with an identity, whose begin the symbol is. */
static uint32_t piece_called(const struct object *obj, uint32_t sym)
{
	const struct elf_sym *s = &obj->elf->syms[sym];
	uint32_t at = elf_sym_in_sec(s) ? obj->piece_of[sym] : NO_PIECE;
	const struct piece *p = at == NO_PIECE ? NULL : &obj->pieces[at];

	if (!p || piece_is_content(p) || p->owner != NO_PIECE || piece_is_frozen(obj, p) ||
	    s->value != p->base || s->type == STT_SECTION || s->type == STT_FILE)
		return NO_PIECE;
	return at;
}

/*
 * The one symbol of orig that has the name, and is as local as said, or 0.  Of two scopes, the
 * file of the local one is what there is to go by: which file a global one is of is not known.
 */
static uint32_t find_scoped(const struct diff *d, uint32_t sym, bool local)
{
	const struct object *a = d->orig, *b = d->patched;
	bool locals = local && b->elf->syms[sym].bind == STB_LOCAL;
	uint32_t found = 0;

	for_each_str (&a->names, b->elf->syms[sym].name, e) {
		const struct elf_sym *s = &a->elf->syms[e->value];

		if (!elf_sym_in_sec(s) || (s->bind == STB_LOCAL) != local ||
		    (locals && !diff_same_file(d, a->file_of[e->value], b->file_of[sym])))
			continue;
		if (found)
			return 0;
		found = e->value;
	}
	return found;
}

static bool has_scoped(const struct object *obj, const char *name, bool local)
{
	for_each_str (&obj->names, name, e)
		if (elf_sym_in_sec(&obj->elf->syms[e->value]) &&
		    (obj->elf->syms[e->value].bind == STB_LOCAL) == local)
			return true;
	return false;
}

/* The one symbol of orig that the name of patched's led to, or 0. */
static uint32_t find_named(const struct diff *d, uint32_t sym)
{
	const char *name = d->patched->elf->syms[sym].name;
	bool local = d->patched->elf->syms[sym].bind == STB_LOCAL;

	/* Numbers are no names, lines neither, nor is f.x, which may be any x of f (Clang). */
	if (local && (strchr(name, '.') || strcmp(name, name_stem(name, d->arena))))
		return 0;
	/* It may have become static, or global, in the same go. */
	if (!has_scoped(d->orig, name, local) && !has_scoped(d->patched, name, !local))
		return find_scoped(d, sym, !local);
	return find_scoped(d, sym, local);
}

/*
 * Whether a name went from a to b although it did not go along with a twin.  Where neither has
 * one, the name was not enough to pair them (--no-pair, several of one name): it moved nowhere.
 */
static bool is_moved(const struct diff *d, uint32_t a, uint32_t b)
{
	const struct piece *pa = &d->orig->pieces[a], *pb = &d->patched->pieces[b];

	return pa->twin != b && pa->kind == pb->kind && !(pb->flags & PIECE_ALONE) &&
	       (pa->twin != NO_PIECE || pb->twin != NO_PIECE);
}

/* The twin has it, too: of a name that thousands have, no other one need be looked at. */
static bool is_of_twin(const struct diff *d, uint32_t sym, const struct piece *p)
{
	const struct piece *twin = piece_twin(d->orig, p);
	const struct elf_sym *was = twin ? &d->orig->elf->syms[twin->sym] : NULL;
	const struct elf_sym *is = &d->patched->elf->syms[sym];

	return twin && was->bind == STB_LOCAL && is->bind == STB_LOCAL &&
	       !strcmp(was->name, is->name) &&
	       diff_same_file(d, d->orig->file_of[twin->sym], d->patched->file_of[sym]);
}

static void find_moved(struct diff *d)
{
	for (uint32_t i = 1; i < d->patched->elf->nr_syms; i++) {
		uint32_t b = piece_called(d->patched, i), a, sym;

		if (b == NO_PIECE || is_of_twin(d, i, &d->patched->pieces[b]) ||
		    !(sym = find_named(d, i)))
			continue;
		a = piece_called(d->orig, sym);
		if (a == NO_PIECE || !is_moved(d, a, b))
			continue;
		d->moved = arena_grow(d->arena, d->moved, d->nr_moved, &d->cap_moved,
				      sizeof(*d->moved));
		d->moved[d->nr_moved++] =
			(struct moved_name){ .orig = a, .patched = b, .orig_sym = sym, .sym = i };
	}
}

/* ---- what is the same ---- */

/* Two objects with contents that anybody may write are two, whatever is in them. */
static bool may_be_shared(const struct diff *d, const struct moved_name *m)
{
	const struct piece *a = &d->orig->pieces[m->orig], *b = &d->patched->pieces[m->patched];

	return a->kind == PIECE_FUNC || (special_storage_of(d->arch, a->sec) == STORAGE_READ_ONLY &&
					 special_storage_of(d->arch, b->sec) == STORAGE_READ_ONLY);
}

static void make_twins(struct diff *d, struct moved_name *m)
{
	struct piece *a = &d->orig->pieces[m->orig], *b = &d->patched->pieces[m->patched];

	if (a->twin == NO_PIECE) {
		a->twin = m->patched;
		a->flags &= ~(uint32_t)PIECE_REMOVED;
	}
	if (b->twin == NO_PIECE) {
		b->twin = m->orig;
		b->evidence = EVIDENCE_NAME;
	}
}

/* As often as functions that are the same call each other in a row. */
static void find_same(struct diff *d)
{
	bool progress = d->nr_moved;

	for (int round = 0; round < MAX_ROUNDS && progress; round++) {
		progress = false;
		diff_forget_equal(d);
		for (size_t i = 0; i < d->nr_moved; i++) {
			struct moved_name *m = &d->moved[i];

			if (m->same || !may_be_shared(d, m) ||
			    diff_difference(d, m->orig, m->patched))
				continue;
			m->same = progress = true;
			make_twins(d, m);
		}
	}
	diff_forget_equal(d);
}

/* ---- what is folded ---- */

bool diff_moved_is_local(const struct diff *d, const struct moved_name *m)
{
	return d->orig->elf->syms[m->orig_sym].bind == STB_LOCAL &&
	       d->patched->elf->syms[m->sym].bind == STB_LOCAL;
}

/* A local one that ftrace cannot reach changes with its callers, which name it otherwise now. */
static bool is_folded(const struct diff *d, const struct moved_name *m)
{
	const struct piece *a = &d->orig->pieces[m->orig];

	return !m->same && a->kind == PIECE_FUNC && a->twin == NO_PIECE &&
	       (!diff_moved_is_local(d, m) || !d->orig->any_traced || a->flags & PIECE_TRACED);
}

void diff_same_names(struct diff *d)
{
	find_moved(d);
	find_same(d);
	for (size_t i = 0; i < d->nr_moved; i++) {
		struct moved_name *m = &d->moved[i];

		m->folded = is_folded(d, m);
		if (m->folded) {
			make_twins(d, m);
			d->patched->pieces[m->patched].flags |= PIECE_CHANGED;
		}
	}
}
