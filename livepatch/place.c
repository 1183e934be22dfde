// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Can the place do what a livepatch relocation asks of it?  Checks beyond the kernel's rules of
 * form: things that the loader does wrongly without a word, such as a relocation type that it
 * does not apply, or a table that it reads before the relocation is applied.
 */
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/hash.h>
#include <klp/livepatch.h>
#include <klp/special.h>

/* Replacement code of an alternative: [begin, end) of a section. */
struct replacement {
	uint32_t sec;
	int64_t begin, end;
	int64_t furthest;		/* end of any up to this one, in their order */
};

struct klp_places {
	const struct elf *elf;
	const struct arch *arch;
	struct arena *arena;
	struct map extended;		/* rela section and symbol that a RELOC_FAR of it names */
	bool *is_indexed;		/* rela sections whose are in it */
	bool has_replacements;		/* the list is made */
	struct replacement *replacements;	/* by section, then begin */
	size_t nr, cap;
};

struct klp_places *klp_places_new(const struct elf *elf, const struct arch *arch,
				  struct arena *arena)
{
	struct klp_places *places = arena_alloc(arena, sizeof(*places));

	*places = (struct klp_places){ .elf = elf, .arch = arch, .arena = arena };
	map_init(&places->extended, arena);
	places->is_indexed = arena_calloc(arena, elf->nr_secs, sizeof(bool));
	return places;
}

static uint64_t rela_key(const struct elf_sec *rela, uint32_t sym)
{
	return (uint64_t)rela->index << 32 | sym;
}

/* Another relocation to the same symbol makes the address a long one. */
static bool is_extended(struct klp_places *places, const struct elf_sec *rela, uint32_t sym)
{
	for (size_t i = 0; !places->is_indexed[rela->index] && i < rela->nr_relocs; i++) {
		const struct arch_reloc *row = arch_reloc(places->arch, rela->relocs[i].type);

		if (row && row->flags & RELOC_FAR)
			map_add_u64(&places->extended, rela_key(rela, rela->relocs[i].sym), 1);
	}
	places->is_indexed[rela->index] = true;
	return map_find_u64(&places->extended, rela_key(rela, sym));
}

/* ---- replacement code that stands in the functions' own sections (arm64, LoongArch) ---- */

/* The targets that the relocations at `at` add and subtract. */
static int64_t sum_at(const struct klp_places *places, const struct elf_sec *rela, uint64_t at)
{
	int64_t sum = 0;

	for (size_t k = elf_first_reloc(rela, at);
	     k < rela->nr_relocs && rela->relocs[k].offset == at; k++) {
		const struct elf_reloc *r = &rela->relocs[k];
		const struct arch_reloc *row = arch_reloc(places->arch, r->type);
		int64_t value = (int64_t)places->elf->syms[r->sym].value + r->addend;

		if (row && !(row->flags & RELOC_MARKER))
			sum += row->flags & RELOC_SUB ? -value : value;
	}
	return sum;
}

/* The replacement of the entry at at.  LoongArch's linker may fill in the length. */
static void add_replacement(struct klp_places *places, const struct elf_sec *table,
			    const struct special_layout *l, uint64_t at)
{
	const struct elf_sec *rela = table->rela;
	uint64_t field = at + (uint64_t)l->repl;
	int64_t len = table->data[at + (uint64_t)l->repl_len] +
		      sum_at(places, rela, at + (uint64_t)l->repl_len);
	struct replacement r = { 0 };

	for (size_t k = elf_first_reloc(rela, field);
	     k < rela->nr_relocs && rela->relocs[k].offset == field; k++) {
		const struct arch_reloc *row = arch_reloc(places->arch, rela->relocs[k].type);
		const struct elf_sym *sym = &places->elf->syms[rela->relocs[k].sym];

		if (row && !(row->flags & (RELOC_MARKER | RELOC_SUB)))
			r = (struct replacement){
				.sec = sym->sec,
				.begin = (int64_t)sym->value + rela->relocs[k].addend,
			};
	}
	r.end = r.begin + len;
	places->replacements = arena_grow(places->arena, places->replacements, places->nr,
					  &places->cap, sizeof(*places->replacements));
	places->replacements[places->nr++] = r;
}

static int replacement_cmp(const void *pa, const void *pb)
{
	const struct replacement *a = pa, *b = pb;

	if (a->sec != b->sec)
		return a->sec < b->sec ? -1 : 1;
	return (a->begin > b->begin) - (a->begin < b->begin);
}

static void list_replacements(struct klp_places *places)
{
	places->has_replacements = true;
	for_each_sec (places->elf, table) {
		const struct special_rule *rule = special_rule(places->arch, table);
		const struct special_layout *l = rule ? &rule->layouts[0] : NULL;

		/* x86 and ppc64, which have several layouts, keep it in sections of its own. */
		if (!rule || !l->size || l->repl == SPECIAL_NONE || rule->layouts[1].size ||
		    !table->data || !table->rela || rule->flags & SPECIAL_REPL_END)
			continue;
		for (uint64_t at = 0; at + l->size <= table->size; at += l->size)
			add_replacement(places, table, l, at);
	}
	if (places->nr)
		qsort(places->replacements, places->nr, sizeof(*places->replacements),
		      replacement_cmp);
	for (size_t i = 0; i < places->nr; i++) {
		struct replacement *r = &places->replacements[i];

		r->furthest = r->end;
		if (i && r[-1].sec == r->sec && r[-1].furthest > r->end)
			r->furthest = r[-1].furthest;
	}
}

static bool is_replacement(struct klp_places *places, const struct elf_sec *sec, uint64_t off)
{
	const struct replacement at = { .sec = sec->index, .begin = (int64_t)off };
	size_t low = 0, high;

	if (!places->has_replacements)
		list_replacements(places);
	high = places->nr;
	while (low < high) {	/* the first that begins behind off */
		size_t mid = low + (high - low) / 2;

		if (replacement_cmp(&places->replacements[mid], &at) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low && places->replacements[low - 1].sec == sec->index &&
	       places->replacements[low - 1].furthest > (int64_t)off;
}

/*
 * The kernel copies an alternative's replacement from where the entry says to where it says, both
 * of the module.  What the kernel had for itself is freed once it is up (x86), or lies behind its
 * own function's end: not what the copy was compiled with.  arm64's callbacks are functions,
 * whoever has them (include/asm/alternative-macros.h of arch/arm64: ALTERNATIVE_CB).
 */
static bool names_code_of_entry(const struct klp_places *places, const struct elf_sec *sec,
				uint64_t off)
{
	const struct special_rule *rule = special_rule(places->arch, sec);
	const struct special_layout *l = rule ? &rule->layouts[0] : NULL;
	uint64_t feature = off + 4;

	if (!l || !l->size || l->repl == SPECIAL_NONE)
		return false;
	return !(rule->flags & SPECIAL_CALLBACK && off % l->size == (uint64_t)l->repl &&
		 sec->data && feature + 2 <= sec->size && get_le16(sec->data + feature) & 1u << 15);
}

/* include/linux/module.h: MOD_TEXT, MOD_RODATA and MOD_RO_AFTER_INIT. */
bool klp_read_only(const struct elf_sec *sec)
{
	return !(sec->flags & SHF_WRITE) || !strcmp(sec->name, ".data..ro_after_init");
}

/* Checks for symbols of modules alone: they are resolved late, and each time anew. */
static int check_late(struct klp_places *places, const struct elf_sec *sec,
		      const struct arch_reloc *row, const char *patched,
		      const struct diag_where *where, struct diag *diag)
{
	const char *advice = places->arch->reach_advice;

	if (is_replacement(places, sec, where->offset))
		return diag_error(diag, where, "too-late",
				  "the kernel copies this replacement code of an alternative when "
				  "the patch module loads, but relocations of module %s are applied "
				  "once that module is there; change the patch so that this place "
				  "does not refer to it",
				  patched);
	if (row->flags & (RELOC_ADD | RELOC_SUB))
		return diag_error(diag, where, "not-repeatable",
				  "%s would be applied again, to its own result, whenever %s is "
				  "loaded anew",
				  row->name, patched);
	if (row->flags & RELOC_EARLY && klp_read_only(sec) && !(sec->flags & SHF_EXECINSTR))
		return diag_error(diag, where, "late-in-code",
				  "%s would be applied when %s is loaded, to data that is read-only "
				  "by then: make it writable (without const)",
				  row->name, patched);
	if (row->flags & RELOC_EARLY && klp_read_only(sec))
		return diag_error(diag, where, "late-in-code",
				  "%s would be applied when %s is loaded, to code that is read-only "
				  "by then%s%s",
				  row->name, patched, advice ? ": " : "", advice ?: "");
	return 0;
}

int klp_place_check(struct klp_places *places, const struct elf_sec *rela,
		    const struct elf_reloc *r, const char *object, const char *patched,
		    struct diag *diag)
{
	const struct elf *elf = places->elf;
	const struct arch *arch = places->arch;
	const struct elf_sec *sec = elf->secs[rela->info];
	const struct arch_reloc *row = arch_reloc(arch, r->type);
	const struct arch_refusal *why = NULL;
	const char *advice;
	struct diag_where where = {
		.object = elf->path,
		.section = sec->name,
		.symbol = elf->syms[r->sym].name,
		.offset = r->offset,
		.has_offset = true,
	};

	if (!row || !(row->flags & RELOC_LOADER) || row->size > sec->size - r->offset)
		return 0; /* refused by klp_form_check() */
	/* Of a module's, klp_form_check() says that the kernel reads the whole table too early. */
	if (!strcmp(patched, "vmlinux") && names_code_of_entry(places, sec, r->offset))
		return diag_error(diag, &where, "replacement-outside",
				  "an alternative's entry that names the kernel's code: both the place "
				  "and the replacement have to be in the module");
	if (row->flags & RELOC_NEAR && !strcmp(object, "vmlinux") &&
	    !is_extended(places, rela, r->sym))
		return diag_error(diag, &where, "out-of-reach",
				  "%s does not reach from a module to the kernel%s%s", row->name,
				  arch->reach_advice ? ": " : "", arch->reach_advice ?: "");
	if (sec->flags & SHF_EXECINSTR && sec->data)
		why = arch_refuse_outside(arch, sec->data, sec->size, r->offset, r->type, r->addend);
	/* The reason; the advice behind it is for klp diff. */
	advice = why ? strstr(why->text, ": ") : NULL;
	if (why)
		return diag_error(diag, &where, why->code, "%.*s",
				  (int)(advice ? (size_t)(advice - why->text) : strlen(why->text)),
				  why->text);
	return strcmp(patched, "vmlinux") ? check_late(places, sec, row, patched, &where, diag) : 0;
}
