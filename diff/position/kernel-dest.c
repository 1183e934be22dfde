// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Places in the kernel's own file: what a symbol has there, and where a reference
 * leads, which the linker has filled in or (modules) left to a relocation.
 */
#include "kernel-code.h"

/* One number for a place: the address, or for a module that is not placed yet section and value. */
static uint64_t place_number(const struct elf *elf, uint32_t sec, uint64_t value)
{
	return elf->type == ET_REL ? ((uint64_t)sec << 40) + value : value;
}

static uint64_t sym_place(const struct kernel_file *k, const struct kernel_sym *s)
{
	const struct elf *elf = kernel_file_elf(k);

	return elf ? place_number(elf, elf->syms[s->index].sec, s->addr) : s->addr;
}

const struct elf_sec *kernel_contents(const struct kernel_file *k, const struct kernel_sym *s,
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

	return rela && i < rela->nr_relocs && rela->relocs[i].offset == off ? &rela->relocs[i] : NULL;
}

bool kernel_dest(const struct kernel_walk *w, const struct ref *r, uint64_t *dest)
{
	const struct arch_reloc *row = arch_reloc(w->arch, r->type);
	bool pcrel = w->b.insn.flags & INSN_PCREL;
	uint64_t off =
		w->b.at + (pcrel && w->arch->insn_align == 1 ? w->b.insn.rel_off
							     : r->place - w->p->base - w->a.at);
	const struct elf_reloc *there = kernel_reloc(w, w->koff + off);

	if (!row || is_rewritten(w->arch, row) || row->flags & (RELOC_ADD | RELOC_SUB))
		return false;
	if (there) {
		const struct elf_sym *sym = &w->kelf->syms[there->sym];

		*dest = place_number(w->kelf, sym->sec, sym->value) +
			(uint64_t)(there->addend + r->bias);
		return elf_sym_in_sec(sym) && there->type == r->type;
	}
	if (pcrel) {
		*dest = place_number(w->kelf, w->ksec->index,
				     (w->kelf->type == ET_REL ? 0 : w->ksec->addr) + w->koff +
					     w->b.at) +
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

bool kernel_leads_to(const struct diff *d, const struct kernel_sym *s, const struct ref *r,
		     uint64_t dest)
{
	const struct elf *elf = kernel_file_elf(d->kernel);
	uint64_t place = sym_place(d->kernel, s) + (uint64_t)r->off;

	return dest == place || (r->flags & REF_BRANCH &&
				 dest == place + arch_local_entry(d->arch, &elf->syms[s->index]));
}
