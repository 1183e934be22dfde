// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is an instruction of the original the kernel's, apart from what depends on where both stand?
 *
 * Fields that the linker fills and distances do not count, nor instructions that linkers rewrite.
 * The texts and global functions to which they lead do, where that can be read.
 */
#include <string.h>

#include "kernel-walk.h"

void diff_kernel_look(const struct arch *arch, struct side *s)
{
	uint64_t left = s->size - s->at;

	s->insn = (struct insn){ 0 };
	if (!left || arch->decode(s->bytes + s->at, left, &s->insn)) {
		s->insn = (struct insn){ 0 };
		s->len = left < arch->insn_align ? (uint8_t)left : arch->insn_align;
	} else {
		s->len = s->insn.len;
	}
}

const struct ref *diff_kernel_insn_ref(const struct kernel_walk *w, uint32_t k)
{
	uint64_t begin = w->p->base + w->a.at;

	for (uint32_t i = w->ref; i < w->p->nr_refs; i++) {
		const struct ref *r = &w->obj->refs[w->p->first_ref + i];

		if (r->place >= begin + w->a.len)
			break;
		if (r->place >= begin && !(r->flags & REF_DROP) && !k--)
			return r;
	}
	return NULL;
}

/* The instruction without what says where it stands, and where its targets do. */
static bool without_places(const struct kernel_walk *w, const struct side *s,
			   uint8_t buf[static 16])
{
	const struct ref *r;

	memset(buf, 0, 16);
	memcpy(buf, s->bytes + s->at, s->len);
	if (s->insn.flags & INSN_PCREL && w->arch->imm_at_end)
		memset(buf + s->insn.rel_off, 0, s->insn.rel_size);
	else if (s->insn.flags & INSN_PCREL && arch_reloc(w->arch, w->arch->pcrel_type(&s->insn)))
		object_mask_field(arch_reloc(w->arch, w->arch->pcrel_type(&s->insn)), buf);
	for (uint32_t k = 0; (r = diff_kernel_insn_ref(w, k)); k++) {
		const struct arch_reloc *row = arch_reloc(w->arch, r->type);
		uint64_t at = r->place - w->p->base - w->a.at;

		if (!row)
			continue;
		if (diff_kernel_is_rewritten(w->arch, row) ||
		    row->flags & (RELOC_ADD | RELOC_SUB) || at + row->size > s->len)
			return false;
		object_mask_field(row, buf + at);
	}
	return true;
}

/* The name of something global that r leads to, or NULL. */
static const char *global_name(const struct object *obj, const struct ref *r)
{
	uint32_t sym = r->piece == NO_PIECE ? r->sym : obj->pieces[r->piece].sym;

	return sym && obj->elf->syms[sym].bind != STB_LOCAL ? obj->elf->syms[sym].name : NULL;
}

/*
 * Branches of the same instruction lead to the same global?  (ppc64: linkers put
 * stubs in between.)
 */
static bool same_branches(const struct kernel_walk *w)
{
	const struct ref *r;
	uint64_t dest;
	size_t nr;

	for (uint32_t k = 0; (r = diff_kernel_insn_ref(w, k)); k++) {
		const char *name = r->flags & REF_BRANCH ? global_name(w->obj, r) : NULL;
		const struct kernel_sym *s =
			name ? kernel_file_find(w->d->ctx.kernel, name, &nr) : NULL;

		if (!s || nr != 1 || w->arch->nops_added || !diff_kernel_dest_there(w, r, &dest))
			continue;
		if (!diff_kernel_leads_to(w->d, s, r, dest))
			return false;
	}
	return true;
}

/*
 * Where an address leads of which w->b adds the second half, for example "add x0, x0, #0x320"
 * behind "adrp x0, 400000" (arm64).  A linker may have put one instruction in the place of both.
 */
static bool kernel_pair_dest(const struct kernel_walk *w, uint64_t *dest)
{
	const uint8_t *insn = w->b.bytes + w->b.at;
	uint64_t addr = w->ksec->addr + w->koff, page, low;

	if (!w->arch->makes_page || w->kelf->type == ET_REL)
		return false;
	if (w->b.insn.flags & INSN_PCREL && !w->arch->makes_page(insn, addr + w->b.at, &page)) {
		*dest = addr + w->b.at + (uint64_t)w->b.insn.rel;
		return true;
	}
	for (uint64_t at = w->b.at; at >= w->arch->insn_size;) {
		at -= w->arch->insn_size;
		if (!w->arch->makes_page(w->b.bytes + at, addr + at, &page) ||
		    !w->arch->adds_to_page(w->b.bytes + at, insn, &low))
			continue;
		*dest = page + low;
		return true;
	}
	return false;
}

/* The text at that place of the kernel, NULL: it cannot be read. */
static const char *kernel_text(const struct elf *elf, uint64_t place)
{
	for_each_sec (elf, sec) {
		uint64_t begin = diff_kernel_place_number(elf, sec->index,
							  elf->type == ET_REL ? 0 : sec->addr);

		if (sec->flags & SHF_ALLOC && sec->data && place >= begin &&
		    place - begin < sec->size &&
		    memchr(sec->data + (place - begin), 0, sec->size - (place - begin)))
			return (const char *)sec->data + (place - begin);
	}
	return NULL;
}

/*
 * The texts to which an instruction refers are the same?  A path may be another one where the same
 * source was compiled elsewhere, and so is no evidence.
 */
static bool same_texts(const struct kernel_walk *w)
{
	const struct ref *r;

	for (uint32_t k = 0; (r = diff_kernel_insn_ref(w, k)); k++) {
		const struct arch_reloc *row = arch_reloc(w->arch, r->type);
		const char *text = ref_string(w->obj, r), *there;
		bool half = row && row->flags & RELOC_PAIR && w->kelf->type != ET_REL;
		uint64_t dest;

		if (!text || strchr(text, '/') ||
		    !(half ? kernel_pair_dest(w, &dest) : diff_kernel_dest_there(w, r, &dest)))
			continue;
		there = kernel_text(w->kelf, dest);
		if (there && !strchr(there, '/') && strcmp(text, there) != 0)
			return false;
	}
	return true;
}

bool diff_kernel_same_insn(const struct kernel_walk *w)
{
	uint8_t x[16], y[16];

	if (w->a.len != w->b.len)
		return arch_same_jump(w->arch, w->a.bytes + w->a.at, w->a.len, w->b.bytes + w->b.at,
				      w->b.len);
	if (!same_texts(w))
		return false;
	if (!without_places(w, &w->a, x) || !without_places(w, &w->b, y))
		return true;
	return !memcmp(x, y, sizeof(x)) && same_branches(w);
}
