// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rules of special sections at work: which rule a section has, and where its entries begin
 * and end.  The rules themselves are data (special/rules.c, and special.c of each architecture).
 *
 * For example, the rule of __bug_table says that an entry is one of several forms, that its
 * first field names the place of the trap, and which field is the line.
 */
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/text.h>

#include "special/internal.h"

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
	/* Almost no section has a rule: most are told by two letters. */
	for (; rows->name; rows++)
		if (rows->name[0] == name[0] && rows->name[1] == name[1] && fits(rows->name, name))
			return rows;
	return NULL;
}

/* Those of functions and constants, and relocations: of a kernel's sections, almost all. */
static bool has_none(const char *name)
{
	return starts_with(name, ".text.") || starts_with(name, ".rodata.") ||
	       starts_with(name, ".rela.");
}

static const struct special_rule *rule_by_name(const struct arch *arch, const char *name)
{
	if (has_none(name))
		return NULL;
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

/* ---- ways to tell entries apart ---- */

static void split_evenly(struct special_split *out, const struct elf_sec *sec, uint64_t size,
			 struct arena *arena)
{
	out->nr = (uint32_t)((sec->size + size - 1) / size);
	out->starts = arena_calloc(arena, out->nr + 1, sizeof(*out->starts));
	for (uint32_t i = 0; i < out->nr; i++)
		out->starts[i] = i * size;
	out->starts[out->nr] = sec->size;
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
	bool known;

	out->layout = special_fit(out, elf, sec, size, &known);
	if (!out->layout && (known || sec->size % size))
		return bad_entry_size(elf, sec, size, from, diag);
	split_evenly(out, sec, size, arena);
	return 0;
}

/*
 * What assembly files write may lack marks: then entries hide behind others.
 * Marks are right that stand evenly, unless a known form says otherwise.
 */
static int check_marks(struct special_split *out, const struct elf *elf, const struct elf_sec *sec,
		       struct diag *diag)
{
	struct diag_where where = { .object = elf->path, .section = sec->name, .has_offset = true };
	uint64_t size = out->starts[1];
	bool known;

	for (uint32_t i = 0; i < out->nr; i++) {
		where.offset = out->starts[i];
		if (out->starts[i + 1] - out->starts[i] != size)
			return diag_error(diag, &where, "entry-marks",
					  ".discard.annotate_data marks an entry of %llu bytes here, "
					  "but of %llu before: pass --entry-size %s=N if some are "
					  "not marked",
					  (unsigned long long)(out->starts[i + 1] - out->starts[i]),
					  (unsigned long long)size, sec->name);
	}
	out->layout = special_fit(out, elf, sec, size, &known);
	if (!out->layout && special_fit(out, elf, sec, 0, &known)) {
		where.has_offset = false;
		return diag_error(diag, &where, "entry-marks",
				  ".discard.annotate_data marks entries of %llu bytes, but they look "
				  "like some of %u: pass --entry-size %s=N",
				  (unsigned long long)size,
				  special_fit(out, elf, sec, 0, &known)->size, sec->name);
	}
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
	for_each_reloc (marks->rela, r) {
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
	return check_marks(out, elf, sec, diag);
}

static int split_by_layout(struct special_split *out, const struct elf *elf,
			   const struct elf_sec *sec, struct arena *arena, struct diag *diag)
{
	struct diag_where where = { .object = elf->path, .section = sec->name };

	out->layout = special_fit_only(out, elf, sec);
	if (out->layout) {
		split_evenly(out, sec, out->layout->size, arena);
		return 0;
	}
	return diag_error(diag, &where, "entry-size",
			  "cannot tell the entries apart: %s%s",
			  special_fit_text(out, elf, sec, arena),
			  sec->flags & SHF_MERGE && !sec->entsize
				  ? " (its sh_entsize was lost: Clang's assembler before 20 drops it)"
				  : "");
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
