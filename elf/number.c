// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ELF writer: which sections and symbols stay, and their numbers.
 */
#include "write.h"

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

	/* What number_sections() will add. */
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

void elf_number(struct writer *w)
{
	decide_sections(w);
	decide_symbols(w);
	number_sections(w);
}
