// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Damages that change nothing: neither what the linker makes of the object nor what the
 * kernel does with it.
 */
#include <string.h>

#include <klp/arch.h>

#include "mutate.h"

static bool is_table_of_linker(const Elf64_Shdr *s)
{
	return s->sh_type == SHT_RELA || s->sh_type == SHT_SYMTAB || s->sh_type == SHT_STRTAB;
}

/* What they are about, and how they are read. */
static bool is_read_by_linker(const Elf64_Shdr *s, enum kind kind)
{
	if (kind == SEC_INFO || kind == SEC_LINK || kind == SEC_ENTSIZE)
		return s->sh_type != SHT_STRTAB;
	return kind == SEC_SIZE || kind == SEC_TYPE;
}

static const Elf64_Shdr *good_section(const struct file *f, const struct damage *d)
{
	const Elf64_Ehdr *e = (const Elf64_Ehdr *)f->good;

	return (const Elf64_Shdr *)(f->good + e->e_shoff) + (d->sec - f->shdrs);
}

static const char *section_harmless(const struct file *f, const struct damage *d)
{
	const Elf64_Shdr *s = good_section(f, d);

	if (is_table_of_linker(s) && !is_read_by_linker(s, d->kind))
		return "the linker makes its own tables of relocations, symbols and names";
	switch (d->kind) {
	case SEC_INFO:
		return "only tables of relocations and symbols have one";
	case SEC_LINK:
		return s->sh_flags & SHF_LINK_ORDER ? NULL : "it is not ordered by another one";
	case SEC_ENTSIZE:
		return s->sh_flags & SHF_MERGE ? NULL : "only what is merged has equal parts";
	case SEC_FLAGS:
		return (s->sh_flags ^ d->sec->sh_flags) == SHF_INFO_LINK ? "it has no sh_info" : NULL;
	default:
		return NULL;
	}
}

static const char *symbol_harmless(const struct file *f, const struct damage *d)
{
	const Elf64_Ehdr *e = (const Elf64_Ehdr *)f->good;
	const Elf64_Sym *s = (const Elf64_Sym *)(f->good + ((uint8_t *)d->sym - f->bytes));
	unsigned int type = ELF64_ST_TYPE(s->st_info);

	if (type == STT_SECTION && d->kind == SYM_NAME)
		return "a section's symbol is known by its section";
	if (type == STT_FILE && d->kind == SYM_NAME)
		return "the name of a source file is for people";
	if (s->st_shndx == SHN_UNDEF && d->kind == SYM_TYPE)
		return "what is defined elsewhere has its type there";
	if (d->kind == SYM_OTHER && ELF64_ST_BIND(s->st_info) == STB_LOCAL && type != STT_SECTION &&
	    !((s->st_other ^ d->sym->st_other) & ~3))
		return "a local symbol is seen nowhere else anyway";
	if (*sym_name(f, s) == '$' && e->e_machine == EM_AARCH64)
		return "mapping symbols are for disassemblers";
	return NULL;
}

/* Where the relocation's symbol and addend lead. */
static bool same_target(const struct file *f, const Elf64_Rela *a, const Elf64_Rela *b)
{
	const Elf64_Sym *x = &f->syms[ELF64_R_SYM(a->r_info)], *y = &f->syms[ELF64_R_SYM(b->r_info)];
	const struct arch *arch = arch_find(((const Elf64_Ehdr *)f->good)->e_machine);

	const struct arch_reloc *ar = arch_reloc(arch, (uint32_t)ELF64_R_TYPE(a->r_info));
	const struct arch_reloc *br = arch_reloc(arch, (uint32_t)ELF64_R_TYPE(b->r_info));

	/* the entry that st_other tells is for branches */
	if (x->st_other != y->st_other && ar->flags & RELOC_BRANCH)
		return false;
	return (x == y || (x->st_shndx == y->st_shndx && x->st_shndx != SHN_UNDEF)) &&
	       x->st_value + (uint64_t)a->r_addend == y->st_value + (uint64_t)b->r_addend &&
	       ar->like == br->like;
}

/* Of tables whose entries may stand in any order; 0: not known to be one. */
static uint64_t free_entry_size(const struct file *f, const char *rela_name)
{
	if (!strncmp(rela_name, ".rela__klp_relocs.", 18))
		return 24; /* the place, the symbol, the type */
	if (strcmp(rela_name, ".rela__ex_table"))
		return 0;
	/* arch/.../include/asm/extable.h; sort_extable() of post_relocation() */
	return ((const Elf64_Ehdr *)f->good)->e_machine == EM_PPC64 ? 8 : 12;
}

static const Elf64_Rela *reloc_like(const struct file *f, const Elf64_Shdr *rs, uint64_t at,
				    const Elf64_Rela *like, const Elf64_Rela *but)
{
	const Elf64_Rela *list = (const Elf64_Rela *)(f->bytes + rs->sh_offset);

	for (size_t i = 0; i < rs->sh_size / sizeof(*list); i++)
		if (&list[i] != but && list[i].r_offset == at && list[i].r_info == like->r_info &&
		    list[i].r_addend == like->r_addend)
			return &list[i];
	return NULL;
}

/* Are the two entries of which one field was swapped the same in all else? */
static bool entries_swapped(const struct file *f, const struct damage *d)
{
	const Elf64_Shdr *s = &f->shdrs[d->sec->sh_info];
	const Elf64_Rela *list = (const Elf64_Rela *)(f->bytes + d->sec->sh_offset);
	uint64_t size = free_entry_size(f, sec_name(f, d->sec)), a, b, nr[2] = { 0 };

	if (!size || d->rel->r_offset % size != d->other->r_offset % size)
		return false;
	a = d->rel->r_offset / size * size;
	b = d->other->r_offset / size * size;
	if (memcmp(f->good + s->sh_offset + a, f->good + s->sh_offset + b, size))
		return false;
	for (size_t i = 0; i < d->sec->sh_size / sizeof(*list); i++) {
		const Elf64_Rela *r = &list[i];

		nr[0] += r->r_offset - a < size;
		nr[1] += r->r_offset - b < size;
		if (r != d->rel && r->r_offset - a < size &&
		    !reloc_like(f, d->sec, r->r_offset - a + b, r, d->other))
			return false;
	}
	return nr[0] == nr[1];
}

/* Unwind entries that say the same have exchanged their places; the kernel sorts them. */
static bool unwind_swapped(const struct file *f, const struct damage *d)
{
	const Elf64_Shdr *ip = &f->shdrs[d->sec->sh_info];
	uint64_t a = d->rel->r_offset / 4, b = d->other->r_offset / 4, size;

	if (strcmp(sec_name(f, d->sec), ".rela.orc_unwind_ip"))
		return false;
	for (size_t i = 1; i < f->nr_secs; i++) {
		const uint8_t *data = f->good + f->shdrs[i].sh_offset;

		if (strcmp(sec_name(f, &f->shdrs[i]), ".orc_unwind"))
			continue;
		size = f->shdrs[i].sh_size / (ip->sh_size / 4);
		return !memcmp(data + a * size, data + b * size, size);
	}
	return false;
}

static const char *reloc_harmless(const struct file *f, const struct damage *d)
{
	const Elf64_Rela *was = (const Elf64_Rela *)(f->good + ((uint8_t *)d->rel - f->bytes));
	const struct arch *arch = arch_find(((const Elf64_Ehdr *)f->good)->e_machine);
	const char *name = sec_name(f, d->sec);

	if (d->kind == REL_TYPE &&
	    arch_reloc(arch, (uint32_t)ELF64_R_TYPE(d->rel->r_info))->like ==
		    arch_reloc(arch, (uint32_t)ELF64_R_TYPE(was->r_info))->like)
		return "a type that means the same";
	if ((d->kind == REL_SYM || d->kind == REL_SWAP) && same_target(f, d->rel, was))
		return "another symbol at the same place";
	if (d->kind == REL_SWAP && (strstr(name, "__mcount_loc") ||
				    strstr(name, "__patchable_function_entries")))
		return "the order of ftrace's places means nothing";
	if (d->kind == REL_SWAP && (entries_swapped(f, d) || unwind_swapped(f, d)))
		return "the same entries in another order";
	return NULL;
}

/* Does a relocation fill the bit? */
static const char *code_harmless(const struct file *f, const struct damage *d)
{
	const struct arch *arch = arch_find(((const Elf64_Ehdr *)f->good)->e_machine);
	const Elf64_Shdr *rs = rela_of(f, d->sec);
	const uint8_t *was = f->good + d->sec->sh_offset + d->at;
	unsigned int bit = *was ^ f->bytes[d->sec->sh_offset + d->at];

	for (size_t i = 0; rs && i < rs->sh_size / sizeof(Elf64_Rela); i++) {
		const Elf64_Rela *r = (const Elf64_Rela *)(f->bytes + rs->sh_offset) + i;
		const struct arch_reloc *row = arch_reloc(arch, (uint32_t)ELF64_R_TYPE(r->r_info));

		if (row && row->mask && d->at >= r->r_offset && d->at - r->r_offset < 4 &&
		    (row->mask >> 8 * (d->at - r->r_offset) & bit))
			return "a relocation fills these bits";
	}
	return NULL;
}

const char *why_harmless(const struct file *f, const struct damage *d)
{
	if (d->kind <= SEC_ENTSIZE)
		return section_harmless(f, d);
	if (d->kind <= SYM_SECTION)
		return symbol_harmless(f, d);
	if (d->kind <= REL_SWAP)
		return reloc_harmless(f, d);
	/* struct klp_func_ext: name, new_func, old_sympos */
	if (d->kind == DATA && !f->kernel && d->at % 24 >= 16 &&
	    !strcmp(sec_name(f, d->sec), ".init.klp_funcs"))
		return "what a position means is not known without the kernel";
	return d->kind == CODE ? code_harmless(f, d) : NULL;
}
