// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The form in which the kernel loads a livepatch module
 * (Documentation/livepatch/module-elf-format.rst): names, and the rules that
 * klp_write_section_relocs() and klp_resolve_symbols() of kernel/livepatch/core.c
 * have for symbols and relocations.
 */
#include <errno.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/livepatch.h>
#include <klp/special.h>
#include <klp/text.h>

/* The module that is checked. */
struct form {
	const struct elf *elf;
	const struct arch *arch;
	struct diag *diag;
};

static struct diag_where at(const struct form *f, const struct elf_sec *sec, uint64_t offset)
{
	return (struct diag_where){
		.object = f->elf->path,
		.section = sec->name,
		.offset = offset,
		.has_offset = true,
	};
}

static struct diag_where at_sym(const struct form *f, const struct elf_sym *sym)
{
	return (struct diag_where){ .object = f->elf->path, .symbol = sym->name };
}

/* ---- rules ---- */

/* The parts of ".klp.rela.<object>.<section>"; the section's own dot may be missing. */
static int check_klp_rela(const struct form *f, const struct elf_sec *rela, char *object)
{
	const uint64_t flags = SHF_ALLOC | SHF_RELA_LIVEPATCH;
	struct diag_where where = { .object = f->elf->path, .section = rela->name };
	const char *name = rela->name + strlen(KLP_RELA_PREFIX), *bad, *of;
	size_t len;

	if (!starts_with(rela->name, KLP_RELA_PREFIX) || rela->type != SHT_RELA ||
	    (rela->flags & flags) != flags)
		return diag_error(f->diag, &where, "klp-rela",
				  "a livepatch relocation section is SHT_RELA, SHF_ALLOC and "
				  "SHF_RELA_LIVEPATCH, and is named " KLP_RELA_PREFIX
				  "<object>.<section>");
	len = strcspn(name, ".");
	bad = klp_name_check_object(name, len);
	if (bad)
		return diag_error(f->diag, &where, "klp-rela", "a bad section name: %s", bad);
	memcpy(object, name, len);
	object[len] = '\0';

	of = f->elf->secs[rela->info]->name;
	name += len + (name[len] == '.');
	if (strcmp(name, of) && (of[0] != '.' || strcmp(name, of + 1)))
		return diag_error(f->diag, &where, "klp-rela",
				  "it applies to section %s, but its name says '%s'", of, name);
	if (!(f->elf->secs[rela->info]->flags & SHF_ALLOC))
		return diag_error(f->diag, &where, "klp-rela",
				  "it applies to section %s, which is not loaded", of);
	if (rela->link != f->elf->symtab)
		return diag_error(f->diag, &where, "klp-rela",
				  "its sh_link is not the symbol table");
	return 0;
}

/* The kernel's rule on objects, and the one on when relocations come too late. */
static int check_objects(const struct form *f, const struct elf_sec *sec, const char *object,
			 const char *sym_object, const struct diag_where *where)
{
	bool vmlinux = !strcmp(object, "vmlinux");

	if (!vmlinux && !strcmp(sym_object, "vmlinux"))
		return diag_error(f->diag, where, "klp-mixed",
				  "a symbol of vmlinux in the livepatch relocations of module %s: "
				  "the kernel refuses that; it belongs under vmlinux",
				  object);
	if (vmlinux && strcmp(sym_object, "vmlinux"))
		return diag_error(f->diag, where, "klp-mixed",
				  "a symbol of module %s in the livepatch relocations of vmlinux: "
				  "they are applied whether that module is loaded or not",
				  sym_object);
	if (!vmlinux &&
	    (starts_with(sec->name, ".init") || special_consumed_at_load(f->arch, sec->name)))
		return diag_error(f->diag, where, "too-late",
				  "the kernel reads section %s when the patch module loads, but "
				  "relocations of module %s are applied once that module is there; "
				  "change the patch so that this place does not refer to it",
				  sec->name, object);
	return 0;
}

/*
 * load_module() takes SHF_ALLOC off the section (setup_load_info(), layout_and_allocate()), so that
 * apply_relocations() of 6.12 passes over it, and what livepatch writes later goes to memory that
 * was freed with the file's image.
 */
static int check_percpu(const struct form *f, const struct elf_sec *sec,
			const struct diag_where *where)
{
	if (strcmp(sec->name, ".data..percpu"))
		return 0;
	return diag_error(f->diag, where, "not-applied",
			  "the kernel does not relocate a module's per-CPU data, so this place would "
			  "stay as it is: set it at run time");
}

static int check_type(const struct form *f, const struct elf_sec *sec, const struct elf_reloc *r,
		      const struct diag_where *where)
{
	const struct arch_reloc *row = arch_reloc(f->arch, r->type);

	if (!row || !(row->flags & RELOC_LOADER) || row->flags & RELOC_MARKER)
		return diag_error(
			f->diag, where, "loader",
			"relocation type %u (%s) is not one that the kernel of %s applies", r->type,
			row ? row->name : "unknown", f->arch->name);
	if (row->size > sec->size - r->offset)
		return diag_error(f->diag, where, "range",
				  "%s reaches beyond the end of the section (0x%llx bytes)",
				  row->name, (unsigned long long)sec->size);
	return 0;
}

static int check_livepatch_reloc(const struct form *f, const struct elf_sec *sec,
				 const struct elf_reloc *r, const char *object)
{
	const struct elf_sym *sym = &f->elf->syms[r->sym];
	struct diag_where where = at(f, sec, r->offset);
	struct klp_sym_name name;
	int err;

	where.symbol = sym->name;
	if (sym->sec != ELF_SEC_LIVEPATCH)
		return diag_error(f->diag, &where, "klp-rela",
				  "a livepatch relocation to a symbol that is not one of livepatch's");
	/* A bad name is reported once, for the symbol. */
	if (klp_name_parse(sym->name, &name))
		return -EINVAL;
	err = check_objects(f, sec, object, name.object, &where);
	return check_type(f, sec, r, &where) ?: check_percpu(f, sec, &where) ?: err;
}

static int check_livepatch_relocs(const struct form *f, const struct elf_sec *rela)
{
	const struct elf_sec *sec;
	char object[KLP_OBJECT_MAX + 1];
	int err = check_klp_rela(f, rela, object);

	if (err)
		return err;
	sec = f->elf->secs[rela->info];
	for_each_reloc (rela, r)
		if (check_livepatch_reloc(f, sec, r, object))
			err = -EINVAL;
	return err;
}

/* The ordinary loader must not meet what livepatch resolves, nor what is gone. */
static int check_ordinary_reloc(const struct form *f, const struct elf_sec *sec,
				const struct elf_reloc *r)
{
	const struct elf_sym *sym = &f->elf->syms[r->sym];
	struct diag_where where = at(f, sec, r->offset);

	where.symbol = sym->name;
	if (sym->sec == ELF_SEC_LIVEPATCH && sec->flags & SHF_ALLOC)
		return diag_error(f->diag, &where, "klp-ordinary",
				  "an ordinary relocation to a livepatch symbol, which the "
				  "module loader leaves at 0");
	if (!sym->dropped)
		return 0;
	if (starts_with(sym->name, KLP_TOMBSTONE_PREFIX))
		return diag_error(f->diag, &where, "tombstone",
				  "a relocation to a tombstone symbol without an entry in "
				  "a " KLP_RELOCS_PREFIX " section");
	return diag_error(f->diag, &where, "left-over",
			  "a relocation to a symbol that klp post-link removes");
}

static int check_ordinary_relocs(const struct form *f, const struct elf_sec *rela)
{
	int err = 0;

	for_each_reloc (rela, r)
		if (check_ordinary_reloc(f, f->elf->secs[rela->info], r))
			err = -EINVAL;
	return err;
}

static int check_symbols(const struct form *f)
{
	int err = 0;

	for_each_sym (f->elf, sym) {
		struct diag_where where = at_sym(f, sym);
		struct klp_sym_name name;
		const char *bad;

		if (sym->sec != ELF_SEC_LIVEPATCH)
			continue;
		bad = klp_name_parse(sym->name, &name);
		if (bad)
			err = diag_error(f->diag, &where, "klp-symbol", "a bad name: %s", bad);
	}
	return err;
}

int klp_form_check(const struct elf *elf, const struct arch *arch, struct diag *diag,
		   size_t *nr_livepatch)
{
	const struct form f = { .elf = elf, .arch = arch, .diag = diag };
	int err = check_symbols(&f);

	*nr_livepatch = 0;
	for_each_sec (elf, sec) {
		if (sec->dropped)
			continue;
		if (sec->flags & SHF_RELA_LIVEPATCH || starts_with(sec->name, KLP_RELA_PREFIX)) {
			if (check_livepatch_relocs(&f, sec))
				err = -EINVAL;
			*nr_livepatch += sec->nr_relocs;
		} else if (sec->type == SHT_RELA) {
			if (check_ordinary_relocs(&f, sec))
				err = -EINVAL;
		}
	}
	return err;
}
