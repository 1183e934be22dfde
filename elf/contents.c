// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ELF writer: contents and headers of the sections, with the tables made anew.
 */
#include <string.h>

#include "write.h"

/* ---- strings ---- */

static void strtab_init(struct writer *w, struct strtab *tab)
{
	map_init(&tab->map, w->arena);
	tab->size = 1;
}

/* The place of s, which is added if it is new.  What is added comes in the order of its places. */
static uint32_t strtab_add(struct writer *w, struct strtab *tab, const char *s)
{
	const struct map_entry *e;
	uint64_t offset = tab->size;

	if (!*s)
		return 0;
	e = map_find_str(&tab->map, s);
	if (e)
		return e->value;
	tab->size += strlen(s) + 1;
	if (tab->size > UINT32_MAX)
		arena_fail(w->arena);
	map_add_str(&tab->map, s, (uint32_t)offset);
	return (uint32_t)offset;
}

static void strtab_finish(struct writer *w, struct strtab *tab, struct out_sec *out)
{
	char *data = arena_alloc(w->arena, tab->size);
	size_t i;

	for (i = 0; i < tab->map.nr; i++)
		strcpy(data + tab->map.entries[i].value, tab->map.entries[i].str);
	out->data = data;
	out->h.sh_size = tab->size;
}

/* ---- symbols ---- */

/* What was added to the model by a pass may be wrong; no such object is to exist. */
static int check_sym(struct writer *w, const struct elf_sym *sym)
{
	const struct elf_sec *sec;

	if (!elf_sym_in_sec(sym))
		return 0;
	sec = w->elf->secs[sym->sec];
	if (sym->value > sec->size || sym->size > sec->size - sym->value)
		return broken(w, sec->name, sym->name, "the symbol would lie outside its section");
	return 0;
}

static void put_le16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static void put_sym(struct writer *w, const struct elf_sym *sym, uint8_t *p, uint8_t *shndx)
{
	uint32_t no = sym->sec;
	bool reserved = no >= ELF_SEC_RESERVED;

	if (elf_sym_in_sec(sym))
		no = w->sec_no[sym->sec];
	if (!reserved && no >= SHN_LORESERVE) {
		put_le32(shndx, no);
		no = SHN_XINDEX;
	}
	/* A section symbol's name is its section's. */
	put_le32(p, sym->type == STT_SECTION && elf_sym_in_sec(sym)
			    ? 0
			    : strtab_add(w, &w->names, sym->name));
	p[4] = ELF64_ST_INFO(sym->bind, sym->type);
	p[5] = sym->other;
	put_le16(p + 6, (uint16_t)no);
	put_le64(p + 8, sym->value);
	put_le64(p + 16, sym->size);
}

static int make_symtab(struct writer *w)
{
	const struct elf *elf = w->elf;
	struct out_sec *out = &w->secs[w->symtab];
	uint8_t *data = arena_calloc(w->arena, w->nr_syms, sizeof(Elf64_Sym));
	uint8_t *shndx = NULL, unused[4] = { 0 };
	uint32_t i;
	int err;

	if (w->shndx) {
		shndx = arena_calloc(w->arena, w->nr_syms, 4);
		w->secs[w->shndx].data = shndx;
		w->secs[w->shndx].h.sh_size = (uint64_t)w->nr_syms * 4;
	}
	/* In the order of the output, so that names come in it too. */
	for (i = 1; i < w->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[w->syms[i]];

		err = check_sym(w, sym);
		if (err)
			return err;
		put_sym(w, sym, data + i * sizeof(Elf64_Sym),
			shndx ? shndx + i * (size_t)4 : unused);
	}
	out->data = data;
	out->h.sh_size = w->nr_syms * sizeof(Elf64_Sym);
	return 0;
}

/* ---- sections ---- */

static int make_rela(struct writer *w, struct out_sec *out)
{
	const struct elf_sec *sec = out->sec;
	const struct elf_sec *target = w->elf->secs[sec->info];
	uint8_t *p = arena_calloc(w->arena, sec->nr_relocs, sizeof(Elf64_Rela));
	size_t i;

	out->data = p;
	out->h.sh_size = sec->nr_relocs * sizeof(Elf64_Rela);
	elf_sort_relocs(w->arena, sec->relocs, sec->nr_relocs);
	for (i = 0; i < sec->nr_relocs; i++, p += sizeof(Elf64_Rela)) {
		const struct elf_reloc *reloc = &sec->relocs[i];

		if (reloc->offset >= target->size)
			return broken(w, sec->name, NULL,
				      "a relocation would lie outside section %s", target->name);
		if (reloc->sym >= w->elf->nr_syms || (reloc->sym && !w->sym_no[reloc->sym]))
			return broken(w, sec->name,
				      reloc->sym < w->elf->nr_syms ? w->elf->syms[reloc->sym].name
								   : NULL,
				      "a relocation refers to a symbol that is left out");
		put_le64(p, reloc->offset);
		put_le32(p + 8, reloc->type);
		put_le32(p + 12, w->sym_no[reloc->sym]);
		put_le64(p + 16, (uint64_t)reloc->addend);
	}
	return 0;
}

static int make_group(struct writer *w, struct out_sec *out)
{
	const struct elf_sec *sec = out->sec;
	uint8_t *p = arena_alloc(w->arena, sec->size);
	uint64_t at, size = 4;

	if (sec->size < 4 || sec->info >= w->elf->nr_syms || !w->sym_no[sec->info])
		return broken(w, sec->name, NULL,
			      "the signature symbol of section group %u is left out", sec->index);
	memcpy(p, sec->data, 4);
	for (at = 4; at + 4 <= sec->size; at += 4) {
		uint32_t no = w->sec_no[get_le32(sec->data + at)];

		if (!no)
			continue;
		put_le32(p + size, no);
		size += 4;
	}
	out->data = p;
	out->h.sh_size = size;
	return 0;
}

/*
 * Only some types, and SHF_INFO_LINK, give sh_info a meaning; elsewhere it is 0 (a flag of an
 * operating system may say otherwise: SHF_GNU_MBIND).
 */
static bool has_info(const struct elf_sec *sec)
{
	switch (sec->type) {
	case SHT_NULL:
	case SHT_PROGBITS:
	case SHT_NOBITS:
	case SHT_STRTAB:
	case SHT_NOTE:
		return sec->flags & (SHF_INFO_LINK | SHF_MASKOS);
	default:
		return true;
	}
}

/* Sections whose contents stay, and what their headers refer to. */
static int make_section(struct writer *w, struct out_sec *out)
{
	const struct elf_sec *sec = out->sec;

	out->h.sh_flags = sec->flags;
	out->h.sh_addr = sec->addr;
	out->h.sh_size = sec->size;
	out->h.sh_addralign = sec->align;
	out->h.sh_entsize = sec->entsize;
	out->h.sh_link = w->sec_no[sec->link];
	out->h.sh_info = has_info(sec) ? sec->info : 0;
	out->data = sec->data;

	if (sec->packed) {
		out->h.sh_flags |= SHF_COMPRESSED;
		out->h.sh_size = sec->packed_size;
		out->h.sh_addralign = 8;
		out->data = sec->packed;
	}
	if (sec->group && w->gone[sec->group->index])
		out->h.sh_flags &= ~(uint64_t)SHF_GROUP;
	if (sec->type == SHT_GROUP)
		return make_group(w, out);
	if (sec->type == SHT_RELA)
		return make_rela(w, out);
	if (sec->flags & SHF_INFO_LINK) {
		out->h.sh_info = w->sec_no[sec->info];
		if (!out->h.sh_info)
			out->h.sh_flags &= ~(uint64_t)SHF_INFO_LINK;
	}
	return 0;
}

/* What the type of a table says about its header. */
static void set_header(struct writer *w, struct out_sec *out, uint32_t no)
{
	Elf64_Shdr *h = &out->h;

	if (!out->sec)
		h->sh_addralign = no ? 1 : 0;
	switch (h->sh_type) {
	case SHT_SYMTAB:
		h->sh_link = w->strtab;
		h->sh_info = w->nr_locals;
		h->sh_entsize = sizeof(Elf64_Sym);
		h->sh_addralign = 8;
		break;
	case SHT_SYMTAB_SHNDX:
		h->sh_link = w->symtab;
		h->sh_entsize = 4;
		h->sh_addralign = 4;
		break;
	case SHT_RELA:
		h->sh_link = w->symtab;
		h->sh_info = w->sec_no[out->sec->info];
		h->sh_entsize = sizeof(Elf64_Rela);
		h->sh_addralign = 8;
		break;
	case SHT_GROUP:
		h->sh_link = w->symtab;
		h->sh_info = w->sym_no[out->sec->info];
		h->sh_entsize = 4;
		h->sh_addralign = 4;
		break;
	}
}

int elf_make_contents(struct writer *w)
{
	bool shared = w->shstrtab == w->strtab;
	struct strtab *sec_names = shared ? &w->names : &w->sec_names;
	uint32_t i;
	int err = 0;

	strtab_init(w, &w->names);
	strtab_init(w, &w->sec_names);
	for (i = 1; i < w->nr_secs && !err; i++) {
		if (w->secs[i].sec)
			err = make_section(w, &w->secs[i]);
	}
	err = err ?: make_symtab(w);
	if (err)
		return err;

	for (i = 0; i < w->nr_secs; i++) {
		w->secs[i].h.sh_name = strtab_add(w, sec_names, w->secs[i].name);
		set_header(w, &w->secs[i], i);
	}
	strtab_finish(w, &w->names, &w->secs[w->strtab]);
	if (!shared)
		strtab_finish(w, &w->sec_names, &w->secs[w->shstrtab]);
	return 0;
}
