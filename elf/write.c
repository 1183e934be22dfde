// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The generic ELF writer: decide what stays and number it, make the tables anew, give
 * every section its place in the file, and write it from its begin to its end.
 *
 * The model is only read, but for its relocations, which are sorted; the numbers of the
 * output are in struct writer.
 */
#include <string.h>

#include <klp/hash.h>
#include <klp/outfile.h>

#include "internal.h"

struct strtab {
	struct map map;
	uint64_t size;
	uint8_t *data;
};

/* Objects have a hundred thousand small sections: not each is a write of its own. */
#define BUFFER_SIZE 65536

/* A section of the output. */
struct out_sec {
	const struct elf_sec *sec; /* NULL: not in the model */
	const char *name;
	Elf64_Shdr h;
	const void *data;
};

struct writer {
	struct elf *elf;
	struct arena *arena;
	struct diag *diag;
	const char *path;

	bool *gone;	  /* of each section of the model */
	uint32_t *sec_no; /* its number in the output, 0 if it is gone */
	uint32_t *sym_no; /* the same of symbols */
	uint32_t *syms;	  /* the other way round */
	bool moved;	  /* some symbol's number is not the same */
	uint32_t nr_syms, nr_locals;

	struct out_sec *secs;
	uint32_t nr_secs;
	uint32_t symtab, strtab, shstrtab, shndx; /* numbers in the output; shndx may be 0 */
	uint64_t shoff;

	struct strtab names, sec_names; /* of symbols; of sections, unless shared */
	struct outfile out;
	uint64_t written;
	uint8_t buffer[BUFFER_SIZE]; /* the last of these bytes, which are not in the file yet */
	size_t buffered;
};

#define broken(w, sec, sym, ...)                                                               \
	diag_error((w)->diag,                                                                  \
		   &(struct diag_where){ .object = (w)->path, .section = sec, .symbol = sym }, \
		   "cannot-write-elf", __VA_ARGS__)

/* Tables of symbol numbers, which are only worth something while no number changes. */
#define SHT_LLVM_ADDRSIG	0x6fff4c03
#define SHT_LLVM_CALL_GRAPH_OLD 0x6fff4c02

/* ---- what stays ---- */

/* The section's string table of names or symbols of the model, which are made anew. */
static bool is_own_table(const struct elf *elf, uint32_t index)
{
	return index == elf->symtab || index == elf->shstrtab ||
	       (elf->symtab && index == elf->secs[elf->symtab]->link);
}

/*
 * SHF_LINK_ORDER sections say something about the section that they are linked
 * to and go with it.  Links may form chains, even rings: each is walked once.
 */
static void drop_link_order(struct writer *w)
{
	struct elf *elf = w->elf;
	uint32_t *seen = arena_calloc(w->arena, elf->nr_secs, sizeof(*seen));
	uint32_t i, at;

	for (i = 1; i < elf->nr_secs; i++) {
		bool gone;

		for (at = i; at && !seen[at] && !w->gone[at]; at = elf->secs[at]->link) {
			seen[at] = i;
			if (!(elf->secs[at]->flags & SHF_LINK_ORDER))
				break;
		}
		gone = at && w->gone[at];
		for (at = i; gone && at && seen[at] == i && !w->gone[at]; at = elf->secs[at]->link)
			w->gone[at] = true;
	}
}

/* A group without members goes; one that never had any is left alone. */
static void drop_empty_groups(struct writer *w)
{
	struct elf *elf = w->elf;
	uint64_t at;
	uint32_t i;

	for (i = 1; i < elf->nr_secs; i++) {
		const struct elf_sec *sec = elf->secs[i];
		bool kept = sec->size <= 4;

		if (sec->type != SHT_GROUP)
			continue;
		for (at = 4; !kept && at + 4 <= sec->size; at += 4)
			kept = !w->gone[get_le32(sec->data + at)];
		w->gone[i] |= !kept;
	}
}

static void decide_sections(struct writer *w)
{
	struct elf *elf = w->elf;
	uint32_t i;

	w->gone = arena_calloc(w->arena, elf->nr_secs, sizeof(*w->gone));
	for (i = 1; i < elf->nr_secs; i++)
		w->gone[i] = elf->secs[i]->dropped && !is_own_table(elf, i);
	drop_link_order(w);
	for (i = 1; i < elf->nr_secs; i++) {
		const struct elf_sec *sec = elf->secs[i];

		if (sec->type == SHT_RELA)
			w->gone[i] |= !sec->nr_relocs || w->gone[sec->info];
	}
	drop_empty_groups(w);
}

static bool sym_stays(const struct writer *w, const struct elf_sym *sym)
{
	return !sym->dropped && !(elf_sym_in_sec(sym) && w->gone[sym->sec]);
}

static void number_symbol(struct writer *w, uint32_t index)
{
	if (!sym_stays(w, &w->elf->syms[index]))
		return;
	w->moved |= w->nr_syms != index;
	w->sym_no[index] = w->nr_syms;
	w->syms[w->nr_syms++] = index;
}

/* Locals come first. */
static void number_symbols(struct writer *w)
{
	const struct elf *elf = w->elf;
	uint32_t i;

	w->sym_no = arena_calloc(w->arena, elf->nr_syms, sizeof(*w->sym_no));
	w->syms = arena_calloc(w->arena, elf->nr_syms, sizeof(*w->syms));
	w->nr_syms = 1;
	w->moved = false;
	for (i = 1; i < elf->nr_syms; i++) {
		if (elf->syms[i].bind == STB_LOCAL)
			number_symbol(w, i);
	}
	w->nr_locals = w->nr_syms;
	for (i = 1; i < elf->nr_syms; i++) {
		if (elf->syms[i].bind != STB_LOCAL)
			number_symbol(w, i);
	}
	w->moved |= w->nr_syms != elf->nr_syms;
}

static void decide_symbols(struct writer *w)
{
	const struct elf *elf = w->elf;
	bool dropped = false;
	uint32_t i;

	number_symbols(w);
	for (i = 1; i < elf->nr_secs && w->moved; i++) {
		uint32_t type = elf->secs[i]->type;

		if (type == SHT_LLVM_ADDRSIG || type == SHT_LLVM_CALL_GRAPH_OLD) {
			dropped |= !w->gone[i];
			w->gone[i] = true;
			if (elf->secs[i]->rela)
				w->gone[elf->secs[i]->rela->index] = true;
		}
	}
	/* Their own symbols, if there are any, go with them. */
	if (dropped)
		number_symbols(w);
}

/* ---- numbers ---- */

static struct out_sec *add_out(struct writer *w, const struct elf_sec *sec, const char *name,
			       uint32_t type)
{
	struct out_sec *out = &w->secs[w->nr_secs++];

	out->sec = sec;
	out->name = name;
	out->h.sh_type = type;
	return out;
}

/*
 * The table of section numbers is needed when there are numbers that 16 bits
 * cannot hold, whether a symbol has one of them or not.
 */
static bool needs_shndx(const struct writer *w)
{
	const struct elf *elf = w->elf;
	uint64_t nr = 1;
	uint32_t i;

	/* The sections that number_sections() will add. */
	if (!elf->symtab || w->gone[elf->symtab])
		nr += 2;
	else if (w->gone[elf->secs[elf->symtab]->link])
		nr++;
	if (!elf->shstrtab || w->gone[elf->shstrtab])
		nr++;
	for (i = 1; i < elf->nr_secs; i++)
		nr += !w->gone[i] && elf->secs[i]->type != SHT_SYMTAB_SHNDX;
	return nr > SHN_LORESERVE;
}

static void number_sections(struct writer *w)
{
	const struct elf *elf = w->elf;
	bool shndx = needs_shndx(w);
	uint32_t i;

	w->sec_no = arena_calloc(w->arena, elf->nr_secs, sizeof(*w->sec_no));
	w->secs = arena_calloc(w->arena, (size_t)elf->nr_secs + 4, sizeof(*w->secs));
	add_out(w, NULL, "", SHT_NULL);
	for (i = 1; i < elf->nr_secs; i++) {
		const struct elf_sec *sec = elf->secs[i];

		if (sec->type == SHT_SYMTAB_SHNDX && !w->gone[i]) {
			w->gone[i] = !shndx || w->shndx;
			if (!w->gone[i])
				w->shndx = w->nr_secs;
		}
		if (w->gone[i])
			continue;
		w->sec_no[i] = w->nr_secs;
		add_out(w, sec, sec->name, sec->type);
	}
	w->symtab = w->sec_no[elf->symtab];
	w->strtab = elf->symtab ? w->sec_no[elf->secs[elf->symtab]->link] : 0;
	w->shstrtab = w->sec_no[elf->shstrtab];

	if (!w->symtab) {
		w->symtab = w->nr_secs;
		add_out(w, NULL, ".symtab", SHT_SYMTAB);
	}
	if (!w->shndx && shndx) {
		w->shndx = w->nr_secs;
		add_out(w, NULL, ".symtab_shndx", SHT_SYMTAB_SHNDX);
	}
	if (!w->strtab) {
		w->strtab = w->nr_secs;
		add_out(w, NULL, ".strtab", SHT_STRTAB);
	}
	if (!w->shstrtab) {
		w->shstrtab = w->nr_secs;
		add_out(w, NULL, ".shstrtab", SHT_STRTAB);
	}
}

/* Decide what stays; then every section and symbol of the output has its number. */
static void number(struct writer *w)
{
	decide_sections(w);
	decide_symbols(w);
	number_sections(w);
}

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

/* A pass may have added something wrong to the model: no such object may be written. */
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

/* Header fields that follow from the type of a table. */
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

/* Headers and contents of every section; 0, or a negative code with an error in w->diag. */
static int make_contents(struct writer *w)
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

/* Nothing needs more alignment in the file; more would make holes. */
#define MAX_FILE_ALIGN 4096

static uint64_t align_up(uint64_t offset, uint64_t align)
{
	if (align > MAX_FILE_ALIGN)
		align = MAX_FILE_ALIGN;
	return (offset + align - 1) & ~(align - 1);
}

static void place_sections(struct writer *w)
{
	uint64_t offset = sizeof(Elf64_Ehdr);
	uint32_t i;

	for (i = 1; i < w->nr_secs; i++) {
		Elf64_Shdr *h = &w->secs[i].h;

		offset = align_up(offset, h->sh_addralign);
		h->sh_offset = offset;
		if (h->sh_type != SHT_NOBITS)
			offset += h->sh_size;
	}
	w->shoff = align_up(offset, 8);
}

/* ---- the file ---- */

static int flush(struct writer *w)
{
	size_t size = w->buffered;

	w->buffered = 0;
	return outfile_write(&w->out, w->buffer, size);
}

static int put_bytes(struct writer *w, const void *bytes, uint64_t size)
{
	int err = size > sizeof(w->buffer) - w->buffered ? flush(w) : 0;

	w->written += size;
	if (err || size > sizeof(w->buffer))
		return err ?: outfile_write(&w->out, bytes, size);
	memcpy(w->buffer + w->buffered, bytes, size);
	w->buffered += size;
	return 0;
}

/* Up to where the next part begins. */
static int put_zeroes(struct writer *w, uint64_t offset)
{
	static const uint8_t zeroes[MAX_FILE_ALIGN];
	int err = 0;

	while (w->written < offset && !err) {
		uint64_t size = offset - w->written;

		err = put_bytes(w, zeroes, size < sizeof(zeroes) ? size : sizeof(zeroes));
	}
	return err;
}

/* gABI, "ELF Header": numbers that do not fit are in the header of section 0. */
static int put_ehdr(struct writer *w)
{
	const struct elf *elf = w->elf;
	uint8_t h[sizeof(Elf64_Ehdr)] = ELFMAG;

	h[EI_CLASS] = ELFCLASS64;
	h[EI_DATA] = ELFDATA2LSB;
	h[EI_VERSION] = EV_CURRENT;
	h[EI_OSABI] = elf->osabi;
	h[EI_ABIVERSION] = elf->abiversion;
	put_le16(h + offsetof(Elf64_Ehdr, e_type), elf->type);
	put_le16(h + offsetof(Elf64_Ehdr, e_machine), elf->machine);
	put_le32(h + offsetof(Elf64_Ehdr, e_version), EV_CURRENT);
	put_le64(h + offsetof(Elf64_Ehdr, e_shoff), w->shoff);
	put_le32(h + offsetof(Elf64_Ehdr, e_flags), elf->flags);
	put_le16(h + offsetof(Elf64_Ehdr, e_ehsize), sizeof(Elf64_Ehdr));
	put_le16(h + offsetof(Elf64_Ehdr, e_shentsize), sizeof(Elf64_Shdr));
	if (w->nr_secs < SHN_LORESERVE)
		put_le16(h + offsetof(Elf64_Ehdr, e_shnum), (uint16_t)w->nr_secs);
	else
		w->secs[0].h.sh_size = w->nr_secs;
	if (w->shstrtab < SHN_LORESERVE) {
		put_le16(h + offsetof(Elf64_Ehdr, e_shstrndx), (uint16_t)w->shstrtab);
	} else {
		put_le16(h + offsetof(Elf64_Ehdr, e_shstrndx), SHN_XINDEX);
		w->secs[0].h.sh_link = w->shstrtab;
	}
	return put_bytes(w, h, sizeof(h));
}

static int put_shdr(struct writer *w, const Elf64_Shdr *from)
{
	uint8_t h[sizeof(Elf64_Shdr)];

	put_le32(h + offsetof(Elf64_Shdr, sh_name), from->sh_name);
	put_le32(h + offsetof(Elf64_Shdr, sh_type), from->sh_type);
	put_le64(h + offsetof(Elf64_Shdr, sh_flags), from->sh_flags);
	put_le64(h + offsetof(Elf64_Shdr, sh_addr), from->sh_addr);
	put_le64(h + offsetof(Elf64_Shdr, sh_offset), from->sh_offset);
	put_le64(h + offsetof(Elf64_Shdr, sh_size), from->sh_size);
	put_le32(h + offsetof(Elf64_Shdr, sh_link), from->sh_link);
	put_le32(h + offsetof(Elf64_Shdr, sh_info), from->sh_info);
	put_le64(h + offsetof(Elf64_Shdr, sh_addralign), from->sh_addralign);
	put_le64(h + offsetof(Elf64_Shdr, sh_entsize), from->sh_entsize);
	return put_bytes(w, h, sizeof(h));
}

/* In the order of place_sections(). */
static int put_all(struct writer *w)
{
	int err = put_ehdr(w);

	for (uint32_t i = 1; i < w->nr_secs && !err; i++) {
		const struct out_sec *out = &w->secs[i];

		err = put_zeroes(w, out->h.sh_offset);
		if (!err && out->h.sh_type != SHT_NOBITS && out->data)
			err = put_bytes(w, out->data, out->h.sh_size);
	}
	err = err ?: put_zeroes(w, w->shoff);
	for (uint32_t i = 0; i < w->nr_secs && !err; i++)
		err = put_shdr(w, &w->secs[i].h);
	return err ?: flush(w);
}

static int write_file(struct writer *w)
{
	int err = outfile_open(&w->out, w->path, true, w->arena, w->diag);

	if (err)
		return err;
	w->out.in_place = w->elf->path && !strcmp(w->path, w->elf->path);
	err = put_all(w);
	if (err)
		outfile_abandon(&w->out);
	return err;
}

int elf_write_begin(struct elf *elf, const char *path, struct outfile **out, struct diag *diag)
{
	/* In the arena: what is released with it must outlive this function. */
	struct writer *w = arena_alloc(elf->arena, sizeof(*w));
	int err;

	w->elf = elf;
	w->arena = elf->arena;
	w->diag = diag;
	w->path = arena_strdup(elf->arena, path);
	if (elf->type != ET_REL)
		return broken(w, NULL, NULL, "only relocatable objects can be written");

	number(w);
	/* Every number of the output is known from here on. */
	err = make_contents(w);
	if (err)
		return err;
	place_sections(w);
	*out = &w->out;
	return write_file(w);
}

int elf_write(struct elf *elf, const char *path, struct diag *diag)
{
	struct outfile *out;

	return elf_write_begin(elf, path, &out, diag) ?: outfile_commit(out);
}
