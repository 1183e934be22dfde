// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Refuse names and addresses of places inside of functions and objects that would mean the wrong
 * place: in a function that is replaced, whose original others would go on in, or in what stays,
 * where the kernel's name stays when the patch moves it.
 */
#include "internal.h"

/* Only the function itself uses it: its copy's jump through the kernel's table is refused. */
static bool is_used_only_by(const struct object *obj, const struct piece *p, uint32_t function)
{
	struct users users = object_users(obj, (uint32_t)(p - obj->pieces));

	for (uint32_t i = 0; i < users.nr; i++)
		if (piece_root(obj, users.v[i]) != function)
			return false;
	return users.nr && piece_is_local(obj, p);
}

void diff_check_held(struct diff *d, const struct piece *p)
{
	if (p->kind != PIECE_OBJECT || p->twin == NO_PIECE || piece_is_content(p) ||
	    p->flags & (PIECE_INCLUDED | PIECE_FREED | PIECE_REFUSED))
		return;
	for_each_ref (d->patched, p, r) {
		if (!diff_leads_inside(d, r) ||
		    is_used_only_by(d->patched, p, piece_root(d->patched, r->piece)))
			continue;
		refuse(d, p, "entered-inside",
		       "holds the address of %s, inside of a function that is replaced: what "
		       "enters it there goes on in the original; leave that function unchanged, "
		       "or keep no address of its labels",
		       ref_label(d->patched, r));
		return;
	}
}

/* The name as orig has it, in the twin of p; NULL: it has it elsewhere, or not at all. */
static const struct elf_sym *named_in_twin(const struct diff *d, const struct piece *p,
					   const char *name)
{
	for_each_str (&d->orig->names, name, e) {
		const struct elf_sym *s = &d->orig->elf->syms[e->value];

		if (elf_sym_in_sec(s) && s->bind != STB_LOCAL &&
		    d->orig->piece_of[e->value] == p->twin)
			return s;
	}
	return NULL;
}

static void check_name(struct diff *d, const struct piece *p, const struct elf_sym *sym)
{
	const struct piece *twin = &d->orig->pieces[p->twin];
	const struct elf_sym *was = named_in_twin(d, p, sym->name);
	struct diag_where where = object_where(d->patched, p->sec, sym->value);

	where.symbol = sym->name;
	if (was && diff_piece_is_patched(p))
		diag_error(d->diag, &where, "entered-inside",
			   "a name of a place inside of %s, which is replaced: other files that "
			   "enter it there would go on in the original; leave %s unchanged, or make "
			   "what is behind that place a function of its own",
			   p->name, p->name);
	else if (was && was->value - twin->base != sym->value - p->base)
		diag_error(d->diag, &where, "split-name",
			   "it is %s+0x%llx here, %s+0x%llx in %s: the kernel's name stays where "
			   "it is, and others may use it; give the new place another name",
			   p->name, (unsigned long long)(sym->value - p->base), twin->name,
			   (unsigned long long)(was->value - twin->base), d->orig->elf->path);
}

/*
 * Behind a function's size may be replacement code (arm64, LoongArch), which nobody enters, or
 * another function, where one of assembly reaches from the one into the other.
 */
static bool is_inside(const struct object *obj, const struct piece *p, const struct elf_sym *sym)
{
	const struct elf_sym *own = &obj->elf->syms[p->sym];

	return sym->value > p->base &&
	       (!own->size || sym->value < own->value + own->size || sym->type == STT_FUNC);
}

void diff_check_inside(struct diff *d)
{
	const struct object *obj = d->patched;

	for (uint32_t i = 1; i < obj->elf->nr_syms; i++) {
		const struct elf_sym *sym = &obj->elf->syms[i];
		uint32_t at = elf_sym_in_sec(sym) ? obj->piece_of[i] : NO_PIECE;
		const struct piece *p = at == NO_PIECE ? NULL : &obj->pieces[at];

		if (p && p->name && sym->bind != STB_LOCAL && is_inside(obj, p, sym) &&
		    p->twin != NO_PIECE && !piece_is_content(p) && !(p->flags & PIECE_FREED))
			check_name(d, p, sym);
	}
}
