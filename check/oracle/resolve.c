// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: what is written in another way in an object than in what becomes of
 * it, written in the latter way from the start.
 */
#include <string.h>

#include "internal.h"

/* ---- constants that the kernel writes into its code at boot ---- */

static uint32_t name_for(struct image *img, const char *name)
{
	for (uint32_t i = 1; i < img->elf->nr_syms; i++)
		if (!strcmp(img->elf->syms[i].name, name) &&
		    img->elf->syms[i].type != STT_SECTION)
			return i;
	return elf_add_sym(img->elf, &(struct elf_sym){ .name = name,
							.bind = STB_GLOBAL,
							.type = STT_NOTYPE });
}

/* As relocations are sorted, put the last one where it belongs. */
static void sort_last(struct elf_sec *rela)
{
	for (size_t k = rela->nr_relocs - 1; k && rela->relocs[k - 1].offset > rela->relocs[k].offset;
	     k--) {
		struct elf_reloc r = rela->relocs[k];

		rela->relocs[k] = rela->relocs[k - 1];
		rela->relocs[k - 1] = r;
	}
}

/* A copy loads the variable instead: let the input say so already. */
static void load_boot_consts(struct image *img, const struct elf_sec *table, const char *name)
{
	for (size_t k = 0; table->rela && k < table->rela->nr_relocs; k++) {
		const struct elf_reloc *r = &table->rela->relocs[k];
		const struct elf_sym *sym = &img->elf->syms[r->sym];
		uint64_t place = sym->value + (uint64_t)r->addend;
		struct elf_sec *sec;
		struct boot_const load;

		if (!elf_sym_in_sec(sym))
			continue;
		sec = img->elf->secs[sym->sec];
		if (!sec->data || !arch_load_boot_const(img->arch, elf_writable(img->elf, sec),
							      sec->size, place, &load))
			continue;
		for (unsigned int i = 0; i < load.nr; i++) {
			elf_add_reloc(img->elf, sec, load.refs[i].place, load.refs[i].type,
				      name_for(img, name), load.refs[i].addend);
			sort_last(sec->rela);
		}
	}
}

void resolve_boot_consts(struct image *img)
{
	for (uint32_t s = 1; s < img->elf->nr_secs; s++) {
		const struct elf_sec *sec = img->elf->secs[s];
		const struct special_rule *rule = special_rule(img->arch, sec);

		if (rule && rule->flags & SPECIAL_BOOT_CONST && !strncmp(sec->name, "runtime_ptr_", 12))
			load_boot_consts(img, sec, sec->name + 12);
	}
}

/* ---- distances within a section ---- */

static const struct elf_sym *sym_of(const struct image *img, const struct elf_reloc *r)
{
	return &img->elf->syms[r->sym];
}

static uint64_t target_of(const struct image *img, const struct elf_reloc *r)
{
	return sym_of(img, r)->value + (uint64_t)r->addend;
}

/* Does no copy part the two?  What is in one function or object, or has no name. */
static bool stay_together(const struct image *img, const struct elf_reloc *a,
			  const struct elf_reloc *b)
{
	uint32_t sec = sym_of(img, a)->sec;

	if (!elf_sym_in_sec(sym_of(img, a)) || sym_of(img, b)->sec != sec)
		return false;
	return image_sym_at(img, sec, (int64_t)target_of(img, a)) ==
		       image_sym_at(img, sec, (int64_t)target_of(img, b)) ||
	       !(arch_reloc(img->arch, a->type)->flags & RELOC_LOADER);
}

/*
 * The distance is a constant as long as nothing is linked: LoongArch's assembler
 * leaves it to the linker, which might shorten code between.
 */
static bool fold_pair(struct image *img, struct elf_sec *sec, const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(img->arch, r[0].type);
	const struct arch_reloc *other = arch_reloc(img->arch, r[1].type);
	const struct elf_reloc *add = &r[0], *sub = &r[1];
	uint64_t value;
	uint8_t *field;

	if (r[0].offset != r[1].offset || row->size != other->size || !sec->data ||
	    row->size > sec->size - r->offset)
		return false;
	if (row->flags & RELOC_SUB && other->flags & RELOC_ADD)
		add = &r[1], sub = &r[0];
	else if (!(row->flags & RELOC_ADD) || !(other->flags & RELOC_SUB))
		return false;
	if (!stay_together(img, add, sub))
		return false;
	value = target_of(img, add) - target_of(img, sub);
	field = elf_writable(img->elf, sec) + r->offset;
	for (unsigned int i = 0, carry = 0; i < row->size; i++) {
		carry += field[i] + (uint8_t)(value >> 8 * i);
		field[i] = (uint8_t)carry;
		carry >>= 8;
	}
	return true;
}

static void fold_distances(struct image *img, struct elf_sec *sec)
{
	struct elf_sec *rela = sec->rela;
	size_t n = 0;

	for (size_t k = 0; k < rela->nr_relocs; k++) {
		if (k + 1 < rela->nr_relocs && fold_pair(img, sec, &rela->relocs[k]))
			k++;
		else
			rela->relocs[n++] = rela->relocs[k];
	}
	rela->nr_relocs = n;
}

void resolve_distances(struct image *img)
{
	for (uint32_t s = 1; s < img->elf->nr_secs; s++)
		if (img->elf->secs[s]->rela)
			fold_distances(img, img->elf->secs[s]);
}
