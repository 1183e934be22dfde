// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Refuse references whose meaning depends on the neighbours of their target.  All of them come
 * from objects that were built without -fdata-sections.
 *
 * For example, a reference to .data + 16 where `table` ends and `limit` begins may mean either
 * of them; if only one of the two is copied, they are no neighbours any more.
 */
#include <string.h>

#include <klp/text.h>

#include "../internal.h"


/* ---- a border of two objects ---- */

/* p refers to some place inside of it. */
static bool refers_to(const struct object *obj, const struct piece *p, uint32_t piece)
{
	for (uint32_t k = 0; k < p->nr_refs; k++)
		if (obj->refs[p->first_ref + k].piece == piece)
			return true;
	return false;
}

/* The end of the one is where the other begins, in the running kernel or in the output, too. */
static bool stay_neighbours(const struct diff *d, const struct piece *before,
			    const struct piece *to)
{
	const struct piece *a, *b;

	if (to->flags & PIECE_INCLUDED)	/* laid out anew, each aligned as its place shows */
		return !(before->start & ((to->start & -to->start) - 1) & (to->sec->align - 1));
	if (before->twin == NO_PIECE || to->twin == NO_PIECE)
		return false;
	a = &d->orig->pieces[before->twin];
	b = &d->orig->pieces[to->twin];
	return a->sec == b->sec && a->end == b->start;
}

static bool is_jump_table(const struct object *obj, const struct piece *p)
{
	const struct ref *r = &obj->refs[p->first_ref];

	return p->nr_refs && r->piece != NO_PIECE && r->off && obj->pieces[r->piece].kind == PIECE_FUNC;
}

/*
 * No loop goes over data that compilers make for themselves, nor over the kernel's records and what
 * they point to; one may go over a nameless constant.
 */
static bool is_never_looped_over(const struct object *obj, const struct piece *before,
				 const struct piece *p)
{
	if (object_sec_has_records(before->sec) || object_sec_has_records(p->sec))
		return true; /* &_alloc_tag.3, and its counters */
	if (before->kind != PIECE_ANON)
		return false;
	if (!object_sec_is_unnamed_record(before->sec))
		return is_jump_table(obj, before);
	return strstr(before->sec->name, "..Lubsan") || before->sec->flags & SHF_WRITE ||
	       p->kind > PIECE_CODE;
}

/*
 * Two neighbours of one section that part, one copied and one not, or no
 * neighbours in the original: a section symbol at their border may mean the end
 * of the one or the begin of the other.  Only loops over arrays use the end: a
 * scalar's or a special static's means nothing.
 */
static void check_ref_border(struct diff *d, const struct piece *p, const struct ref *r)
{
	const struct object *obj = d->patched;
	const struct piece *to = &obj->pieces[r->piece], *before = to - 1;

	if (!r->sym || obj->elf->syms[r->sym].type != STT_SECTION || r->off ||
	    obj->secs[to->sec->index].role != ROLE_DATA ||
	    r->piece == obj->secs[to->sec->index].first_piece || before->end != to->start ||
	    before->end - before->start <= 8 || before->flags & PIECE_STATIC ||
	    is_never_looped_over(obj, before, p))
		return;
	if (!((to->flags ^ before->flags) & PIECE_INCLUDED) &&
	    (stay_neighbours(d, before, to) ||
	     !refers_to(obj, p, (uint32_t)(before - obj->pieces))))
		return;
	diag_error(d->diag, diff_at_ref(d, p, r), "border",
		   "may mean the end of %s or the begin of %s, which do not stay side by side: "
		   "compile with -fdata-sections",
		   piece_label(obj, before), piece_label(obj, to));
}

/* ---- section anchors ---- */

static bool is_named_data(const struct piece *p)
{
	return p->kind == PIECE_OBJECT && p->end > p->start;
}

/* Sections that -fdata-sections leaves empty. */
static bool is_plain(const char *name)
{
	static const char *const plain[] = { ".data", ".bss", ".rodata", ".data.rel.ro",
					     ".data.rel.ro.local" };

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (!strcmp(name, plain[i]))
			return true;
	return false;
}

/* Clang's -mglobal-merge puts variables into one, which has no name (arm64, at -Os and -O3). */
static bool is_merged(const char *name)
{
	return strstr(name, ".L_MergedGlobals") != NULL;
}

/*
 * Compilers leave their names, and the linker keeps all of them.  Clang has no section anchors:
 * "Debian clang version 19.1.4", and not "GCC: (Debian 12.2.0) 12.2.0".
 */
static bool is_all_of_clang(const struct object *obj)
{
	const struct elf_sec *sec = elf_find_sec(obj->elf, ".comment");
	bool clang = false;

	if (!sec || !sec->data || !sec->size || sec->data[sec->size - 1])
		return false;
	for (uint64_t at = 0; at < sec->size; at += strlen((const char *)sec->data + at) + 1) {
		const char *name = (const char *)sec->data + at;

		if (starts_with(name, "GCC:"))
			return false;
		clang |= strstr(name, "clang version ") != NULL;
	}
	return clang;
}

/* GCC uses anchors only where objects have no sections of their own. */
static bool may_have_anchors(const struct object *obj)
{
	if (is_all_of_clang(obj))
		return false;
	for_each_sec (obj->elf, sec) {
		const struct sec_info *info = &obj->secs[sec->index];

		if (info->role != ROLE_DATA || !is_plain(sec->name))
			continue;
		for (uint32_t k = 0; k < info->nr_pieces; k++)
			if (is_named_data(&obj->pieces[info->first_piece + k]))
				return true;
	}
	return false;
}

static bool is_reachable(const struct piece *p)
{
	return is_named_data(p) || (p->kind == PIECE_ANON && p->end > p->start);
}

/* The section of orig that has the first of the section's objects; NULL: that is new, or there is none. */
static const struct elf_sec *section_in_orig(const struct diff *d, const struct sec_info *info)
{
	for (uint32_t k = 0; k < info->nr_pieces; k++) {
		const struct piece *p = &d->patched->pieces[info->first_piece + k];

		if (is_named_data(p))
			return p->twin == NO_PIECE ? NULL : d->orig->pieces[p->twin].sec;
	}
	return NULL;
}

/* Is p, or the same without a name, where it is in the running kernel? */
static bool stays(struct diff *d, uint32_t piece, const struct elf_sec *in_orig)
{
	const struct piece *p = &d->patched->pieces[piece], *twin;
	uint32_t was = p->twin;

	if (p->kind == PIECE_ANON)
		was = object_piece_at(d->orig, in_orig, (int64_t)p->start);
	else if (p->flags & PIECE_INCLUDED)
		return false;
	if (was == NO_PIECE)
		return false;
	twin = &d->orig->pieces[was];
	return twin->sec == in_orig && twin->start == p->start && twin->kind == p->kind &&
	       (p->kind != PIECE_ANON || diff_content_equal(d, was, piece));
}

/* Find the first piece of the section that is not where it is in the running kernel. */
static void find_moved(struct diff *d, struct sec_info *info)
{
	const struct elf_sec *in_orig = section_in_orig(d, info);
	uint32_t nr = 0, moved = NO_PIECE;

	for (uint32_t k = 0; k < info->nr_pieces; k++) {
		uint32_t i = info->first_piece + k;

		if (!is_reachable(&d->patched->pieces[i]))
			continue;
		nr++;
		if (moved == NO_PIECE && (!in_orig || !stays(d, i, in_orig)))
			moved = i;
	}
	info->anchored = nr > 1;
	info->moved = info->anchored ? moved : NO_PIECE;
}

void diff_find_moved(struct diff *d)
{
	bool anchors = may_have_anchors(d->patched);

	for_each_sec (d->patched->elf, sec) {
		struct sec_info *info = &d->patched->secs[sec->index];

		info->moved = NO_PIECE;
		if ((anchors || is_merged(sec->name)) && info->role == ROLE_DATA)
			find_moved(d, info);
	}
}

static bool is_anchor(const struct diff *d, const struct ref *r)
{
	const struct elf_sym *sym = &d->patched->elf->syms[r->sym];

	return (r->flags & REF_SLOT || arch_reloc(d->arch, r->type)->flags & RELOC_ANCHOR) &&
	       r->sym && (sym->type == STT_SECTION || arch_is_label(d->arch, sym));
}

static const char *how_moved(const struct piece *p)
{
	if (p->flags & PIECE_INCLUDED && (p->twin != NO_PIECE || piece_is_content(p)))
		return "is copied";
	if (!is_named_data(p))
		return "is not the same in the original";
	return p->twin == NO_PIECE ? "is new" : "stands elsewhere in the original";
}

/*
 * The address of an object, from which code may go on to the others of its
 * section by offsets that no relocation shows (GCC's -fsection-anchors, at -O
 * on arm64 and ppc64; Clang's -mglobal-merge): right only where all of them stay where they are.
 */
static void check_ref_anchor(struct diff *d, const struct piece *p, const struct ref *r)
{
	const struct object *obj = d->patched;
	const struct piece *to = &obj->pieces[r->piece], *moved = to;
	const struct sec_info *info = &obj->secs[to->sec->index];

	if (!info->anchored || !is_reachable(to) || is_jump_table(obj, to) || !is_anchor(d, r))
		return;
	/* What has no name is copied. */
	if (is_named_data(to) && info->moved == NO_PIECE)
		return;
	if (is_named_data(to))
		moved = &obj->pieces[info->moved];
	diag_error(d->diag, diff_at_ref(d, p, r), "section-anchor",
		   "the address of %s may lead on to other objects of %s (section anchors), but "
		   "%s %s: compile with %s",
		   piece_label(obj, to), to->sec->name, piece_label(obj, moved),
		   how_moved(moved),
		   is_merged(to->sec->name) ? "-mno-global-merge" :
		   is_plain(to->sec->name)  ? "-fdata-sections" :
		   /* The source says which section it is: the other option leaves it as it is. */
					      "-fno-section-anchors");
}

/* A part of a function, or a static that nothing told which one it was. */
static bool is_lost(const struct object *obj, uint32_t i)
{
	const struct piece *p = &obj->pieces[i];

	return is_named_data(p) && (piece_is_content(p) || p->twin == NO_PIECE) &&
	       !(p->flags & PIECE_INCLUDED) && !object_users(obj, i).nr;
}

/*
 * Has the original something of that name, in a section of that name, that nothing refers to either,
 * and that is not the same?  Several files may have one; then it is one of these, if any is the same.
 */
static bool was_another(struct diff *d, uint32_t i)
{
	const struct piece *p = &d->patched->pieces[i];
	bool any = false;

	for_each_str (&d->orig->names, p->name, e) {
		uint32_t x = d->orig->piece_of[e->value];

		if (x == NO_PIECE || !is_lost(d->orig, x) ||
		    strcmp(d->orig->pieces[x].sec->name, p->sec->name))
			continue;
		if (diff_content_equal(d, x, i))
			return false;
		any = true;
	}
	return any;
}

/*
 * What is a part of its function, as a table of labels or of names is, changes the function.  Code
 * that goes on to it from another object's address does not tell that it is its own.
 */
void diff_check_unreferenced(struct diff *d)
{
	if (!may_have_anchors(d->patched))
		return;
	for_each_piece (d->patched, p) {
		uint32_t i = (uint32_t)(p - d->patched->pieces);

		if (!piece_is_frozen(d->patched, p) && is_lost(d->patched, i) && was_another(d, i))
			diag_error(
				d->diag, diff_at(d, p), "section-anchor",
				"changed, and nothing shows which function it belongs to (section "
				"anchors): compile with -fdata-sections");
	}
}

void diff_check_layout(struct diff *d, const struct piece *p, const struct ref *r)
{
	check_ref_border(d, p, r);
	check_ref_anchor(d, p, r);
}
