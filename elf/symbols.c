// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The symbol table: each symbol with its name, its section and its extent there.  Section numbers
 * that 16 bits do not hold stand in a table of their own (SHT_SYMTAB_SHNDX of the gABI).
 */
#include <string.h>

#include "internal.h"

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

bool elf_is_table(const struct elf *elf, const struct elf_sec *sec)
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
	    sym->size > sec->size - sym->value) {
		sym->size = sec->size - sym->value;
		sym->overlong = true;
	}
	if (elf_is_table(r->elf, sec)
		    ? sym->value || sym->size
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

	sym->name = elf_string_at(elf->secs[symtab->link], get_le32(s));
	if (!sym->name)
		return damaged_sec(r, symtab,
				   "the name of symbol %u lies outside its string table or is too "
				   "long",
				   index);
	/* It would forge a line of a list of names. */
	if (strchr(sym->name, '\n'))
		return damaged_sec(r, symtab, "the name of symbol %u has more than one line",
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
