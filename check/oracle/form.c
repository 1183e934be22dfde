// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: the output's sections and relocations.
 */
#include <string.h>

#include "internal.h"

static const struct klp_entry *entry_for(const struct image *img, uint32_t sec, uint64_t at)
{
	for (const struct map_entry *e = map_find_u64(&img->klp_places,
						      (uint64_t)sec << 40 ^ at);
	     e; e = map_next(&img->klp_places, e))
		if (img->klp[e->value].sec == sec && img->klp[e->value].at == at)
			return &img->klp[e->value];
	return NULL;
}

static void check_tombstone(struct oracle *o, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const char *name = o->out.elf->syms[r->sym].name + strlen(KLP_TOMBSTONE_PREFIX);
	const struct klp_entry *e = entry_for(&o->out, sec->index, r->offset);
	struct klp_sym_name parsed;
	const char *klp;

	if (!e) {
		finding(o, sec->index, r->offset, "tombstone", "no livepatch relocation is for it");
		return;
	}
	klp = o->out.elf->syms[e->sym].name;
	if (klp_name_parse(klp, &parsed) || parsed.name_len != strlen(name) ||
	    strncmp(parsed.name, name, parsed.name_len) || e->addend != r->addend ||
	    e->type != r->type)
		finding(o, sec->index, r->offset, "tombstone",
			"the livepatch relocation to %s is not the one to %s", klp, name);
}

static bool is_zero(const uint8_t *bytes, uint64_t size)
{
	while (size && !bytes[size - 1])
		size--;
	return !size;
}

/* Instructions and small differences have more in their fields, or a part of the value. */
static bool is_written_whole(const struct arch_reloc *row)
{
	return !row->mask && !(row->flags & (RELOC_SUB | RELOC_MARKER)) &&
	       (!(row->flags & RELOC_ADD) || row->size >= 4);
}

static void check_reloc(struct oracle *o, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(o->arch, r->type);
	const char *name = o->out.elf->syms[r->sym].name;

	o->sym_used[r->sym] = 1;
	if (!(row->flags & RELOC_LOADER))
		finding(o, sec->index, r->offset, "loader",
			"the kernel's module loader does not apply %s", row->name);
	if (r->offset + row->size > sec->size)
		finding(o, sec->index, r->offset, "range", "the field ends behind its section");
	else if (is_written_whole(row) && !is_zero(sec->data + r->offset, row->size))
		finding(o, sec->index, r->offset, "field", "the field must be zero until then");
	check_reach(o, sec, r);
	if (has_prefix(name, KLP_TOMBSTONE_PREFIX))
		check_tombstone(o, sec, r);
	else if (has_prefix(name, KLP_SYM_PREFIX) &&
		 !has_prefix(sec->name, KLP_RELOCS_PREFIX "."))
		finding(o, sec->index, r->offset, "klp-ordinary",
			"an ordinary relocation leads to a livepatch symbol");
}

/* Without a list of exports it may be. */
static bool is_exported_by(const struct oracle *o, const struct klp_sym_name *name)
{
	const char *s = arena_strndup(o->arena, name->name, name->name_len);
	const struct export *x = o->exports ? exports_find(o->exports, s) : NULL;

	return !o->exports || (x && same_object(x->module, name->object));
}

/* What the code at the place makes of it, once the module is finished. */
static void check_place(struct oracle *o, const struct klp_entry *e, const struct elf_reloc *r,
			const char *object)
{
	const struct elf_sec *sec = o->out.elf->secs[e->sec];

	if (!o->places)
		o->places = klp_places_new(o->out.elf, o->arch, o->arena);
	if (!klp_place_check(o->places, sec->rela, r, object, e->object, o->diag))
		return;
	klp_finding_adopt(&o->diag->items[o->diag->nr_items - 1]);
	o->nr_findings++;
}

/* Does the original refer to something of that module, or its own file say that it needs it? */
static bool needs_module(const struct oracle *o, const char *module)
{
	const struct elf *elf = o->orig.elf;

	if (kernel_file_depends(o->kernel, module))
		return true;
	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct export *x = elf->syms[i].sec == ELF_SEC_UNDEF ?
						 exports_find(o->exports, elf->syms[i].name) :
						 NULL;

		if (x && same_object(x->module, module))
			return true;
	}
	return false;
}

/*
 * A module that is there whenever the patched one is: judged once for each, and only with the
 * patched module's file, since its other objects may need it.
 */
static void check_dependency(struct oracle *o, const struct klp_entry *e, const char *module)
{
	if (!o->exports || !o->object || !o->kernel || !kernel_file_elf(o->kernel) ||
	    !strcmp(module, "vmlinux") ||
	    same_object(module, o->object) || map_find_str(&o->depends, module))
		return;
	map_add_str(&o->depends, module, 1);
	if (!needs_module(o, module))
		finding(o, e->sec, e->at, "undeclared-dependency",
			"a symbol of module %s, on which %s does not depend", module, o->object);
}

static void check_klp_entry(struct oracle *o, const struct klp_entry *e)
{
	const struct elf_sec *sec = o->out.elf->secs[e->sec];
	struct klp_sym_name name;
	const char *wrong = klp_name_parse(o->out.elf->syms[e->sym].name, &name);
	const struct elf_reloc *r = oracle_reloc_at(sec, e->at);

	if (wrong) {
		finding(o, e->sec, e->at, "klp-symbol", "%s: %s", o->out.elf->syms[e->sym].name,
			wrong);
		return;
	}
	check_dependency(o, e, arena_strdup(o->arena, name.object));
	/* What vmlinux has need not wait for the patched module. */
	if (o->object && !same_object(e->object, o->object) &&
	    (strcmp(e->object, "vmlinux") || strcmp(name.object, "vmlinux")))
		finding(o, e->sec, e->at, "not-applied",
			"its relocation is applied with %s, but %s is patched", e->object,
			o->object);
	if (!r || !has_prefix(o->out.elf->syms[r->sym].name, KLP_TOMBSTONE_PREFIX))
		finding(o, e->sec, e->at, "tombstone",
			"a livepatch relocation is for a place that no tombstone stands for");
	else
		check_place(o, e, r, name.object);
	if (strcmp(name.object, "vmlinux") && special_consumed_at_load(o->arch, sec->name))
		finding(o, e->sec, e->at, "too-late",
			"the kernel reads it before the relocation to %.*s of module %s is applied",
			(int)name.name_len, name.name, name.object);
	if (o->object && strcmp(name.object, "vmlinux") && strcmp(name.object, o->object) &&
	    !is_exported_by(o, &name))
		finding(o, e->sec, e->at, "klp-symbol", "the symbol is of module %s, not of %s",
			name.object, o->object);
}

/* What the linker would merge or leave out, and what is for it alone. */
static bool has_odd_flags(const struct elf_sec *sec, const struct elf_sec *ps)
{
	const uint64_t merge = SHF_MERGE | SHF_STRINGS, kind = SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR;

	if (!(sec->flags & SHF_ALLOC))
		return (ps && ps->flags & SHF_ALLOC) ||
		       sec->flags & ~(uint64_t)(SHF_INFO_LINK | merge);
	if (sec->type != ps->type || (sec->flags ^ ps->flags) & (kind | SHF_LINK_ORDER) ||
	    sec->flags & ~(kind | SHF_LINK_ORDER | SHF_INFO_LINK | merge))
		return true;
	/* A copy may be left unmerged. */
	return sec->flags & merge &&
	       ((sec->flags ^ ps->flags) & merge || sec->entsize != ps->entsize);
}

/* What patched does not have, the livepatch adds: read-only, its strings to be merged. */
static const struct elf_sec *model_of(const struct oracle *o, const struct elf_sec *sec)
{
	static const struct elf_sec own = { .type = SHT_PROGBITS, .flags = SHF_ALLOC, .align = 8 };
	static const struct elf_sec info = { .type = SHT_PROGBITS, .flags = SHF_ALLOC, .align = 1 };
	static const struct elf_sec strings = { .type = SHT_PROGBITS, .align = 1, .entsize = 1,
						.flags = SHF_ALLOC | SHF_MERGE | SHF_STRINGS };

	static const struct elf_sec slots = { .type = SHT_PROGBITS, .align = 8,
					      .flags = SHF_ALLOC | SHF_WRITE };
	const struct elf_sec *ps = elf_find_sec(o->patched.elf, sec->name);

	if (!ps && o->arch->slots && !strcmp(sec->name, o->arch->slots))
		return &slots;
	if (!strcmp(sec->name, ".modinfo"))
		return &info;
	if (!strcmp(sec->name, ".rodata.klp.str1.1"))
		return &strings;
	return is_own_table(o, sec) ? &own : ps;
}

/* SHF_LINK_ORDER: the linker keeps and drops it with the section of which it speaks, or one of them. */
static bool is_linked_right(const struct oracle *o, const struct elf_sec *sec)
{
	for (size_t k = 0; sec->rela && k < sec->rela->nr_relocs; k++)
		if (o->out.elf->syms[sec->rela->relocs[k].sym].sec == sec->link)
			return sec->link;
	return false;
}

static void check_section(struct oracle *o, const struct elf_sec *sec)
{
	const struct special_rule *rule = special_rule(o->arch, sec);
	const struct elf_sec *model = model_of(o, sec);

	if (!model && sec->flags & SHF_ALLOC)
		finding(o, sec->index, 0, "section-kind", "%s has no section of that name",
			o->patched.elf->path);
	else if (has_odd_flags(sec, model))
		finding(o, sec->index, 0, "section-kind", "its flags or type are wrong");
	else if (sec->flags & SHF_LINK_ORDER && !is_linked_right(o, sec))
		finding(o, sec->index, 0, "section-kind", "it is linked to another section than %s",
			"that of which its entries speak");
	if ((is_own_table(o, sec) || (rule && rule->flags & SPECIAL_TABLE)) && model &&
	    sec->align < model->align)
		finding(o, sec->index, 0, "section-kind", "it must be aligned to %llu",
			(unsigned long long)model->align);
	if (o->arch->slots && !strcmp(sec->name, o->arch->slots) && sec->align < 8)
		finding(o, sec->index, 0, "section-kind", "its slots are doublewords");
}

void check_relocs(struct oracle *o)
{
	const struct elf *elf = o->out.elf;

	if (elf->flags != o->patched.elf->flags)
		finding(o, 0, 0, "machine-flags", "e_flags is %#x, in %s %#x", elf->flags,
			o->patched.elf->path, o->patched.elf->flags);
	for (uint32_t s = 1; s < elf->nr_secs; s++) {
		const struct elf_sec *rela = elf->secs[s]->rela;

		if (elf->secs[s]->type != SHT_RELA)
			check_section(o, elf->secs[s]);

		for (size_t k = 0; rela && k < rela->nr_relocs; k++)
			check_reloc(o, elf->secs[s], &rela->relocs[k]);
	}
	for (size_t i = 0; i < o->out.nr_klp; i++)
		check_klp_entry(o, &o->out.klp[i]);
}
