// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rules engine of special sections: which rule a section has, and where
 * its entries begin and end.  The rows are data (special-rules.c, arch/).
 */
#include <stdio.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>

#include "special-rules.h"

/* include/linux/objtool_types.h, Linux 6.19: entries of .discard.annotate_data */
#define ANNOTATE_DATA_SIZE 8
#define ANNOTATE_DATA_SPECIAL 1

/* A '*' at the end of the pattern stands for any rest. */
static bool fits(const char *pattern, const char *name)
{
	while (*pattern && *pattern == *name) {
		pattern++;
		name++;
	}
	return *pattern == '*' || *pattern == *name;
}

static const struct special_rule *find_rule(const struct special_rule *rows, const char *name)
{
	for (; rows->name; rows++)
		if (fits(rows->name, name))
			return rows;
	return NULL;
}

static const struct special_rule *rule_by_name(const struct arch *arch, const char *name)
{
	return find_rule(arch->special, name) ?: find_rule(special_generic, name);
}

const struct special_rule *special_rule(const struct arch *arch, const struct elf_sec *sec)
{
	return rule_by_name(arch, sec->name);
}

bool special_consumed_at_load(const struct arch *arch, const char *section)
{
	const struct special_rule *rule = rule_by_name(arch, section);

	return rule && rule->flags & (SPECIAL_CONSUMED | SPECIAL_CODE | SPECIAL_REGISTER);
}

/* ---- does a layout fit? ---- */

/* Neither a mark nor half of a small difference (LoongArch: ADD8 and SUB8 in a length). */
static bool is_reference(const struct arch *arch, const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(arch, r->type);

	if (row->flags & (RELOC_ADD | RELOC_SUB) && row->size < 4)
		return false;
	return !(row->flags & RELOC_MARKER);
}

/* The relocations of one entry as a bit mask of the words they stand in; false if one is between. */
static bool entry_refs(const struct arch *arch, const struct elf_sec *sec, uint64_t start,
		       uint64_t size, size_t *k, uint32_t *mask)
{
	const struct elf_sec *rela = sec->rela;

	*mask = 0;
	for (; rela && *k < rela->nr_relocs && rela->relocs[*k].offset < start + size; (*k)++) {
		uint64_t at = rela->relocs[*k].offset - start;

		if (!is_reference(arch, &rela->relocs[*k]))
			continue;
		if (at % 4 || at >= 64)
			return false;
		*mask |= 1u << (at / 4);
	}
	return true;
}

static bool layout_fits(const struct arch *arch, const struct elf_sec *sec,
			const struct special_layout *l)
{
	size_t k = 0;

	if (sec->size % l->size)
		return false;
	for (uint64_t at = 0; at < sec->size; at += l->size) {
		uint32_t mask;

		if (!entry_refs(arch, sec, at, l->size, &k, &mask))
			return false;
		if ((mask & l->refs) != l->refs || mask & ~(uint32_t)(l->refs | l->may))
			return false;
	}
	return true;
}

static const struct special_layout *layout_of_size(const struct special_rule *rule, uint64_t size)
{
	for (int i = 0; i < SPECIAL_LAYOUTS && rule->layouts[i].size; i++)
		if (rule->layouts[i].size == size)
			return &rule->layouts[i];
	return NULL;
}

/* ---- ways to tell entries apart ---- */

static void split_evenly(struct special_split *out, const struct elf_sec *sec, uint64_t size,
			 struct arena *arena)
{
	out->nr = (uint32_t)(sec->size / size);
	out->starts = arena_calloc(arena, out->nr + 1, sizeof(*out->starts));
	for (uint32_t i = 0; i <= out->nr; i++)
		out->starts[i] = i * size;
}

static int bad_entry_size(const struct elf *elf, const struct elf_sec *sec, uint64_t size,
			  const char *from, struct diag *diag)
{
	struct diag_where where = { .object = elf->path, .section = sec->name };

	return diag_error(diag, &where, "entry-size",
			  "the entry size %llu (%s) does not fit the section: %llu bytes, "
			  "or its relocations do not repeat in that step",
			  (unsigned long long)size, from, (unsigned long long)sec->size);
}

/* An entry size that the object or the user states must fit; it is never a guess. */
static int split_by_size(struct special_split *out, const struct elf *elf,
			 const struct elf_sec *sec, uint64_t size, const char *from,
			 struct arena *arena, struct diag *diag)
{
	const struct special_layout *known = layout_of_size(out->rule, size);

	if (sec->size % size || (known && !layout_fits(out->arch, sec, known)))
		return bad_entry_size(elf, sec, size, from, diag);
	out->layout = known;
	split_evenly(out, sec, size, arena);
	return 0;
}

/* Entries that .discard.annotate_data marks: each begins where a mark points. */
static int split_by_marks(struct special_split *out, const struct elf *elf,
			  const struct elf_sec *sec, struct arena *arena, struct diag *diag)
{
	const struct elf_sec *marks = elf_find_sec(elf, ".discard.annotate_data");
	size_t cap = 0;
	uint64_t *starts = NULL;
	uint32_t nr = 0;

	if (!marks || !marks->rela || !marks->data)
		return 0;
	for (size_t k = 0; k < marks->rela->nr_relocs; k++) {
		const struct elf_reloc *r = &marks->rela->relocs[k];
		const struct elf_sym *sym = &elf->syms[r->sym];
		uint64_t at = sym->value + (uint64_t)r->addend;

		if (sym->sec != sec->index || r->offset % ANNOTATE_DATA_SIZE ||
		    r->offset + ANNOTATE_DATA_SIZE > marks->size ||
		    get_le32(marks->data + r->offset + 4) != ANNOTATE_DATA_SPECIAL)
			continue;
		if (at >= sec->size || (nr ? at <= starts[nr - 1] : at != 0)) {
			struct diag_where where = { .object = elf->path, .section = sec->name,
						    .offset = at, .has_offset = true };

			return diag_error(diag, &where, "entry-marks",
					  ".discard.annotate_data marks entries that do not follow "
					  "each other from the section's begin");
		}
		starts = arena_grow(arena, starts, nr + 1, &cap, sizeof(*starts));
		starts[nr++] = at;
	}
	if (!nr)
		return 0;
	starts[nr] = sec->size;
	out->starts = starts;
	out->nr = nr;
	out->layout = layout_of_size(out->rule, starts[1]);
	for (uint32_t i = 0; i < nr && out->layout; i++)
		if (starts[i + 1] - starts[i] != starts[1])
			out->layout = NULL;
	if (out->layout && !layout_fits(out->arch, sec, out->layout))
		out->layout = NULL;
	return 0;
}

static int no_layout(const struct elf *elf, const struct elf_sec *sec,
		     const struct special_rule *rule, int nr_fit, struct diag *diag)
{
	struct diag_where where = { .object = elf->path, .section = sec->name };
	char sizes[64] = "";
	size_t n = 0;

	for (int i = 0; i < SPECIAL_LAYOUTS && rule->layouts[i].size; i++)
		n += (size_t)snprintf(sizes + n, sizeof(sizes) - n, "%s%u", n ? ", " : "",
				      rule->layouts[i].size);
	return diag_error(diag, &where, "entry-size",
			  "cannot tell the entries apart: %s of the known sizes (%s bytes) fit its "
			  "%llu bytes and %zu relocations%s; pass --entry-size %s=BYTES",
			  nr_fit ? "several" : "none", sizes, (unsigned long long)sec->size,
			  sec->rela ? sec->rela->nr_relocs : 0,
			  sec->flags & SHF_MERGE && !sec->entsize
				  ? " (its sh_entsize was lost: Clang's assembler before 20 drops it)"
				  : "",
			  sec->name);
}

static int split_by_layout(struct special_split *out, const struct elf *elf,
			   const struct elf_sec *sec, struct arena *arena, struct diag *diag)
{
	int nr_fit = 0;

	for (int i = 0; i < SPECIAL_LAYOUTS && out->rule->layouts[i].size; i++) {
		if (!layout_fits(out->arch, sec, &out->rule->layouts[i]))
			continue;
		out->layout = &out->rule->layouts[i];
		nr_fit++;
	}
	if (nr_fit != 1)
		return no_layout(elf, sec, out->rule, nr_fit, diag);
	split_evenly(out, sec, out->layout->size, arena);
	return 0;
}

int special_split(struct special_split *out, const struct elf *elf, const struct elf_sec *sec,
		  const struct special_rule *rule, const struct arch *arch, uint64_t entsize,
		  struct arena *arena, struct diag *diag)
{
	int err = 0;

	*out = (struct special_split){ .rule = rule, .arch = arch };
	if (entsize)
		return split_by_size(out, elf, sec, entsize, "--entry-size", arena, diag);
	if (sec->entsize > 1)
		return split_by_size(out, elf, sec, sec->entsize, "sh_entsize", arena, diag);
	/* There may be one array for each function, and they have no marks. */
	if (!(rule->flags & SPECIAL_ARRAY))
		err = split_by_marks(out, elf, sec, arena, diag);
	if (err || out->nr)
		return err;
	return split_by_layout(out, elf, sec, arena, diag);
}
