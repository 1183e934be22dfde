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

/* What is true of symbols of modules alone: they are resolved late, and anew (F33). */
static int check_late(const struct arch *arch, const struct elf_sec *sec,
		      const struct arch_reloc *row, const char *patched,
		      const struct diag_where *where, struct diag *diag)
{
	if (row->flags & (RELOC_ADD | RELOC_SUB))
		return diag_error(diag, where, "not-repeatable",
				  "%s would be applied again, to its own result, whenever %s is "
				  "loaded anew",
				  row->name, patched);
	if (row->flags & RELOC_EARLY && sec->flags & SHF_EXECINSTR)
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
	return strcmp(patched, "vmlinux") ? check_late(arch, sec, row, patched, &where, diag) : 0;
}
