// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Refuse relocations of copies that klp can write, but that the kernel does not apply, or applies
 * wrongly.
 *
 * For example, a call of a function of the patched module in the replacement of an alternative:
 * the kernel chooses the replacement when the livepatch is loaded, but applies the relocation
 * only when that module is there (kernel/livepatch/core.c, klp_apply_section_relocs()).
 */
#include <string.h>

#include <klp/livepatch.h>

#include "internal.h"

static void check_type(struct diff *d, const struct piece *p, const struct ref *r)
{
	const struct arch_reloc *row = arch_reloc(d->arch, r->type);

	if (!(row->flags & RELOC_LOADER))
		diag_error(d->diag, diff_at_ref(d, p, r), "not-loadable",
			   "the kernel's module loader does not apply %s (to %s)", row->name,
			   ref_label(d->patched, r));
}

/* ---- references to a module, which are applied whenever that is loaded ---- */

/* Results for the last piece: the references of a piece are asked for one after the other. */
struct loadable {
	const struct piece *alternatives_of, *entered_of; /* NULL: none yet */
	int32_t *alternatives;				  /* object_alternatives() */
	struct map entered; /* offsets in the section; see is_entered() */
};

static struct loadable *last(struct diff *d)
{
	if (!d->loadable)
		d->loadable = arena_alloc(d->arena, sizeof(*d->loadable));
	return d->loadable;
}

static size_t nr_bytes(const struct piece *p)
{
	return p->end - p->start + 1;
}

static bool is_in_alternative(struct diff *d, const struct piece *p, uint64_t place)
{
	struct loadable *l = last(d);

	if (l->alternatives_of != p) {
		if (l->alternatives)
			arena_give_back(d->arena, l->alternatives, nr_bytes(l->alternatives_of),
					sizeof(*l->alternatives));
		l->alternatives_of = p;
		l->alternatives = object_alternatives(d->patched, p);
	}
	return l->alternatives[place - p->start];
}

/* The kernel reads some places when the livepatch itself is loaded: too early. */
static void check_consumed(struct diff *d, const struct piece *p, const struct ref *r,
			   const struct decision *to)
{
	if (special_consumed_at_load(d->arch, p->sec->name))
		diag_error(d->diag, diff_at_ref(d, p, r), "consumed-at-load",
			   "the kernel reads this section when the livepatch is loaded, but %s "
			   "is resolved only when %s is there",
			   ref_label(d->patched, r), to->with);
	else if (is_in_alternative(d, p, r->place))
		diag_error(d->diag, diff_at_ref(d, p, r), "consumed-at-load",
			   "the kernel chooses between this and another instruction when the "
			   "livepatch is loaded, but %s is resolved only when %s is there",
			   ref_label(d->patched, r), to->with);
}

/* The second time must not add to what the first one gave. */
static void check_repeatable(struct diff *d, const struct piece *p, const struct ref *r,
			     const struct decision *to)
{
	const struct arch_reloc *row = arch_reloc(d->arch, r->type);

	if (row->flags & (RELOC_ADD | RELOC_SUB))
		diag_error(d->diag, diff_at_ref(d, p, r), "not-repeatable",
			   "%s to %s would be applied again, to its own result, whenever %s is "
			   "loaded anew",
			   row->name, ref_label(d->patched, r), to->with);
}

/* By then, the livepatch's code and constants are read-only. */
static void check_late(struct diff *d, const struct piece *p, const struct ref *r,
		       const struct decision *to)
{
	const struct arch_reloc *row = arch_reloc(d->arch, r->type);

	if (!(row->flags & RELOC_EARLY))
		return;
	if (r->flags & REF_CODE)
		diag_error(d->diag, diff_at_ref(d, p, r), "late-in-code",
			   "%s to %s would be applied when %s is loaded, to code that is read-only "
			   "by then%s%s",
			   row->name, ref_label(d->patched, r), to->with,
			   d->arch->reach_advice ? ": " : "", d->arch->reach_advice ?: "");
	else if (klp_read_only(p->sec))
		diag_error(d->diag, diff_at_ref(d, p, r), "late-in-code",
			   "%s to %s would be applied when %s is loaded, to data that is read-only "
			   "by then: make it writable (without const)",
			   row->name, ref_label(d->patched, r), to->with);
}

/* ---- references out of the module ---- */

/* Its own code jumps there without a relocation. */
static void note_jumps(struct map *places, const struct arch *arch, const struct piece *p)
{
	struct insn insn;

	for (uint64_t pc = p->start; pc < p->end; pc += insn.len) {
		if (arch->decode(p->sec->data + pc, p->end - pc, &insn))
			return;
		if (insn.flags & INSN_BRANCH)
			map_add_u64(places, pc + (uint64_t)insn.rel, 0);
	}
}

/* Entries of special sections lead there. */
static void note_entries(struct map *places, const struct object *obj, const struct piece *p)
{
	for_each_owned (obj, p, e)
		for (uint32_t k = 0; k < obj->pieces[e].nr_refs; k++) {
			const struct ref *r = &obj->refs[obj->pieces[e].first_ref + k];

			if (r->piece != NO_PIECE && &obj->pieces[r->piece] == p)
				map_add_u64(places, p->base + (uint64_t)r->off, 0);
		}
}

/* Control comes to the place from elsewhere, or the kernel may write there. */
static bool is_entered(struct diff *d, const struct piece *p, uint64_t place)
{
	struct loadable *l = last(d);

	if (l->entered_of != p) {
		l->entered_of = p;
		map_init(&l->entered, d->arena);
		note_jumps(&l->entered, d->arch, p);
		note_entries(&l->entered, d->patched, p);
	}
	return map_find_u64(&l->entered, place);
}

static const struct arch_refusal *refuse_taken_nop(struct diff *d, const struct piece *p,
						   const struct ref *r)
{
	if (!d->arch->nop_is_taken || r->type != d->arch->nop_call ||
	    !is_entered(d, p, r->place + d->arch->insn_size))
		return NULL;
	return d->arch->nop_is_taken;
}

/* A reference that leads out of the module goes through a stub or slot of the module loader. */
static void check_outside(struct diff *d, const struct piece *p, const struct ref *r, int64_t off)
{
	const struct arch_refusal *why =
		arch_refuse_outside(d->arch, p->sec->data + p->start, p->end - p->start,
				    r->place - p->start, r->type, off)
			?: refuse_taken_nop(d, p, r);

	if (why)
		diag_error(d->diag, diff_at_ref(d, p, r), why->code,
			   "leads to %s, which is not in the livepatch "
			   "module: %s",
			   ref_label(d->patched, r), why->text);
}

void diff_check_loadable(struct diff *d, uint32_t from, const struct ref *r)
{
	const struct piece *p = &d->patched->pieces[from];
	const struct decision *to;

	check_type(d, p, r);
	/* A slot is data. */
	if (r->flags & REF_SLOT || diff_ref_wants_copy(d, from, r))
		return;
	to = diff_decision(d, r);
	if (!to || !to->symbol)
		return;
	if (to->object && strcmp(to->with, "vmlinux")) {
		check_consumed(d, p, r, to);
		check_repeatable(d, p, r, to);
		check_late(d, p, r, to);
	}
	if (!to->own && r->flags & REF_CODE)
		check_outside(d, p, r, diff_decision_off(d, r));
}
