// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: the output's sections are of the kind, and its relocations in the form, that the
 * inputs call for; what the kernel demands of every module is checked before.
 */
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

static const struct klp_entry *entry_for(const struct image *img, uint32_t sec, uint64_t at)
{
	for_each_u64 (&img->klp_places, (uint64_t)sec << 40 ^ at, e)
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

	if (!e)
		return;
	klp = o->out.elf->syms[e->sym].name;
	if (klp_name_parse(klp, &parsed) || parsed.name_len != strlen(name) ||
	    strncmp(parsed.name, name, parsed.name_len) || e->addend != r->addend ||
	    e->type != r->type)
		oracle_finding(o, sec->index, r->offset, "tombstone",
			       "the livepatch relocation to %s is not the one to %s", klp, name);
}

static void check_reloc(struct oracle *o, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const char *name = o->out.elf->syms[r->sym].name;

	o->sym_used[r->sym] = 1;
	check_reach(o, sec, r);
	if (starts_with(name, KLP_TOMBSTONE_PREFIX))
		check_tombstone(o, sec, r);
	else if (starts_with(name, KLP_SYM_PREFIX) &&
		 !starts_with(sec->name, KLP_RELOCS_PREFIX "."))
		oracle_finding(o, sec->index, r->offset, "klp-ordinary",
			       "an ordinary relocation leads to a livepatch symbol");
}

/* Without a list of exports it may be. */
static bool is_exported_by(const struct oracle *o, const struct klp_sym_name *name)
{
	const char *s = arena_strndup(o->arena, name->name, name->name_len);
	const struct export *x = o->exports ? exports_find(o->exports, s) : NULL;

	return !o->exports || (x && oracle_same_object(x->module, name->object));
}

/* Does the original refer to something of that module, or its own file say that it needs it? */
static bool needs_module(const struct oracle *o, const char *module)
{
	const struct elf *elf = o->orig.elf;

	if (kernel_file_depends(o->kernel, module))
		return true;
	for_each_sym (elf, sym) {
		const struct export *x =
			sym->sec == ELF_SEC_UNDEF ? exports_find(o->exports, sym->name) : NULL;

		if (x && oracle_same_object(x->module, module))
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
	    !strcmp(module, "vmlinux") || oracle_same_object(module, o->object) ||
	    map_find_str(&o->depends, module))
		return;
	map_add_str(&o->depends, module, 1);
	if (!needs_module(o, module))
		oracle_finding(o, e->sec, e->at, "undeclared-dependency",
			       "a symbol of module %s, on which %s does not depend", module,
			       o->object);
}

static void check_klp_entry(struct oracle *o, const struct klp_entry *e)
{
	struct klp_sym_name name;

	if (klp_name_parse(o->out.elf->syms[e->sym].name, &name))
		return;
	check_dependency(o, e, arena_strdup(o->arena, name.object));
	if (o->object && strcmp(name.object, "vmlinux") && strcmp(name.object, o->object) &&
	    !is_exported_by(o, &name))
		oracle_finding(o, e->sec, e->at, "klp-symbol",
			       "the symbol is of module %s, not of %s", name.object, o->object);
}

/* Section flags by which a linker merges or leaves out sections, or that only it reads. */
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

/* That of patched with the name: of several, the one of its type.  Code may be called .symtab. */
static const struct elf_sec *namesake(const struct oracle *o, const struct elf_sec *sec)
{
	const struct elf_sec *found = elf_find_sec(o->patched.elf, sec->name);

	if (!found || found->type == sec->type)
		return found;
	arena_work(o->arena, o->patched.elf->nr_secs);
	for_each_sec (o->patched.elf, ps)
		if (ps->type == sec->type && !strcmp(ps->name, sec->name))
			return ps;
	return found;
}

/* A section that patched lacks is one that klp diff adds: read-only, its strings to be merged. */
static const struct elf_sec *model_of(const struct oracle *o, const struct elf_sec *sec)
{
	static const struct elf_sec own = { .type = SHT_PROGBITS, .flags = SHF_ALLOC, .align = 8 };
	static const struct elf_sec info = { .type = SHT_PROGBITS, .flags = SHF_ALLOC, .align = 1 };
	static const struct elf_sec strings = { .type = SHT_PROGBITS, .align = 1, .entsize = 1,
						.flags = SHF_ALLOC | SHF_MERGE | SHF_STRINGS };

	static const struct elf_sec writes = { .type = SHT_PROGBITS, .align = 8,
					       .flags = SHF_ALLOC | SHF_WRITE };
	static const struct elf_sec slots = { .type = SHT_PROGBITS, .align = 8,
					      .flags = SHF_ALLOC | SHF_WRITE };
	const struct elf_sec *ps = namesake(o, sec);

	if (!ps && o->arch->slots && !strcmp(sec->name, o->arch->slots))
		return &slots;
	if (!strcmp(sec->name, KLP_WRITES))
		return &writes;
	if (!strcmp(sec->name, ".modinfo"))
		return &info;
	if (!strcmp(sec->name, ".rodata.klp.str1.1"))
		return &strings;
	return oracle_is_own_table(o, sec) ? &own : ps;
}

/* SHF_LINK_ORDER: the linker keeps and drops it with the section of which it speaks, or one of them. */
static bool is_linked_right(const struct oracle *o, const struct elf_sec *sec)
{
	for_each_reloc (sec->rela, r)
		if (o->out.elf->syms[r->sym].sec == sec->link)
			return sec->link;
	return false;
}

static void check_section(struct oracle *o, const struct elf_sec *sec)
{
	const struct special_rule *rule = special_rule(o->arch, sec);
	const struct elf_sec *model = model_of(o, sec);

	if (!model && sec->flags & SHF_ALLOC)
		oracle_finding(o, sec->index, 0, "section-kind", "%s has no section of that name",
			       o->patched.elf->path);
	else if (has_odd_flags(sec, model))
		oracle_finding(o, sec->index, 0, "section-kind", "its flags or type are wrong");
	else if (sec->flags & SHF_LINK_ORDER && !is_linked_right(o, sec))
		oracle_finding(o, sec->index, 0, "section-kind",
			       "sh_link does not name the section that its entries describe");
	if ((oracle_is_own_table(o, sec) || (rule && rule->flags & SPECIAL_TABLE)) && model &&
	    sec->align < model->align)
		oracle_finding(o, sec->index, 0, "section-kind", "it must be aligned to %llu",
			       (unsigned long long)model->align);
	if (o->arch->slots && !strcmp(sec->name, o->arch->slots) && sec->align < 8)
		oracle_finding(o, sec->index, 0, "section-kind", "its slots are doublewords");
}

void check_relocs(struct oracle *o)
{
	const struct elf *elf = o->out.elf;

	if (elf->flags != o->patched.elf->flags)
		oracle_finding(o, 0, 0, "machine-flags", "e_flags is %#x, in %s %#x", elf->flags,
			       o->patched.elf->path, o->patched.elf->flags);
	for_each_sec (elf, sec) {
		const struct elf_sec *rela = sec->rela;

		if (sec->type != SHT_RELA)
			check_section(o, sec);

		for_each_reloc (rela, r)
			check_reloc(o, sec, r);
	}
	for (size_t i = 0; i < o->out.nr_klp; i++)
		check_klp_entry(o, &o->out.klp[i]);
}
