// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: code that goes on from the address of one object to others of its section, by
 * distances that no relocation shows.  Without -fdata-sections, GCC makes such code for arm64 and
 * ppc64 (section anchors).  It is right only where all of these are as far from there as in the
 * patched object: where the kernel has all of them at the same places, and none is copied.
 */
#include <string.h>

#include <klp/text.h>

#include "internal.h"

enum { UNKNOWN, STAY, PART };

/* Sections of objects that have none of their own. */
static bool is_shared(const struct elf_sec *sec)
{
	static const char *const names[] = { ".data", ".bss", ".rodata", ".data.rel.ro",
					     ".data.rel.ro.local" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(sec->name, names[i]))
			return true;
	return false;
}

/* "GCC: (Debian 12.2.0) 12.2.0"; of what names no compiler, it is not known. */
static bool may_be_of_gcc(const struct elf *elf)
{
	const struct elf_sec *sec = elf_find_sec(elf, ".comment");
	bool clang = false;

	if (!sec || !sec->data || !sec->size || sec->data[sec->size - 1])
		return true;
	for (uint64_t at = 0; at < sec->size; at += strlen((const char *)sec->data + at) + 1) {
		const char *name = (const char *)sec->data + at;

		if (starts_with(name, "GCC:"))
			return true;
		clang |= strstr(name, "clang version ") != NULL;
	}
	return !clang;
}

static bool is_object(const struct elf_sym *sym)
{
	return sym->type == STT_OBJECT && sym->size;
}

static bool was_there(struct oracle *o, const struct elf_sym *sym)
{
	const char *sec_name = o->patched.elf->secs[sym->sec]->name;

	for_each_sec (o->orig.elf, sec) {
		if (strcmp(sec->name, sec_name) != 0)
			continue;
		for_each_symbol_at (&o->orig, sec->index, (int64_t)sym->value, was)
			if (o->orig.elf->syms[was].size == sym->size &&
			    oracle_same_stem(o->orig.elf->syms[was].name, sym->name))
				return true;
	}
	return false;
}

static bool all_stay(struct oracle *o, uint32_t sec)
{
	const struct image *img = &o->patched;

	for (uint32_t k = img->first[sec]; k < img->first[sec + 1]; k++) {
		const struct elf_sym *sym = &img->elf->syms[img->syms[k]];

		if (is_object(sym) && (o->copy_of[img->syms[k]] || !was_there(o, sym)))
			return false;
	}
	return true;
}

/* Is there an object besides the one at the place? */
static bool has_others(const struct image *img, const struct place *at)
{
	for (uint32_t k = img->first[at->sec]; k < img->first[at->sec + 1]; k++) {
		const struct elf_sym *sym = &img->elf->syms[img->syms[k]];

		if (is_object(sym) && (at->off < (int64_t)sym->value ||
				       at->off >= (int64_t)(sym->value + sym->size)))
			return true;
	}
	return false;
}

/* Compilers reach a table of jumps by its own address alone. */
static bool is_jump_table(const struct image *img, const struct place *at)
{
	const struct elf_sec *rela = img->elf->secs[at->sec]->rela;
	size_t i = at->off < 0 ? 0 : elf_first_reloc(rela, (uint64_t)at->off);
	const struct elf_sym *to =
		rela && i < rela->nr_relocs ? &img->elf->syms[rela->relocs[i].sym] : NULL;

	return to && elf_sym_in_sec(to) && oracle_is_code(img->elf->secs[to->sec]) &&
	       !image_sym_at(img, at->sec, at->off);
}

/* Does the operand make an address from which code may go on? */
static bool is_anchor(const struct oracle *o, const struct operand *po, const struct place *to)
{
	const struct elf_sym *sym = &o->patched.elf->syms[to->sym];

	return !po->branch && !po->resolved && to->sec &&
	       is_shared(o->patched.elf->secs[to->sec]) &&
	       (to->sec != po->to.sec || arch_reloc(o->arch, po->type)->flags & RELOC_ANCHOR) &&
	       (sym->type == STT_SECTION || arch_is_label(o->arch, sym));
}

void check_anchor(struct oracle *o, uint32_t osec, const struct operand *oo,
		  const struct operand *po)
{
	struct place to = image_follow(&o->patched, po);
	uint8_t *state;

	if (!o->arch->section_anchors || !is_anchor(o, po, &to) || !has_others(&o->patched, &to) ||
	    is_jump_table(&o->patched, &to) || !may_be_of_gcc(o->patched.elf))
		return;
	if (!o->anchors)
		o->anchors = arena_calloc(o->arena, o->patched.elf->nr_secs, 1);
	state = &o->anchors[to.sec];
	if (*state == UNKNOWN)
		*state = all_stay(o, to.sec) ? STAY : PART;
	if (*state == PART || image_follow(&o->out, oo).sec)
		oracle_finding(o, osec, oo->at, "anchor",
			       "from the address of %s code may go on to other objects of %s, which are "
			       "not all where %s has them",
			       oracle_place_text(&o->patched, &to),
			       o->patched.elf->secs[to.sec]->name, o->patched.elf->path);
}
