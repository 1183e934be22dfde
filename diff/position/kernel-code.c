// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compare a function or object of the original with the bytes of a symbol in the kernel's file:
 * is it the same, and where does a reference of it lead in the kernel?
 *
 * The kernel was built and linked with other flags than the objects of a pair.  So code counts
 * as the same if its instructions are, apart from everything that depends on addresses: fields
 * that the linker fills, the length of x86's jumps (in a section of its own a function needs
 * rel32 where rel8 did), nops (alignment, and those of scripts/ppc64-as), and instructions that
 * linkers rewrite (GOT, TOC and halves of addresses).  The texts to which it refers count, where
 * their addresses can be read (x86, arm64, modules).  For example, "jne .+5" in the kernel and
 * "jne f.cold" with a relocation are the same if both lead to the same instruction.
 */
#include <string.h>

#include "internal.h"
#include "kernel-walk.h"

static bool begin(struct kernel_walk *w, struct diff *d, const struct piece *p,
		  const struct kernel_sym *s)
{
	uint64_t size = d->orig->elf->syms[p->sym].size;

	*w = (struct kernel_walk){ .d = d, .obj = d->orig, .arch = d->orig->arch, .p = p };
	w->kelf = kernel_file_elf(d->ctx.kernel);
	w->ksec = diff_kernel_contents(d->ctx.kernel, s, &w->koff);
	w->open = kernel_file_from_tables(d->ctx.kernel);
	if (!w->ksec || !w->ksec->data || !p->sec->data || !size || (!s->size && !w->open) ||
	    w->kelf->machine != d->orig->elf->machine || size > p->end - p->base)
		return false;
	w->a = (struct side){ .bytes = p->sec->data + p->base, .size = size };
	w->b = (struct side){ .bytes = w->ksec->data + w->koff, .size = s->size };
	if (w->open)
		w->b.size = w->ksec->size - w->koff;
	/* Up to the local entry stands how r2 is found, which linkers rewrite. */
	w->a.at = arch_local_entry(w->arch, &d->orig->elf->syms[p->sym]);
	w->b.at = diff_kernel_local_entry(d, s, p->sym);
	if (w->a.at > w->a.size || w->b.at > w->b.size)
		return false;
	while (w->ref < p->nr_refs && w->obj->refs[p->first_ref + w->ref].place < p->base + w->a.at)
		w->ref++;
	w->fates = arena_calloc(d->arena, p->nr_refs + 1, sizeof(*w->fates));
	return true;
}

/* ---- what other flags do ---- */

/*
 * -fdata-sections takes section anchors out of use (struct arch: section_anchors): access to
 * objects of the file is other code.
 */
static bool has_own_data(const struct kernel_walk *w)
{
	for (uint32_t i = 0; w->arch->section_anchors && i < w->p->nr_refs; i++) {
		const struct ref *r = &w->obj->refs[w->p->first_ref + i];

		if (r->piece != NO_PIECE && (w->obj->pieces[r->piece].kind == PIECE_OBJECT ||
					     w->obj->pieces[r->piece].kind == PIECE_ANON))
			return true;
	}
	return false;
}

/* -fno-optimize-sibling-calls, which ppc64's objects are built with: does the kernel's leave so? */
static bool has_sibling_call(struct kernel_walk *w)
{
	if (w->open)
		w->b.size = w->a.size < w->b.size ? w->a.size : w->b.size;
	for (w->b.at = 0; w->arch->nops_added && w->b.at < w->b.size; w->b.at += w->b.len) {
		uint64_t dest;

		diff_kernel_look(w->arch, &w->b);
		dest = w->b.at + (uint64_t)w->b.insn.rel;
		if (w->b.insn.flags & INSN_BRANCH && !(w->b.insn.flags & INSN_CALL) &&
		    dest >= w->b.size)
			return true;
	}
	return false;
}

/* ---- questions ---- */

static enum kernel_match data_match(struct kernel_walk *w)
{
	const uint8_t *masked = piece_masked(w->d->orig, w->p);
	uint8_t *x = arena_alloc(w->d->arena, w->a.size), *y = arena_alloc(w->d->arena, w->a.size);
	uint64_t filled = 0;

	if (!masked || w->b.size < w->a.size)
		return KERNEL_UNKNOWN;
	memcpy(x, masked + (w->p->base - w->p->start), w->a.size);
	memcpy(y, w->b.bytes, w->a.size);
	for_each_ref (w->obj, w->p, r) {
		const struct arch_reloc *row = arch_reloc(w->arch, r->type);
		uint64_t at = r->place - w->p->base;

		if (!row || r->place < w->p->base || at + row->size > w->a.size)
			continue;
		memset(x + at, 0, row->size);
		memset(y + at, 0, row->size);
		filled += row->size;
	}
	if (filled >= w->a.size)
		return KERNEL_UNKNOWN;
	return memcmp(x, y, w->a.size) ? KERNEL_DIFFERS : KERNEL_SAME;
}

enum kernel_match diff_kernel_match(struct diff *d, const struct piece *p,
				    const struct kernel_sym *s, uint64_t *off)
{
	bool differs = false;
	struct kernel_walk w;

	*off = 0;
	if (p->kind == PIECE_OBJECT && has_other_size(d, p->sym, s))
		return KERNEL_DIFFERS;
	if (!begin(&w, d, p, s))
		return KERNEL_UNKNOWN;
	if (p->kind == PIECE_OBJECT)
		return data_match(&w);
	if (p->kind != PIECE_FUNC || p->flags & PIECE_OPAQUE)
		return KERNEL_UNKNOWN;
	while (diff_kernel_step(&w, UINT64_MAX, &differs))
		;
	*off = w.a.at;
	if (!differs && diff_kernel_has_all_addresses(&w))
		return KERNEL_SAME;
	return w.unknown || has_own_data(&w) || has_sibling_call(&w) ? KERNEL_UNKNOWN
								     : KERNEL_DIFFERS;
}

/* The function that was walked over last, and where the walk was before its last step. */
struct walk_memo {
	const struct piece *p;
	const struct kernel_sym *s;
	struct kernel_walk before;
};

/*
 * Most questions are about a place behind that of the last one: the walk goes on there, or the time
 * would be the square of a function's size.
 */
static bool go_on(struct diff *d, const struct piece *p, const struct kernel_sym *s, uint64_t place,
		  struct kernel_walk *w)
{
	const struct walk_memo *memo = d->walk;

	if (!memo || memo->p != p || memo->s != s || memo->before.a.at > place)
		return begin(w, d, p, s);
	*w = memo->before;
	return true;
}

/* Walk over a function to the instruction at a place; false: they differ before that. */
static bool walk_to(struct diff *d, const struct kernel_sym *s, uint64_t place, struct kernel_walk *w)
{
	bool differs = false;

	if (!d->walk)
		d->walk = arena_alloc(d->arena, sizeof(*d->walk));
	d->walk->p = w->p;
	d->walk->s = s;
	do
		d->walk->before = *w;
	while (diff_kernel_step(w, place, &differs));
	return !differs && w->a.at <= place && place < w->a.at + w->a.len;
}

static bool kernel_object_dest(const struct kernel_walk *w, const struct ref *r, uint64_t *dest)
{
	if (w->open ? w->a.size > w->b.size : w->a.size != w->b.size)
		return false;
	return diff_kernel_dest_there(w, r, dest);
}

bool diff_kernel_dest(struct diff *d, const struct piece *p, const struct kernel_sym *s,
		      const struct ref *r, uint64_t *dest)
{
	struct kernel_walk w;

	if (r->place < p->base || !go_on(d, p, s, r->place - p->base, &w))
		return false;
	if (p->kind == PIECE_OBJECT)
		return kernel_object_dest(&w, r, dest);
	if (p->kind != PIECE_FUNC || p->flags & PIECE_OPAQUE || r->place >= p->base + w.a.size)
		return false;
	return walk_to(d, s, r->place - p->base, &w) && diff_kernel_dest_there(&w, r, dest);
}
