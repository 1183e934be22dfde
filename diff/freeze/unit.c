// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Symbols, relocations and entries of a unit, and where its relocations lead.
 */
#include "unit.h"

struct unit_syms diff_unit_syms(const struct freeze *f, uint32_t unit)
{
	const struct freeze_share *share = diff_unit_share(f, unit);
	const struct sec_info *info = &f->b->secs[diff_freeze_sec(f, unit)];

	if (share)
		return (struct unit_syms){ info->first_sym + share->first_sym, share->nr_syms };
	return (struct unit_syms){ info->first_sym, info->nr_syms };
}

struct unit_relocs diff_unit_relocs(const struct freeze *f, uint32_t unit)
{
	const struct elf_sec *rela = f->b->elf->secs[diff_freeze_sec(f, unit)]->rela;
	const struct freeze_share *share = diff_unit_share(f, unit);
	size_t first = share ? elf_first_reloc(rela, share->start) : 0;

	if (!rela)
		return (struct unit_relocs){ 0 };
	return (struct unit_relocs){
		rela->relocs + first,
		(uint32_t)((share ? elf_first_reloc(rela, share->end) : rela->nr_relocs) - first)
	};
}

struct unit_entries diff_unit_entries(const struct freeze *f, uint32_t unit)
{
	const struct owned_entries *owned = &f->owned;
	const struct freeze_share *share = diff_unit_share(f, unit);

	if (share)
		return (struct unit_entries){ owned->v + share->first_entry, share->nr_entries };
	return (struct unit_entries){ owned->v + owned->first[unit],
				      owned->first[unit + 1] - owned->first[unit] };
}

uint32_t diff_unit_sym(const struct freeze *f, uint32_t unit, uint32_t i)
{
	return i == NO_SYMBOL ? 0 : f->b->by_place[diff_unit_syms(f, unit).first + i];
}

uint32_t diff_unit_index_at(const struct freeze *f, uint32_t unit, uint64_t at)
{
	struct unit_syms syms = diff_unit_syms(f, unit);
	uint32_t lo = 0, hi = syms.nr;

	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (f->b->elf->syms[f->b->by_place[syms.first + mid]].value <= at)
			lo = mid;
		else
			hi = mid;
	}
	return syms.nr ? lo : NO_SYMBOL;
}

uint64_t diff_unit_sym_end(const struct freeze *f, uint32_t unit, uint32_t i)
{
	const struct elf_sym *sym = &f->b->elf->syms[diff_unit_sym(f, unit, i)];
	const struct freeze_share *share = diff_unit_share(f, unit);

	if (sym->size)
		return sym->value + sym->size;
	if (i + 1 < diff_unit_syms(f, unit).nr)
		return f->b->elf->syms[diff_unit_sym(f, unit, i + 1)].value;
	return share ? share->end : f->b->elf->secs[unit]->size;
}

void diff_unit_each_reloc(const struct freeze *f, uint32_t unit, unit_reloc_fn *fn, void *data)
{
	struct unit_relocs relocs = diff_unit_relocs(f, unit);
	struct unit_entries entries = diff_unit_entries(f, unit);
	bool code = diff_unit_is_text(f, unit);

	for (uint32_t i = 0; i < relocs.nr; i++)
		fn(data, unit, &relocs.v[i], code);
	for (const struct owned_entry *e = entries.v; e < entries.v + entries.nr; e++)
		for (size_t i = 0; i < e->nr; i++)
			fn(data, unit, &e->sec->rela->relocs[e->first + i], false);
}

/* In code, PC-relative ones count from their instruction's end, which is not yet known. */
uint64_t diff_unit_place_meant(const struct freeze *f, const struct elf_reloc *r, bool code)
{
	const struct elf_sym *sym = &f->b->elf->syms[r->sym];
	bool named = sym->type != STT_SECTION && !arch_is_label(f->b->arch, sym);
	bool pcrel = arch_reloc(f->b->arch, r->type)->flags & RELOC_PCREL;
	uint64_t bias = code && pcrel && f->b->arch->pcrel_from_insn_end ? 4 : 0;

	return named ? sym->value : sym->value + (uint64_t)r->addend + bias;
}

uint32_t diff_unit_target(const struct freeze *f, const struct elf_reloc *r, bool code)
{
	const struct elf_sym *sym = &f->b->elf->syms[r->sym];

	if (!elf_sym_in_sec(sym) || !diff_freeze_is_content(f->b, sym->sec))
		return 0;
	return f->first_share[sym->sec]
		       ? diff_freeze_unit(f, sym->sec, diff_unit_place_meant(f, r, code))
		       : sym->sec;
}

uint32_t diff_unit_index_meant(const struct freeze *f, uint32_t to, const struct elf_reloc *r,
			       bool code)
{
	return diff_unit_index_at(f, to, diff_unit_place_meant(f, r, code));
}
