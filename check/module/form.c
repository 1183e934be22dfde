// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check on a module: its relocations and symbols, beyond the rules that every module is
 * held to.  For example, a livepatch relocation and an ordinary one at one place would both be
 * applied.
 */
#include <string.h>

#include <klp/special.h>
#include <klp/text.h>

#include "internal.h"

/* ---- sections ---- */

static void check_section(struct check *c, const struct elf_sec *sec)
{
	/* SHF_INFO_LINK is for tools (strip -g clears it): the kernel goes by sh_info alone. */
	if (sec->type == SHT_RELA && sec->flags & SHF_RELA_LIVEPATCH && sec->align < 8)
		check_finding(c, sec, 0, NULL, "klp-rela", "it is not aligned to 8");
	if (c->linked && sec->type != SHT_RELA && starts_with(sec->name, KLP_RELOCS_PREFIX))
		check_finding(c, sec, 0, NULL, "left-over",
			      "klp post-link has not been run on the module");
}

static void check_marked(struct check *c)
{
	if (!check_is_marked(c))
		check_finding(c, NULL, 0, NULL, "not-livepatch",
			      ".modinfo does not say livepatch=Y");
}

/* ---- ordinary relocations ---- */

static bool is_zero(const uint8_t *bytes, uint64_t size)
{
	while (size && !bytes[size - 1])
		size--;
	return !size;
}

/* The kernel's module loaders, as far as they check, want the field to be zero. */
static void check_field(struct check *c, const struct elf_sec *sec, const struct elf_reloc *r,
			const struct arch_reloc *row)
{
	if (!row->mask && sec->data && !(row->flags & (RELOC_SUB | RELOC_MARKER)) &&
	    (!(row->flags & RELOC_ADD) || row->size >= 4) && !is_zero(sec->data + r->offset, row->size))
		check_finding(c, sec, r->offset, NULL, "field",
			      "the field of %s is not zero", row->name);
}

static void check_ordinary(struct check *c, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(c->arch, r->type);

	if (!row || !(row->flags & RELOC_LOADER)) {
		check_finding(c, sec, r->offset, NULL, "loader",
			      "relocation type %u (%s) is not one that the kernel of %s applies",
			      r->type, row ? row->name : "unknown", c->arch->name);
		return;
	}
	if (row->size > sec->size - r->offset) {
		check_finding(c, sec, r->offset, NULL, "range",
			      "%s reaches beyond the end of the section", row->name);
		return;
	}
	check_field(c, sec, r, row);
}

/* ---- livepatch relocations ---- */

static bool is_lone(const struct check *c, uint32_t type)
{
	const struct arch_reloc *row = arch_reloc(c->arch, type);

	return row && reloc_fills_alone(row);
}

/* One place, one relocation. */
static void check_twice(struct check *c, const struct elf_sec *rela, size_t k)
{
	const struct elf_sec *sec = c->elf->secs[rela->info];
	const struct elf_reloc *r = &rela->relocs[k], *other = check_reloc_at(c, sec, r->offset);
	uint64_t place = (uint64_t)rela->info << 40 ^ r->offset;
	bool twice = false;

	if (!is_lone(c, r->type))
		return;
	for_each_u64 (&c->lone_places, place, e)
		twice |= e->value == rela->info;
	map_add_u64(&c->lone_places, place, rela->info);
	if (twice || (other && is_lone(c, other->type)))
		check_finding(c, sec, r->offset, NULL, "klp-reloc-twice",
			      "another relocation is for the same place");
}

static void collect_ref(struct check *c, const struct elf_sec *rela, const struct elf_reloc *r)
{
	const char *object = rela->name + strlen(KLP_RELA_PREFIX);
	const struct elf_sec *sec = c->elf->secs[rela->info];
	const struct arch_reloc *row = arch_reloc(c->arch, r->type);
	size_t len = strcspn(object, ".");
	struct livepatch_ref *ref;

	if (!starts_with(rela->name, KLP_RELA_PREFIX) || klp_name_check_object(object, len) || !row ||
	    row->size > sec->size - r->offset)
		return;
	c->refs = arena_grow(c->arena, c->refs, c->nr_refs, &c->cap_refs, sizeof(*c->refs));
	ref = &c->refs[c->nr_refs];
	*ref = (struct livepatch_ref){ .sec = sec, .rela = rela, .reloc = r };
	if (c->elf->syms[r->sym].sec != ELF_SEC_LIVEPATCH ||
	    klp_name_parse(c->elf->syms[r->sym].name, &ref->to))
		return;
	memcpy(ref->patched, object, len);
	c->nr_refs++;
	check_field(c, sec, r, row);
}

/* Two ordinary ones, of which before is the last in front that has a field of its own. */
static void check_overlap(struct check *c, const struct elf_sec *sec,
			  const struct elf_reloc *before, const struct elf_reloc *r)
{
	if (before && r->offset - before->offset < arch_reloc(c->arch, before->type)->size)
		check_finding(c, sec, r->offset, NULL, "klp-reloc-twice",
			      "another relocation is for the same place");
}

static void check_relocs(struct check *c, const struct elf_sec *rela)
{
	const struct elf_sec *sec = c->elf->secs[rela->info];
	const struct elf_reloc *before = NULL;

	for (size_t k = 0; k < rela->nr_relocs; k++) {
		c->sym_used[rela->relocs[k].sym] = 1;
		if (rela->flags & SHF_RELA_LIVEPATCH) {
			check_twice(c, rela, k);
			collect_ref(c, rela, &rela->relocs[k]);
		} else if (sec->flags & SHF_ALLOC) {
			check_ordinary(c, sec, &rela->relocs[k]);
			if (!is_lone(c, rela->relocs[k].type))
				continue;
			check_overlap(c, sec, before, &rela->relocs[k]);
			before = &rela->relocs[k];
		}
	}
}

/* ---- symbols ---- */

static bool is_in_kernel(const struct check *c, const char *name)
{
	size_t nr;

	arena_work(c->arena, symlist_count(c->kernels));
	for (size_t i = 0; i < symlist_count(c->kernels); i++)
		if (kernel_file_find(symlist_at(c->kernels, i), name, &nr))
			return true;
	return false;
}

/* verify_namespace_is_imported() of kernel/module/main.c */
static bool imports(const struct check *c, const char *ns)
{
	const char *said;

	for (uint64_t at = 0; (said = elf_modinfo(c->elf, "import_ns=", &at)); arena_work(c->arena, 1))
		if (!strcmp(said, ns))
			return true;
	return false;
}

/* An undefined symbol: the module loader must find it among the exports (simplify_symbols()). */
static void check_import(struct check *c, const struct elf_sym *sym)
{
	const struct export *e = exports_find(c->exports, sym->name);

	if (!c->knows_exports || (c->opts->with_inputs && !e) || arch_is_own_symbol(c->arch, sym->name) ||
	    (arch_is_trace_symbol(c->arch, sym->name) && !e))
		return;
	if (!e && sym->bind != STB_WEAK)
		check_finding(c, NULL, 0, sym->name, "not-exported",
			      "the kernel does not export it, as far as --symvers tells");
	if (!e && sym->bind == STB_WEAK && is_in_kernel(c, sym->name))
		check_finding(c, NULL, 0, sym->name, "weak",
			      "the kernel has it, but does not export it to this weak reference");
	if (e && (export_for_named_modules(e) || (*e->ns && !imports(c, e->ns))))
		check_finding(c, NULL, 0, sym->name, "namespace",
			      "it is exported in the namespace %s, which the module does not import%s",
			      e->ns, export_for_named_modules(e) ? ", nor can" : "");
}

static void check_livepatch_symbol(struct check *c, const struct elf_sym *sym)
{
	if (sym->sec != ELF_SEC_LIVEPATCH)
		check_finding(c, NULL, 0, sym->name, "klp-symbol",
			      "the symbol is not SHN_LIVEPATCH, but %s",
			      sym->sec == ELF_SEC_UNDEF ? "undefined" : "defined in the module");
	else if (sym->value || sym->size || (sym->bind != STB_GLOBAL && sym->bind != STB_WEAK))
		check_finding(c, NULL, 0, sym->name, "symbol-form",
			      "the livepatch symbol has a value or a size, or is local");
	else if (!c->sym_used[sym - c->elf->syms])
		check_finding(c, NULL, 0, sym->name, "klp-unused",
			      "no relocation leads to the livepatch symbol");
}

static void check_symbol(struct check *c, const struct elf_sym *sym)
{
	if (starts_with(sym->name, KLP_SYM_PREFIX)) {
		check_livepatch_symbol(c, sym);
		return;
	}
	if (sym->sec == ELF_SEC_LIVEPATCH)
		return; /* its name was reported */
	if (starts_with(sym->name, KLP_TOMBSTONE_PREFIX) || starts_with(sym->name, KLP_ENTRY_PREFIX))
		check_finding(c, NULL, 0, sym->name, "left-over",
			      "klp post-link removes such symbols");
	else if (sym->sec == ELF_SEC_UNDEF && sym->type != STT_FILE && *sym->name)
		check_import(c, sym);
	else if (sym->sec == ELF_SEC_COMMON)
		check_finding(c, NULL, 0, sym->name, "symbol-form",
			      "a common symbol: compile with -fno-common");
}

void check_form(struct check *c)
{
	map_init(&c->lone_places, c->arena);
	c->sym_used = arena_calloc(c->arena, c->elf->nr_syms, sizeof(*c->sym_used));
	if (c->linked)
		check_marked(c);
	for_each_sec (c->elf, sec) {
		if (sec->dropped)
			continue;
		check_section(c, sec);
		if (sec->type == SHT_RELA)
			check_relocs(c, sec);
	}
	for_each_sym (c->elf, sym)
		if (!sym->dropped)
			check_symbol(c, sym);
}
