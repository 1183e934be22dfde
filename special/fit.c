// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Find the known form of a section's entries, by the places of its relocations and in few cases
 * by their targets.
 *
 * For example, __ex_table has had entries of 8 bytes (two references) and of 12 (two references
 * and a type).  In a section of 24 bytes with references at 0, 4, 12 and 16, only the second
 * form fits.
 */
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/elf.h>
#include <klp/text.h>

#include "internal.h"

/* Neither a mark nor half of a small difference (LoongArch: a length, as one label minus another).
 */
static bool is_reference(const struct arch_reloc *row)
{
	if (row->flags & (RELOC_ADD | RELOC_SUB) && row->size < 4)
		return false;
	return !(row->flags & RELOC_MARKER);
}

/* Where and how a section is not made of entries of a layout. */
struct misfit {
	uint64_t at;
	const char *what;
};

static bool misfits(struct misfit *why, uint64_t at, const char *what)
{
	*why = (struct misfit){ at, what };
	return false;
}

/* x86 from 4.6 to 5.15 names them so: arch/x86/mm/extable.c; outside of it they are undefined. */
static bool is_handler(const struct elf_sym *sym)
{
	return starts_with(sym->name, "ex_handler_");
}

/* __FILE__: no blanks, and a suffix. */
static bool is_file_name(const struct elf *elf, const struct elf_reloc *r)
{
	const struct elf_sym *sym = &elf->syms[r->sym];
	const struct elf_sec *sec = elf_sym_in_sec(sym) ? elf->secs[sym->sec] : NULL;
	uint64_t off = sym->value + (uint64_t)r->addend;
	const char *s, *end, *dot;

	if (!sec || !sec->data || off >= sec->size)
		return false;
	s = (const char *)sec->data + off;
	end = memchr(s, '\0', sec->size - off);
	if (!end || end - s != (ptrdiff_t)strcspn(s, " \t\n%"))
		return false;
	dot = strrchr(s, '.');
	return dot && end - dot > 1 && end - dot <= 4;
}

/* Entries of other tables, such as those for ftrace, are about handlers as about all functions. */
static bool may_have_handlers(const struct special_rule *rule)
{
	for (int i = 0; i < SPECIAL_LAYOUTS && rule->layouts[i].size; i++)
		if (rule->layouts[i].is & LAYOUT_HANDLER)
			return true;
	return false;
}

/* Whether the reference in that word of an entry leads to what the layout has there. */
static bool leads_right(const struct elf *elf, const struct special_rule *rule,
			const struct special_layout *l, const struct elf_reloc *r,
			unsigned int word)
{
	const struct elf_sym *sym = &elf->syms[r->sym];

	if (l->is & LAYOUT_FILE && word == 1)
		return is_file_name(elf, r);
	if (l->is & LAYOUT_HANDLER && word == 2)
		return is_handler(sym) || sym->sec == ELF_SEC_UNDEF;
	return !may_have_handlers(rule) || !is_handler(sym);
}

/*
 * x86 before 5.13: an alternative that puts nothing in place of its code (static_cpu_has()) has a
 * zero where others have the distance to the replacement, and a length of zero.
 */
static uint32_t may_lack(const struct special_split *split, const struct elf_sec *sec,
			 const struct special_layout *l, uint64_t start)
{
	if (l->repl == SPECIAL_NONE || split->rule->flags & SPECIAL_REPL_END || !sec->data ||
	    start + (uint64_t)l->repl_len >= sec->size || sec->data[start + (uint64_t)l->repl_len])
		return 0;
	return 1u << l->repl / 4;
}

/* Relocations from *k on, up to the entry's end, stand where the layout has references. */
static bool entry_fits(const struct special_split *split, const struct elf *elf,
		       const struct elf_sec *sec, const struct special_layout *l, uint64_t start,
		       size_t *k, struct misfit *why)
{
	const struct elf_sec *rela = sec->rela;
	uint32_t found = 0, missing;

	for (; rela && *k < rela->nr_relocs && rela->relocs[*k].offset < start + l->size; (*k)++) {
		const struct elf_reloc *r = &rela->relocs[*k];
		const struct arch_reloc *row = arch_reloc(split->arch, r->type);
		unsigned int word = (unsigned int)(r->offset - start) / 4;

		if (!is_reference(row))
			continue;
		if ((r->offset - start) % 4 || !((l->refs | l->may) >> word & 1))
			return misfits(why, r->offset, "a reference");
		/* A SUB subtracts the place itself. */
		if (!(row->flags & RELOC_SUB) && !leads_right(elf, split->rule, l, r, word))
			return misfits(why, r->offset, "a reference to something else");
		found |= 1u << word;
	}
	missing = l->refs & ~found & ~may_lack(split, sec, l, start);
	if (missing)
		return misfits(why, start + 4 * (uint64_t)__builtin_ctz(missing), "no reference");
	return true;
}

static bool layout_fits(const struct special_split *split, const struct elf *elf,
			const struct elf_sec *sec, const struct special_layout *l,
			struct misfit *why)
{
	uint64_t rest = sec->size % l->size;
	size_t k = 0;

	/* .parainstructions: up to its last byte, the entry is a pointer and two bytes */
	if (rest && !(l->is & LAYOUT_SHORT && rest >= 10))
		return misfits(why, 0, NULL);
	for (uint64_t at = 0; at < sec->size; at += l->size)
		if (!entry_fits(split, elf, sec, l, at, &k, why))
			return false;
	return true;
}

const struct special_layout *special_fit(const struct special_split *split, const struct elf *elf,
					 const struct elf_sec *sec, uint64_t size, bool *known)
{
	const struct special_rule *rule = split->rule;
	struct misfit why;

	*known = false;
	for (int i = 0; i < SPECIAL_LAYOUTS && rule->layouts[i].size; i++) {
		const struct special_layout *l = &rule->layouts[i];

		if (size && l->size != size)
			continue;
		*known = true;
		if (layout_fits(split, elf, sec, l, &why))
			return l;
	}
	return NULL;
}

/* An earlier layout of the rule has that size. */
static bool is_repeated(const struct special_rule *rule, int i)
{
	for (int k = 0; k < i; k++)
		if (rule->layouts[k].size == rule->layouts[i].size)
			return true;
	return false;
}

const struct special_layout *special_fit_only(const struct special_split *split,
					      const struct elf *elf, const struct elf_sec *sec)
{
	const struct special_rule *rule = split->rule;
	const struct special_layout *only = NULL, *l;
	bool known;

	for (int i = 0; i < SPECIAL_LAYOUTS && rule->layouts[i].size; i++) {
		l = special_fit(split, elf, sec, rule->layouts[i].size, &known);
		if (l && only && l->size != only->size)
			return NULL;
		only = only ?: l;
	}
	return only;
}

/* ---- what to say where that is not certain ---- */

/* Of several forms with that size, the one that went furthest. */
static struct misfit misfit_of(const struct special_split *split, const struct elf *elf,
			       const struct elf_sec *sec, uint64_t size)
{
	const struct special_rule *rule = split->rule;
	struct misfit best = { 0, NULL }, why;

	for (int i = 0; i < SPECIAL_LAYOUTS && rule->layouts[i].size; i++)
		if (rule->layouts[i].size == size &&
		    !layout_fits(split, elf, sec, &rule->layouts[i], &why) &&
		    (!best.what || why.at > best.at))
			best = why;
	return best;
}

static const char *size_text(const struct special_split *split, const struct elf *elf,
			     const struct elf_sec *sec, uint64_t size, bool fits,
			     struct arena *arena)
{
	struct misfit why;

	if (fits)
		return arena_printf(arena, "%llu (%llu entries)", (unsigned long long)size,
				    (unsigned long long)((sec->size + size - 1) / size));
	why = misfit_of(split, elf, sec, size);
	if (!why.what)
		return arena_printf(arena, "%llu (%llu is no multiple)", (unsigned long long)size,
				    (unsigned long long)sec->size);
	return arena_printf(arena, "%llu (%s at +0x%llx)", (unsigned long long)size, why.what,
			    (unsigned long long)why.at);
}

/* The sizes that fit, or those that do not. */
static const char *list_sizes(const struct special_split *split, const struct elf *elf,
			      const struct elf_sec *sec, bool fitting, struct arena *arena)
{
	const struct special_rule *rule = split->rule;
	const char *list = "";
	bool known;

	for (int i = 0; i < SPECIAL_LAYOUTS && rule->layouts[i].size; i++) {
		uint64_t size = rule->layouts[i].size;

		if (is_repeated(rule, i) || fitting != !!special_fit(split, elf, sec, size, &known))
			continue;
		list = arena_printf(arena, "%s%s%s", list, *list ? ", " : "",
				    size_text(split, elf, sec, size, fitting, arena));
	}
	return list;
}

const char *special_fit_text(const struct special_split *split, const struct elf *elf,
			     const struct elf_sec *sec, struct arena *arena)
{
	const char *fitting = list_sizes(split, elf, sec, true, arena);
	size_t nr_relocs = sec->rela ? sec->rela->nr_relocs : 0;

	if (*fitting)
		return arena_printf(arena,
				    "several of the known sizes fit its %llu bytes and %zu "
				    "relocations: %s; --entry-size %s=N says which is right",
				    (unsigned long long)sec->size, nr_relocs, fitting, sec->name);
	return arena_printf(arena,
			    "none of the known sizes fits its %llu bytes and %zu relocations: %s; "
			    "--entry-size %s=N takes every N bytes as an entry, of the function that "
			    "its first reference leads to",
			    (unsigned long long)sec->size, nr_relocs,
			    list_sizes(split, elf, sec, false, arena), sec->name);
}
