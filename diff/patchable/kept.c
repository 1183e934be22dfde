// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is an object that stays in the kernel what the patch takes it for?
 *
 * The contents of a kept object are compared like a function's; here it is about its kind of
 * memory and its alignment.  For example, if the patch takes the "const" from a variable that
 * stays in the kernel's .rodata, a copied function that writes to it would fault.  Memory that
 * is freed after boot is something else by now, and compilers leave out instructions where they
 * take an alignment for granted.
 */
#include <string.h>

#include "internal.h"

/* Does memory of the one kind do where the other one is wanted? */
static bool provides(enum storage has, const struct elf_sec *has_sec, enum storage wanted,
		     const struct elf_sec *wanted_sec)
{
	if (has == STORAGE_OWN && wanted == STORAGE_OWN)
		return !has_sec || !strcmp(has_sec->name, wanted_sec->name);
	if (has == wanted)
		return true;
	switch (wanted) {
	case STORAGE_CODE:	/* an __init function that is so no more */
	case STORAGE_DATA:
		return false;
	case STORAGE_READ_ONLY:
	case STORAGE_RO_AFTER_INIT:	/* whoever may write to it has run */
		return has == STORAGE_DATA || has == STORAGE_READ_ONLY ||
		       has == STORAGE_RO_AFTER_INIT;
	case STORAGE_INIT:
	case STORAGE_EXIT:		/* it stays, which does no harm */
		return has == STORAGE_DATA || has == STORAGE_READ_ONLY ||
		       has == STORAGE_RO_AFTER_INIT || has == STORAGE_CODE;
	default:
		return false;
	}
}

/* ---- what the kernel's file shows ---- */

/* An object's kind may be all that differs: the kernel's file has not been read before. */
static const struct kernel_sym *in_kernel(struct diff *d, const struct piece *twin, size_t *nr)
{
	if (diff_read_found(d) || !d->ctx.kernel)
		return NULL;
	return kernel_file_find(d->ctx.kernel, twin->name, nr);
}

/* All of that name, so that it does not matter which one it is. */
static bool kernel_provides(struct diff *d, const struct piece *twin, const struct piece *p)
{
	size_t nr = 0;
	const struct kernel_sym *s = in_kernel(d, twin, &nr);

	for (size_t i = 0; i < nr; i++)
		if (!provides(kernel_storage(d->ctx.kernel, d->arch, &s[i]), NULL,
			      special_storage_of(d->arch, p->sec), p->sec))
			return false;
	return nr;
}

static bool kernel_aligns(struct diff *d, const struct piece *twin, uint64_t align)
{
	size_t nr = 0;
	const struct kernel_sym *s = in_kernel(d, twin, &nr);

	for (size_t i = 0; i < nr; i++)
		if (kernel_alignment(d->ctx.kernel, &s[i]) < align)
			return false;
	return nr;
}

/* ---- alignment ---- */

/*
 * What a section asks for, if that is for the object.  A section has the alignment of the
 * strictest in it: that is the object's where no other one of it stands at a multiple of that.
 * 1: not known.
 */
static uint64_t asked_of_section(const struct object *obj, const struct piece *p)
{
	const struct sec_info *info = &obj->secs[p->sec->index];
	uint64_t align = p->sec->align;

	if (align <= 1 || p->start % align)
		return 1;
	/* The first of a section stands at 0, so that of several only another one can be alone. */
	if (info->nr_pieces > 1 && p != &obj->pieces[info->first_piece])
		return 1;
	for (uint32_t i = 1; i < info->nr_pieces; i++)
		if (obj->pieces[info->first_piece + i].start % align == 0)
			return 1;
	return align;
}

/* The least alignment for which the compiler left out the bytes in front of the object. */
static uint64_t asked_by_gap(const struct object *obj, const struct piece *p)
{
	uint32_t first = obj->secs[p->sec->index].first_piece;
	uint64_t end = p == &obj->pieces[first] ? p->start : p[-1].end, align = 1;

	while ((end + align - 1) / align * align < p->start)
		align *= 2;
	return p->start % align ? 1 : align;
}

static uint64_t wanted_alignment(const struct object *obj, const struct piece *p)
{
	uint64_t section = asked_of_section(obj, p), gap = asked_by_gap(obj, p);

	return section > gap ? section : gap;
}

static uint64_t sure_alignment(const struct piece *twin)
{
	uint64_t low = twin->start & -twin->start, align = twin->sec->align ?: 1;

	return low && low < align ? low : align;
}

/* ---- */

static const char *user_text(struct diff *d, uint32_t user)
{
	if (user == NO_PIECE)
		return "other files may use the kernel's";
	return arena_printf(d->arena, "%s uses the kernel's",
			    piece_label(d->patched,
					&d->patched->pieces[piece_root(d->patched, user)]));
}

static void check_kept(struct diff *d, const struct piece *p, uint32_t user)
{
	const struct piece *twin = &d->orig->pieces[p->twin];
	enum storage has = special_storage_of(d->arch, twin->sec),
		     wanted = special_storage_of(d->arch, p->sec);
	uint64_t align;

	if (!provides(has, twin->sec, wanted, p->sec) && !kernel_provides(d, twin, p))
		refuse(d, p, "kept-kind",
		       "%s in the kernel (%s of %s), %s here (%s), and %s: keep it what it was, or "
		       "give a new %s another name",
		       special_storage_text(has), twin->sec->name, d->orig->elf->path,
		       special_storage_text(wanted), p->sec->name, user_text(d, user),
		       p->kind == PIECE_FUNC ? "function" : "object");
	if (p->kind == PIECE_FUNC)
		return;
	align = wanted_alignment(d->patched, p);
	if (align > sure_alignment(twin) && !kernel_aligns(d, twin, align))
		refuse(d, p, "kept-alignment",
		       "aligned to %llu bytes here, in %s to %llu only, and %s: %s",
		       (unsigned long long)align, d->orig->elf->path,
		       (unsigned long long)sure_alignment(twin), user_text(d, user),
		       d->ctx.kernel ? "use a new object" :
				   "pass --kernel FILE to see whether it is aligned so by chance, "
				   "or use a new object");
}

/* Of each piece that stays in the kernel, the first copied one that refers to it, or NO_PIECE. */
static uint32_t *find_users(struct diff *d)
{
	const struct object *obj = d->patched;
	uint32_t *users = arena_alloc(d->arena, obj->nr_pieces * sizeof(*users) + 1);

	memset(users, 0xff, obj->nr_pieces * sizeof(*users));
	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		const struct piece *p = &obj->pieces[i];

		for (uint32_t k = 0; k < p->nr_refs && p->flags & PIECE_INCLUDED; k++) {
			const struct ref *r = &obj->refs[p->first_ref + k];

			if (r->piece != NO_PIECE && !(r->flags & REF_DROP) &&
			    users[r->piece] == NO_PIECE && !diff_ref_wants_copy(d, i, r))
				users[r->piece] = i;
		}
	}
	return users;
}

/* Other files of the patch may refer to a global, which this object does not show. */
static bool is_global(const struct object *obj, const struct piece *p)
{
	return p->sym && obj->elf->syms[p->sym].bind != STB_LOCAL;
}

void diff_check_kept(struct diff *d)
{
	uint32_t *users = find_users(d);

	for (uint32_t i = 0; i < d->patched->nr_pieces; i++) {
		const struct piece *p = &d->patched->pieces[i];

		/* What is frozen stands in the same section of both. */
		if (p->twin == NO_PIECE || p->flags & PIECE_INCLUDED || piece_is_content(p) ||
		    p->owner != NO_PIECE || piece_is_frozen(d->patched, p))
			continue;
		if (users[i] != NO_PIECE || is_global(d->patched, p))
			check_kept(d, p, users[i]);
	}
}
