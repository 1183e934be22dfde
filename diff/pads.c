// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decide which functions an indirect call may enter.
 *
 * Where the processor or the caller checks that (x86: IBT; arm64: BTI; Clang: kCFI), compilers
 * leave out the instruction or hash that is checked if they see that no pointer to the function
 * exists, and x86's kernel removes it at boot where objtool sees that.  So a patch that is the
 * first to take the address of such a function must let the pointer lead to the copy, which has
 * been compiled with the instruction.  For example, "hook = target" with a static target() that
 * was only called by name: the kernel's target() has no ENDBR64, a call through hook would trap.
 */
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

struct pads_memo {
	unsigned int needed;		/* enum pads: what is checked in the kernel */
	bool seal_unknown;		/* nothing tells which ones the kernel takes away */
	struct map maybe_sealed;	/* pieces of orig to which the first pointer leads */
	uint32_t nr_maybe_sealed;
	struct map uses;      /* of undefined symbols, once it was asked */
	struct map elsewhere; /* … and those of other files */
	const char *elsewhere_list;
	struct diag_where first_maybe_sealed;
};

/*
 * arm64: the hash has no symbol, but a mapping symbol that says that it is data.  What an assembler
 * puts before a function for the one in front of it (.ltorg) is longer.
 */
static bool has_hash_data(const struct object *obj, const struct piece *p)
{
	uint64_t place = p->sec->data ? arch_hash_place(obj->arch, p->sec->data, p->base) : UINT64_MAX;

	return place != UINT64_MAX && object_data_end(obj, p->sec, place) == place + 4 &&
	       (!place || object_data_end(obj, p->sec, place - 1) == place - 1);
}

static unsigned int pads_of(const struct object *obj, const struct piece *p)
{
	unsigned int pads = 0;

	if (p->sec->data && arch_pad(obj->arch, p->sec->data + p->base, p->end - p->base))
		pads |= PAD_INSN;
	for (uint32_t i = 0; i < p->nr_aliases; i++) {
		const struct elf_sym *sym = &obj->elf->syms[obj->by_place[p->first_alias + i]];

		if (sym->value < p->base && starts_with(sym->name, CFI_PREFIX))
			pads |= PAD_HASH;
	}
	return pads | (has_hash_data(obj, p) ? PAD_HASH : 0);
}

/* The kinds of pads that are checked in the kernel for which the object was compiled. */
static unsigned int pads_in_use(const struct object *obj)
{
	unsigned int pads = 0;

	for_each_piece (obj, p) {
		const struct arch_pad *pad;

		if (p->kind != PIECE_FUNC || !p->sec->data)
			continue;
		pad = arch_pad(obj->arch, p->sec->data + p->base, p->end - p->base);
		pads |= (pad && pad->tells ? PAD_INSN : 0) | (pads_of(obj, p) & PAD_HASH);
	}
	return pads;
}

/* In the object's own table, which it has if objtool has seen it. */
static bool is_sealed(const struct object *obj, const struct piece *p)
{
	for_each_owned (obj, p, e)
		if (obj->pieces[e].rule->flags & SPECIAL_SEAL)
			return true;
	return false;
}

static bool is_sealed_in_kernel(struct diff *d, const struct piece *twin)
{
	const struct kernel_sym *s = d->ctx.kernel && kernel_file_elf(d->ctx.kernel)
					     ? diff_likely_kernel_sym(d, twin->sym)
					     : NULL;

	return s && kernel_sealed(d->ctx.kernel, s);
}

/* ---- where nothing tells what is sealed ---- */

/*
 * objtool passes over linked files where there is IBT.  An object over which it has passed has
 * its table, if it found anything to seal, and those of the unwinder in any case.
 */
static bool is_seal_unknown(const struct diff *d)
{
	bool seals = false;

	for (const struct special_rule *rule = d->arch->special; rule && rule->name; rule++)
		seals |= rule->flags & SPECIAL_SEAL;
	return seals && d->pads->needed & PAD_INSN && !(d->ctx.kernel && kernel_file_elf(d->ctx.kernel)) &&
	       !elf_find_sec(d->orig->elf, ".ibt_endbr_seal") &&
	       !elf_find_sec(d->orig->elf, ".orc_unwind_ip");
}

/* The first pointer to twin, as far as the original tells; objtool sees that of an export, too. */
static void note_first_pointer(struct diff *d, const struct piece *twin,
			       const struct diag_where *where)
{
	uint32_t piece = (uint32_t)(twin - d->orig->pieces);

	if (!d->pads->seal_unknown || twin->flags & PIECE_POINTED ||
	    exports_find(d->ctx.exports, twin->name) || map_find_u64(&d->pads->maybe_sealed, piece))
		return;
	if (!d->pads->nr_maybe_sealed)
		d->pads->first_maybe_sealed = *where;
	map_add_u64(&d->pads->maybe_sealed, piece, d->pads->nr_maybe_sealed++);
}

/* What the objects do with undefined symbols. */
enum { CALLED = 1, ORIG_POINTS = 2 };

static uint32_t known_uses(const struct map *uses, const char *name)
{
	uint32_t found = 0;

	for_each_str (uses, name, e)
		found |= e->value;
	return found;
}

static void add_uses(struct map *uses, const struct object *obj, bool orig)
{
	for (uint32_t i = 0; i < obj->nr_refs; i++) {
		const struct ref *r = &obj->refs[i];
		const char *name = obj->elf->syms[r->sym].name;
		uint32_t use = r->flags & REF_BRANCH ? CALLED : orig ? ORIG_POINTS : 0;

		if (r->piece == NO_PIECE && r->sym && !r->off && use & ~known_uses(uses, name))
			map_add_str(uses, name, use);
	}
}

/* Is it a pointer by its type?  Calls have one of their own, or the one of all that may be. */
static bool is_pointer_type(const struct arch_reloc *row, uint32_t type)
{
	return !(row->flags & RELOC_BRANCH) && row->like == type;
}

/* … of sections to whose relocations there are no refs. */
static void add_frozen_uses(struct map *uses, const struct object *obj, bool orig)
{
	for (uint32_t i = 1; obj->any_frozen && i < obj->elf->nr_secs; i++) {
		const struct elf_sec *rela = obj->elf->secs[i]->rela;

		for (size_t k = 0; rela && obj->secs[i].frozen && k < rela->nr_relocs; k++) {
			const struct elf_reloc *r = &rela->relocs[k];
			const struct elf_sym *sym = &obj->elf->syms[r->sym];
			const struct arch_reloc *row = arch_reloc(obj->arch, r->type);
			uint32_t use = row->flags & RELOC_BRANCH		  ? CALLED :
				       orig && is_pointer_type(row, r->type) ? ORIG_POINTS :
										  0;

			if (sym->sec == ELF_SEC_UNDEF && use & ~known_uses(uses, sym->name) &&
			    !object_is_looked_at(obj, i, r->offset, r->offset))
				map_add_str(uses, sym->name, use);
		}
	}
}

static uint32_t uses_of(struct diff *d, const char *name)
{
	struct map *uses = &d->pads->uses;

	if (!uses->arena) {
		map_init(uses, d->arena);
		add_uses(uses, d->orig, true);
		add_uses(uses, d->patched, false);
		add_frozen_uses(uses, d->orig, true);
		add_frozen_uses(uses, d->patched, false);
	}
	return known_uses(uses, name);
}

/* … of a function of another file; of what nobody calls it is not known that it is one. */
static void note_elsewhere(struct diff *d, const char *name, const struct diag_where *where)
{
	struct pads_memo *pads = d->pads;

	if (!pads->seal_unknown || exports_find(d->ctx.exports, name) ||
	    map_find_str(&pads->elsewhere, name) || uses_of(d, name) != CALLED)
		return;
	if (!pads->nr_maybe_sealed && !pads->elsewhere_list)
		pads->first_maybe_sealed = *where;
	map_add_str(&pads->elsewhere, name, 1);
	pads->elsewhere_list =
		pads->elsewhere_list ? arena_printf(d->arena, "%s, %s", pads->elsewhere_list, name)
				     : name;
}

#define NAMES_MAX 8

void diff_warn_sealed(struct diff *d)
{
	const char *list = d->pads->elsewhere_list ?: "";
	uint32_t nr = 0;

	for (uint32_t i = 0; i < d->orig->nr_pieces && nr < d->pads->nr_maybe_sealed; i++) {
		if (!map_find_u64(&d->pads->maybe_sealed, i))
			continue;
		if (nr++ < NAMES_MAX)
			list = arena_printf(d->arena, "%s%s%s", list, *list ? ", " : "",
					    d->orig->pieces[i].name);
	}
	if (*list)
		diag_warn(d->diag, &d->pads->first_maybe_sealed, "sealed-unsure",
			  "only --kernel FILE (vmlinux or the module's .ko) tells whether the ENDBR64 "
			  "of functions whose address only the patch takes in this object is sealed at "
			  "boot; if it is, a call through the pointer traps with IBT: %s%s",
			  list, nr > NAMES_MAX ? ", …" : "");
}

/* A replaced function to which there are pointers: can the original be called by them? */
static void judge_replaced(struct diff *d, struct piece *p)
{
	const struct piece *twin = &d->orig->pieces[p->twin];
	unsigned int have = pads_of(d->patched, p) & d->pads->needed;
	unsigned int lacks = have & ~pads_of(d->orig, twin);
	bool sealed = have & PAD_INSN && !lacks &&
		      (is_sealed(d->orig, twin) || is_sealed_in_kernel(d, twin));

	if (!lacks && !sealed) {
		if (have & PAD_INSN)
			note_first_pointer(d, twin, diff_at(d, p));
		return;
	}
	p->flags |= PIECE_POINT_COPY;
	diag_note(d->diag, diff_at(d, p), "pointer-to-copy",
		  "a pointer to it leads to the copy, as an indirect call of the original would "
		  "trap: it %s %s; the pointer must not be used any more when the livepatch's "
		  "module is removed",
		  sealed ? "loses at boot its" : "has no",
		  arch_pads_name(d->arch, sealed ? PAD_INSN : lacks));
}

bool diff_has_pads(const struct diff *d)
{
	return d->pads->needed;
}

void diff_find_pads(struct diff *d)
{
	d->pads = arena_calloc(d->arena, 1, sizeof(*d->pads));
	d->pads->needed = pads_in_use(d->patched);
	d->pads->seal_unknown = is_seal_unknown(d);
	map_init(&d->pads->maybe_sealed, d->arena);
	map_init(&d->pads->elsewhere, d->arena);
	for (uint32_t i = 0; d->pads->needed && i < d->patched->nr_pieces; i++) {
		struct piece *p = &d->patched->pieces[i];

		if (diff_piece_is_patched(p) && p->flags & PIECE_POINTED)
			judge_replaced(d, p);
	}
}

/* ---- functions that stay the kernel's ---- */

static bool is_pointer(const struct diff *d, uint32_t from, const struct ref *r)
{
	return d->pads->needed && !r->off && !(r->flags & (REF_BRANCH | REF_DROP)) &&
	       d->patched->pieces[from].kind != PIECE_ENTRY;
}

#define WAY_OUT "call it in a new function, and take the address of that one"

static void refuse_sealed(struct diff *d, uint32_t from, const struct ref *r, bool own)
{
	const char *name = ref_label(d->patched, r);

	diag_error(d->diag, diff_at_ref(d, &d->patched->pieces[from], r), "sealed",
			  "takes the address of %s, which the original kernel never does: with IBT "
			  "its ENDBR64 is sealed at boot, and a call through the pointer would trap; "
			  "%s%s%s" WAY_OUT,
			  name, own ? "pass --force " : "", own ? name : "",
			  own ? ", so that the pointer leads to a copy, or " : "");
}

static void refuse_padless(struct diff *d, uint32_t from, const struct ref *r, unsigned int lacks,
			  const char *where_lacks)
{
	diag_error(d->diag, diff_at_ref(d, &d->patched->pieces[from], r), "no-landing-pad",
			  "takes the address of %s, which nothing in %s does, and which has no %s in "
			  "%s: a call through the pointer would trap; " WAY_OUT,
			  ref_label(d->patched, r), d->orig->elf->path,
			  arch_pads_name(d->arch, lacks), where_lacks);
}

void diff_check_pad(struct diff *d, uint32_t from, const struct ref *r)
{
	const struct piece *to = &d->patched->pieces[r->piece], *twin;
	unsigned int lacks;

	if (to->kind != PIECE_FUNC || to->twin == NO_PIECE || !is_pointer(d, from, r) ||
	    diff_ref_wants_copy(d, from, r))
		return;
	twin = &d->orig->pieces[to->twin];
	lacks = d->pads->needed & ~pads_of(d->orig, twin);
	if (lacks && !(twin->flags & PIECE_POINTED))
		refuse_padless(d, from, r, lacks, d->orig->elf->path);
	else if (!lacks && is_sealed(d->orig, twin) &&
		 !(d->ctx.kernel && kernel_file_elf(d->ctx.kernel))) /* which diff_check_kernel_pad() asks */
		refuse_sealed(d, from, r, true);
	else if (!lacks)
		note_first_pointer(d, twin, diff_at_ref(d, &d->patched->pieces[from], r));
}

void diff_note_pointer_elsewhere(struct diff *d, uint32_t from, const struct ref *r)
{
	if (r->sym && is_pointer(d, from, r))
		note_elsewhere(d, d->patched->elf->syms[r->sym].name,
			       diff_at_ref(d, &d->patched->pieces[from], r));
}

void diff_check_kernel_pad(struct diff *d, uint32_t from, const struct ref *r,
			   const struct decision *to)
{
	const struct kernel_sym *s = to->kernel;
	bool own = r->piece != NO_PIECE, sealed;
	unsigned int lacks;

	if (!is_pointer(d, from, r) || !s->func)
		return;
	sealed = kernel_sealed(to->file, s);
	/* A function that is defined here was judged by the original, which is compiled alike. */
	lacks = own ? 0 : kernel_lacks_pads(to->file, s, d->arch, d->pads->needed);
	/* Of pointers that the original has, too, the kernel knows for what they do. */
	if ((!sealed && !lacks) || (!own && uses_of(d, s->name) & ORIG_POINTS))
		return;
	if (sealed)
		refuse_sealed(d, from, r, own);
	else
		refuse_padless(d, from, r, lacks, kernel_file_path(to->file));
}
