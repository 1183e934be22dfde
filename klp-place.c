// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether a place can do what a livepatch relocation asks of it: what the kernel's
 * rules of form (klp-form.c) leave open, and what the loader does without a word.
 */
#include <string.h>

#include <klp/arch.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/post-link.h>
#include <klp/special.h>

/* Another relocation to the same symbol makes the address a long one. */
static bool is_extended(const struct arch *arch, const struct elf_sec *rela,
			const struct elf_reloc *r)
{
	for (size_t i = 0; i < rela->nr_relocs; i++) {
		const struct arch_reloc *row = arch_reloc(arch, rela->relocs[i].type);

		if (rela->relocs[i].sym == r->sym && row && row->flags & RELOC_FAR)
			return true;
	}
	return false;
}

/* ---- replacement code that stands in the functions' own sections (arm64, LoongArch) ---- */

/* What the relocations at at add and subtract. */
static int64_t sum_at(const struct elf *elf, const struct arch *arch, const struct elf_sec *sec,
		      uint64_t at)
{
	int64_t sum = 0;

	for (size_t k = 0; sec->rela && k < sec->rela->nr_relocs; k++) {
		const struct elf_reloc *r = &sec->rela->relocs[k];
		const struct arch_reloc *row = arch_reloc(arch, r->type);
		int64_t value = (int64_t)elf->syms[r->sym].value + r->addend;

		if (r->offset != at || !row || row->flags & RELOC_MARKER)
			continue;
		sum += row->flags & RELOC_SUB ? -value : value;
	}
	return sum;
}

/* Is off in the replacement of the entry at at?  LoongArch's linker may fill in the length. */
static bool replaces_with(const struct elf *elf, const struct arch *arch,
			  const struct elf_sec *table, const struct special_layout *l, uint64_t at,
			  const struct elf_sec *sec, uint64_t off)
{
	uint32_t to = 0;
	int64_t len = table->data[at + (uint64_t)l->repl_len];
	int64_t begin = 0;

	for (size_t k = 0; k < table->rela->nr_relocs; k++) {
		const struct elf_reloc *r = &table->rela->relocs[k];
		const struct arch_reloc *row = arch_reloc(arch, r->type);

		if (r->offset != at + (uint64_t)l->repl || !row ||
		    row->flags & (RELOC_MARKER | RELOC_SUB))
			continue;
		to = elf->syms[r->sym].sec;
		begin = (int64_t)elf->syms[r->sym].value + r->addend;
	}
	len += sum_at(elf, arch, table, at + (uint64_t)l->repl_len);
	return to == sec->index && (int64_t)off >= begin && (int64_t)off < begin + len;
}

static bool is_replacement(const struct elf *elf, const struct arch *arch,
			   const struct elf_sec *sec, uint64_t off)
{
	for (uint32_t s = 1; s < elf->nr_secs; s++) {
		const struct elf_sec *table = elf->secs[s];
		const struct special_rule *rule = special_rule(arch, table);
		const struct special_layout *l = rule ? &rule->layouts[0] : NULL;

		/* x86 and ppc64, which have several layouts, keep it in sections of its own. */
		if (!rule || !l->size || l->repl == SPECIAL_NONE || rule->layouts[1].size ||
		    !table->data || !table->rela || rule->flags & SPECIAL_REPL_END)
			continue;
		for (uint64_t at = 0; at + l->size <= table->size; at += l->size)
			if (replaces_with(elf, arch, table, l, at, sec, off))
				return true;
	}
	return false;
}

/* include/linux/module.h: MOD_TEXT, MOD_RODATA and MOD_RO_AFTER_INIT. */
bool klp_read_only(const struct elf_sec *sec)
{
	return !(sec->flags & SHF_WRITE) || !strcmp(sec->name, ".data..ro_after_init");
}

/* What is true of symbols of modules alone: they are resolved late, and anew (F33). */
static int check_late(const struct elf *elf, const struct arch *arch, const struct elf_sec *sec,
		      const struct arch_reloc *row, const char *patched,
		      const struct diag_where *where, struct diag *diag)
{
	if (is_replacement(elf, arch, sec, where->offset))
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
				  row->name, patched, arch->reach_advice ? ": " : "",
				  arch->reach_advice ?: "");
	return 0;
}

int klp_place_check(const struct elf *elf, const struct arch *arch, const struct elf_sec *rela,
		    const struct elf_reloc *r, const char *object, const char *patched,
		    struct diag *diag)
{
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
	if (row->flags & RELOC_NEAR && !strcmp(object, "vmlinux") && !is_extended(arch, rela, r))
		return diag_error(diag, &where, "out-of-reach",
				  "%s does not reach from a module to the kernel%s%s", row->name,
				  arch->reach_advice ? ": " : "", arch->reach_advice ?: "");
	if (sec->flags & SHF_EXECINSTR && sec->data)
		why = arch->refuse_outside(sec->data, sec->size, r->offset, r->type, r->addend);
	/* The reason; the advice behind it is for klp diff. */
	advice = why ? strstr(why->text, ": ") : NULL;
	if (why)
		return diag_error(diag, &where, why->code, "%.*s",
				  (int)(advice ? (size_t)(advice - why->text) : strlen(why->text)),
				  why->text);
	return strcmp(patched, "vmlinux") ?
		       check_late(elf, arch, sec, row, patched, &where, diag) : 0;
}
