// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The generic ELF reader: symbols, relocations and section groups.
 */
#include <stddef.h>
#include <string.h>

#include "internal.h"

/* Newer than the elf.h of Debian 12. */
#ifndef SHT_CREL
#define SHT_CREL 0x40000014
#endif

/* ---- symbols ---- */

/* Find the symbol table, and the table of its section numbers that 16 bits do not hold. */
static int find_symtab(struct elf_reader *r)
{
	struct elf *elf = r->elf;
	uint32_t i;

	for (i = 1; i < elf->nr_secs; i++) {
		if (elf->secs[i]->type != SHT_SYMTAB)
			continue;
		if (elf->symtab)
			return damaged_sec(r, elf->secs[i], "is a second symbol table");
		elf->symtab = i;
	}
	for (i = 1; i < elf->nr_secs; i++) {
		const struct elf_sec *sec = elf->secs[i];

		if (sec->type != SHT_SYMTAB_SHNDX ||
		    (elf->type != ET_REL && sec->link != elf->symtab))
			continue;
		if (!elf->symtab || sec->link != elf->symtab)
			return damaged_sec(r, sec, "belongs to no symbol table");
		if (r->shndx)
			return damaged_sec(r, sec,
					   "is a second table of the symbols' section numbers");
		if (sec->size / 4 != elf->secs[elf->symtab]->size / sizeof(Elf64_Sym) ||
		    sec->size % 4)
			return damaged_sec(r, sec, "has not one entry for each symbol");
		r->shndx = i;
	}
	return 0;
}

static int check_symtab(struct elf_reader *r, const struct elf_sec *symtab)
{
	uint64_t nr = symtab->size / sizeof(Elf64_Sym);

	if (symtab->entsize != sizeof(Elf64_Sym))
		return damaged_sec(r, symtab, "has symbols of %llu bytes instead of %zu",
				   (unsigned long long)symtab->entsize, sizeof(Elf64_Sym));
	if (symtab->size % sizeof(Elf64_Sym) || nr > UINT32_MAX)
		return damaged_sec(r, symtab, "does not hold a whole number of symbols");
	if (symtab->info > nr)
		return damaged_sec(r, symtab, "claims %u local symbols of %llu", symtab->info,
				   (unsigned long long)nr);
	return elf_check_strtab(r, r->elf->secs[symtab->link]);
}

/* st_shndx to elf_sym.sec. */
static int resolve_shndx(struct elf_reader *r, struct elf_sym *sym, uint32_t index, uint16_t shndx)
{
	const struct elf *elf = r->elf;

	if (shndx == SHN_XINDEX && !r->shndx)
		return damaged_sym(
			r, sym, "symbol %u's section number is in a table that is missing", index);
	if (shndx == SHN_XINDEX)
		sym->sec = get_le32(elf->secs[r->shndx]->data + index * (size_t)4);
	else if (shndx >= SHN_LORESERVE)
		sym->sec = ELF_SEC_RESERVED | shndx;
	else
		sym->sec = shndx;

	if (shndx >= SHN_LORESERVE && shndx != SHN_XINDEX) {
		if (elf->type == ET_REL && sym->sec != ELF_SEC_ABS && sym->sec != ELF_SEC_COMMON &&
		    sym->sec != ELF_SEC_LIVEPATCH)
			return damaged_sym(r, sym, "symbol %u is in the reserved section %#x",
					   index, shndx);
		return 0;
	}
	if (sym->sec >= elf->nr_secs)
		return damaged_sym(r, sym, "symbol %u is in section %u, which does not exist",
				   index, sym->sec);
	return 0;
}

/* True for sections whose contents are written anew: nothing can be at a place in them. */
static bool is_table(const struct elf *elf, const struct elf_sec *sec)
{
	switch (sec->type) {
	case SHT_NULL:
	case SHT_SYMTAB:
	case SHT_SYMTAB_SHNDX:
	case SHT_RELA:
	case SHT_GROUP:
		return true;
	default:
		return sec->index == elf->shstrtab ||
		       (elf->symtab && sec->index == elf->secs[elf->symtab]->link);
	}
}

/*
 * In an object: a defined symbol lies in its section.  clang gives ".set mid, table + 8" the
 * size of table: no more than the rest of the section is meant.
 */
static int check_extent(struct elf_reader *r, struct elf_sym *sym, uint32_t index)
{
	const struct elf_sec *sec;

	if (r->elf->type != ET_REL || !elf_sym_in_sec(sym))
		return 0;
	sec = r->elf->secs[sym->sec];
	if (sym->value && sym->value <= sec->size && sym->size <= sec->size &&
	    sym->size > sec->size - sym->value)
		sym->size = sec->size - sym->value;
	if (is_table(r->elf, sec) ? sym->value || sym->size
				  : sym->value > sec->size || sym->size > sec->size - sym->value)
		return diag_error(r->diag,
				  &(struct diag_where){ .object = r->elf->path,
							.section = sec->name,
							.symbol = sym->name },
				  "damaged-elf", "symbol %u lies outside its section", index);
	return 0;
}

static int read_sym(struct elf_reader *r, uint32_t index, const struct elf_sec *symtab)
{
	const uint8_t *s = symtab->data + index * sizeof(Elf64_Sym);
	struct elf *elf = r->elf;
	struct elf_sym *sym = &elf->syms[index];
	uint8_t info = s[offsetof(Elf64_Sym, st_info)];
	int err;

	sym->name = elf_string(elf->secs[symtab->link], get_le32(s));
	if (!sym->name)
		return damaged_sec(r, symtab,
				   "the name of symbol %u lies outside its string table or is too "
				   "long",
				   index);
	sym->type = ELF64_ST_TYPE(info);
	sym->bind = ELF64_ST_BIND(info);
	sym->other = s[offsetof(Elf64_Sym, st_other)];
	sym->value = get_le64(s + offsetof(Elf64_Sym, st_value));
	sym->size = get_le64(s + offsetof(Elf64_Sym, st_size));
	err = resolve_shndx(r, sym, index, get_le16(s + offsetof(Elf64_Sym, st_shndx)));
	if (err)
		return err;

	if (sym->type == STT_SECTION && elf_sym_in_sec(sym)) {
		struct elf_sec *sec = elf->secs[sym->sec];

		sym->name = sec->name;
		if (!sec->sym && !sym->value && sym->bind == STB_LOCAL)
			sec->sym = index;
	}
	return check_extent(r, sym, index);
}

int elf_read_symbols(struct elf_reader *r)
{
	struct elf *elf = r->elf;
	const struct elf_sec *symtab;
	uint64_t nr = 0;
	uint32_t i;
	int err = find_symtab(r);

	if (err)
		return err;
	symtab = elf->secs[elf->symtab];
	if (elf->symtab) {
		err = check_symtab(r, symtab);
		nr = symtab->size / sizeof(Elf64_Sym);
	}
	if (err)
		return err;

	elf->nr_syms = nr ? (uint32_t)nr : 1;
	elf->cap_syms = elf->nr_syms;
	elf->syms = arena_calloc(elf->arena, elf->nr_syms, sizeof(*elf->syms));
	elf->syms[0].name = "";
	for (i = 1; i < elf->nr_syms && !err; i++)
		err = read_sym(r, i, symtab);
	return err;
}

/* ---- relocations ---- */

static int check_rela(struct elf_reader *r, const struct elf_sec *sec)
{
	struct elf *elf = r->elf;
	const struct elf_sec *target;

	if (sec->entsize != sizeof(Elf64_Rela))
		return damaged_sec(r, sec, "has relocations of %llu bytes instead of %zu",
				   (unsigned long long)sec->entsize, sizeof(Elf64_Rela));
	if (sec->size % sizeof(Elf64_Rela))
		return damaged_sec(r, sec, "does not hold a whole number of relocations");
	if (!elf->symtab || sec->link != elf->symtab)
		return damaged_sec(r, sec, "is linked to section %u, which is not the symbol table",
				   sec->link);
	if (!sec->info || sec->info >= elf->nr_secs)
		return damaged_sec(r, sec, "applies to section %u, which does not exist",
				   sec->info);
	target = elf->secs[sec->info];
	if (is_table(elf, target) || (target->type == SHT_NOBITS && sec->size))
		return damaged_sec(r, sec, "applies to section %u (%s), which has no contents",
				   sec->info, target->name);
	if (target->rela && !(sec->flags & SHF_RELA_LIVEPATCH))
		return damaged_sec(r, sec, "is a second relocation section of section %u (%s)",
				   sec->info, target->name);
	return 0;
}

/* Merge two sorted runs that lie one behind the other. */
static void merge(struct elf_reloc *to, const struct elf_reloc *a, const struct elf_reloc *mid,
		  const struct elf_reloc *end)
{
	const struct elf_reloc *b = mid;

	while (a < mid || b < end)
		*to++ = b == end || (a < mid && a->offset <= b->offset) ? *a++ : *b++;
}

static bool is_sorted(const struct elf_reloc *relocs, size_t nr)
{
	size_t i;

	for (i = 1; i < nr; i++) {
		if (relocs[i].offset < relocs[i - 1].offset)
			return false;
	}
	return true;
}

/* Not qsort(), which is not stable. */
void elf_sort_relocs(struct arena *arena, struct elf_reloc *relocs, size_t nr)
{
	struct elf_reloc *from = relocs, *to, *swap;
	size_t width, i;

	if (is_sorted(relocs, nr))
		return;
	to = arena_calloc(arena, nr, sizeof(*to));
	for (width = 1; width < nr; width *= 2) {
		for (i = 0; i < nr; i += 2 * width) {
			size_t mid = width < nr - i ? i + width : nr;
			size_t end = width < nr - mid ? mid + width : nr;

			merge(to + i, from + i, from + mid, from + end);
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != relocs)
		memcpy(relocs, from, nr * sizeof(*relocs));
}

size_t elf_first_reloc(const struct elf_sec *rela, uint64_t offset)
{
	size_t low = 0, high = rela ? rela->nr_relocs : 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (rela->relocs[mid].offset < offset)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int read_relocs(struct elf_reader *r, struct elf_sec *sec)
{
	struct elf *elf = r->elf;
	const struct elf_sec *target = elf->secs[sec->info];
	const uint8_t *p = sec->data;
	size_t i;

	sec->nr_relocs = sec->size / sizeof(Elf64_Rela);
	sec->cap_relocs = sec->nr_relocs;
	sec->relocs = arena_calloc(elf->arena, sec->nr_relocs, sizeof(*sec->relocs));
	for (i = 0; i < sec->nr_relocs; i++, p += sizeof(Elf64_Rela)) {
		struct elf_reloc *reloc = &sec->relocs[i];

		reloc->offset = get_le64(p);
		reloc->type = get_le32(p + 8);
		reloc->sym = get_le32(p + 12);
		reloc->addend = (int64_t)get_le64(p + 16);
		if (reloc->offset >= target->size)
			return damaged_sec(r, sec, "relocation %zu lies outside section %s", i,
					   target->name);
		if (reloc->sym >= elf->nr_syms)
			return damaged_sec(
				r, sec, "relocation %zu refers to symbol %u, which does not exist",
				i, reloc->sym);
	}
	elf_sort_relocs(elf->arena, sec->relocs, sec->nr_relocs);
	return 0;
}

static int refuse_other_relocs(struct elf_reader *r, const struct elf_sec *sec)
{
	if (sec->type == SHT_REL)
		return refuse_sec(r, sec, "rel",
				  "holds relocations without addends (SHT_REL), which are not "
				  "supported on 64-bit machines");
	if (sec->type == SHT_CREL)
		return refuse_sec(r, sec, "crel",
				  "holds compact relocations (SHT_CREL), which are not supported: "
				  "build without -Wa,--crel");
	return 0;
}

int elf_read_relocs(struct elf_reader *r)
{
	struct elf *elf = r->elf;
	uint32_t i;
	int err = 0;

	/* Those of linked files apply to addresses and are of no use here. */
	if (elf->type != ET_REL)
		return 0;
	for (i = 1; i < elf->nr_secs && !err; i++) {
		struct elf_sec *sec = elf->secs[i];

		err = refuse_other_relocs(r, sec);
		if (err || sec->type != SHT_RELA)
			continue;
		err = check_rela(r, sec);
		if (err)
			break;
		if (!(sec->flags & SHF_RELA_LIVEPATCH))
			elf->secs[sec->info]->rela = sec;
		err = read_relocs(r, sec);
	}
	return err;
}

/* ---- groups ---- */

static int read_group(struct elf_reader *r, struct elf_sec *group)
{
	struct elf *elf = r->elf;
	uint64_t at;

	if (!elf->symtab || group->link != elf->symtab || !group->info ||
	    group->info >= elf->nr_syms)
		return damaged_sec(r, group, "section group %u has no signature symbol",
				   group->index);
	if (group->size < 4 || group->size % 4)
		return damaged_sec(r, group, "section group %u has a bad size", group->index);
	for (at = 4; at < group->size; at += 4) {
		uint32_t index = get_le32(group->data + at);
		struct elf_sec *sec;

		if (!index || index >= elf->nr_secs)
			return damaged_sec(r, group,
					   "section group %u has the member %u, "
					   "which does not exist",
					   group->index, index);
		sec = elf->secs[index];
		if (sec->group || sec->type == SHT_GROUP || index == elf->symtab)
			return damaged_sec(
				r, group,
				"section group %u cannot have section %u (%s) as a member",
				group->index, index, sec->name);
		sec->group = group;
	}
	return 0;
}

int elf_read_groups(struct elf_reader *r)
{
	struct elf *elf = r->elf;
	uint32_t i;
	int err = 0;

	for (i = 1; i < elf->nr_secs && elf->type == ET_REL && !err; i++) {
		if (elf->secs[i]->type == SHT_GROUP)
			err = read_group(r, elf->secs[i]);
	}
	return err;
}
