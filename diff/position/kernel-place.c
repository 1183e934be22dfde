// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Places in the kernel's file: where a symbol's bytes are, and where what stands there leads.
 */
#include "kernel-walk.h"

static uint64_t sym_place(const struct kernel_file *k, const struct kernel_sym *s)
{
	const struct elf *elf = kernel_file_elf(k);

	return elf ? diff_kernel_place_number(elf, elf->syms[s->index].sec, s->addr) : s->addr;
}

const struct elf_sec *diff_kernel_contents(const struct kernel_file *k, const struct kernel_sym *s,
					   uint64_t *off)
{
	const struct elf *elf = kernel_file_elf(k);
	const struct elf_sym *sym = elf ? &elf->syms[s->index] : NULL;
	const struct elf_sec *sec = sym && elf_sym_in_sec(sym) ? elf->secs[sym->sec] : NULL;

	if (!sec)
		return NULL;
	*off = elf->type == ET_REL ? sym->value : sym->value - sec->addr;
	return *off <= sec->size && s->size <= sec->size - *off ? sec : NULL;
}

/* A module's relocation there, or NULL. */
static const struct elf_reloc *kernel_reloc(const struct kernel_walk *w, uint64_t off)
{
	const struct elf_sec *rela = w->ksec->rela;
	size_t i = elf_first_reloc(rela, off);

	return rela && i < rela->nr_relocs && rela->relocs[i].offset == off ? &rela->relocs[i]
									    : NULL;
}

bool diff_kernel_dest_there(const struct kernel_walk *w, const struct ref *r, uint64_t *dest)
{
	const struct arch_reloc *row = arch_reloc(w->arch, r->type);
	/* x86 may have a distance and an address: movq $text, variable(%rip) */
	bool pcrel = w->b.insn.flags & INSN_PCREL && row && row->flags & RELOC_PCREL;
	uint64_t off = w->b.at + (pcrel && w->arch->imm_at_end ? w->b.insn.rel_off
							       : r->place - w->p->base - w->a.at);
	const struct elf_reloc *there = kernel_reloc(w, w->koff + off);

	if (!row || diff_kernel_is_rewritten(w->arch, row) || row->flags & (RELOC_ADD | RELOC_SUB))
		return false;
	if (there) {
		const struct elf_sym *sym = &w->kelf->syms[there->sym];

		*dest = diff_kernel_place_number(w->kelf, sym->sec, sym->value) +
			(uint64_t)(there->addend + r->bias);
		return elf_sym_in_sec(sym) && there->type == r->type;
	}
	if (pcrel) {
		*dest = diff_kernel_place_number(w->kelf, w->ksec->index,
						 (w->kelf->type == ET_REL ? 0 : w->ksec->addr) +
							 w->koff + w->b.at) +
			(uint64_t)w->b.insn.rel;
		return true;
	}
	if (row->mask || row->flags & RELOC_PCREL || off + row->size > w->b.size ||
	    w->kelf->type == ET_REL)
		return false;
	if (row->size == 8)
		*dest = get_le64(w->b.bytes + off);
	else if (row->size == 4)
		*dest = (uint64_t)(int64_t)(int32_t)get_le32(w->b.bytes + off);
	return row->size == 8 || row->size == 4;
}

/* An image tells none: that of the original's symbol. */
uint64_t diff_kernel_local_entry(const struct diff *d, const struct kernel_sym *s, uint32_t orig)
{
	return arch_local_entry(d->arch, kernel_file_from_tables(d->ctx.kernel)
						 ? &d->orig->elf->syms[orig]
						 : &kernel_file_elf(d->ctx.kernel)->syms[s->index]);
}

bool diff_kernel_leads_to(const struct diff *d, const struct kernel_sym *s, const struct ref *r,
			  uint64_t dest)
{
	uint64_t place = sym_place(d->ctx.kernel, s) + (uint64_t)r->off;
	uint32_t sym = r->piece == NO_PIECE ? r->sym : d->orig->pieces[r->piece].sym;

	return dest == place ||
	       (r->flags & REF_BRANCH && dest == place + diff_kernel_local_entry(d, s, sym));
}
