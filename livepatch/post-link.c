// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp post-link: the linked module, from the intermediate form to the kernel's.
 *
 * Linkers drop SHN_LIVEPATCH and do not carry two relocation sections for one
 * section, so klp diff leaves each livepatch relocation as an entry of a
 * __klp_relocs.<object> section, and an ordinary relocation against a tombstone
 * symbol at the place itself, which keeps assemblers and linkers from touching
 * it.  Here the entry becomes the livepatch relocation, and the tombstone's
 * relocation becomes R_*_NONE, or goes where the module loader does not know
 * that type (ppc64).
 *
 * Livepatch symbols stay as they were linked but for st_shndx: a weak one stays
 * weak.  The kernel looks at st_shndx before anything else (simplify_symbols()
 * in kernel/module/main.c) and resolves by name (klp_resolve_symbols() in
 * kernel/livepatch/core.c); the binding of a livepatch symbol is not looked at
 * business there.
 */
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/livepatch.h>
#include <klp/text.h>


struct post_link {
	struct klp_module m;
	size_t nr_relocs; /* converted */
	bool changed;
};

static bool is_klp_sym(const struct elf_sym *sym)
{
	return starts_with(sym->name, KLP_SYM_PREFIX);
}

static struct diag_where at(const struct post_link *p, const struct elf_sec *sec, uint64_t offset)
{
	return (struct diag_where){
		.object = p->m.elf->path,
		.section = sec->name,
		.offset = offset,
		.has_offset = true,
	};
}

static struct diag_where at_sym(const struct post_link *p, const struct elf_sym *sym)
{
	return (struct diag_where){ .object = p->m.elf->path, .symbol = sym->name };
}

/* ---- converting ---- */

/* One entry of a __klp_relocs section, decoded. */
struct klp_reloc {
	struct diag_where where; /* the entry */
	struct elf_sec *sec;	 /* where it applies: the section, and below the offset */
	uint64_t offset;
	uint32_t type;
	uint32_t sym; /* the livepatch symbol */
	int64_t addend;
};

/* The relocation of an entry's field at offset; *k runs over the section's relocations. */
static int read_field(struct post_link *p, const struct elf_sec *sec, uint64_t offset, size_t *k,
		      const struct elf_reloc **out)
{
	const struct elf_sec *rela = sec->rela;
	struct diag_where where = at(p, sec, offset);
	const struct elf_reloc *r = NULL;

	if (rela && *k < rela->nr_relocs)
		r = &rela->relocs[*k];
	if (r && r->offset < offset) {
		where.offset = r->offset;
		return diag_error(p->m.diag, &where, "klp-relocs",
				  "a relocation where an entry (24 bytes: place, symbol, type) "
				  "has none");
	}
	if (!r || r->offset != offset)
		return diag_error(p->m.diag, &where, "klp-relocs",
				  "the entry has no relocation for its %s",
				  offset % KLP_RELOC_SIZE ? "livepatch symbol" : "place");
	if (r->type != p->m.arch->abs64)
		return diag_error(p->m.diag, &where, "klp-relocs",
				  "relocation type %u where %s's 64-bit absolute type (%u) belongs",
				  r->type, p->m.arch->name, p->m.arch->abs64);
	*out = r;
	++*k;
	return 0;
}

/* The place's relocation names a section of the module, and an offset inside it. */
static int decode_place(struct post_link *p, const struct elf_reloc *r, struct klp_reloc *out)
{
	const struct elf_sym *sym = &p->m.elf->syms[r->sym];

	if (!elf_sym_in_sec(sym))
		return diag_error(p->m.diag, &out->where, "klp-relocs",
				  "the place '%s' is not in a section of the module", sym->name);
	out->sec = p->m.elf->secs[sym->sec];
	out->offset = sym->value + (uint64_t)r->addend;
	if (out->offset >= out->sec->size)
		return diag_error(p->m.diag, &out->where, "klp-relocs",
				  "the place %s+0x%llx lies outside the section (0x%llx bytes)",
				  out->sec->name, (unsigned long long)out->offset,
				  (unsigned long long)out->sec->size);
	if (out->sec->dropped || !(out->sec->flags & SHF_ALLOC) || !out->sec->data)
		return diag_error(p->m.diag, &out->where, "klp-relocs",
				  "the place is in section %s, which is not loaded with contents",
				  out->sec->name);
	return 0;
}

static int decode_symbol(struct post_link *p, const struct elf_reloc *r, struct klp_reloc *out)
{
	const struct elf_sym *sym = &p->m.elf->syms[r->sym];

	if (!is_klp_sym(sym))
		return diag_error(p->m.diag, &out->where, "klp-relocs",
				  "'%s' is not a livepatch symbol (.klp.sym.<object>.<name>,<pos>)",
				  sym->name);
	out->sym = r->sym;
	out->addend = r->addend;
	return 0;
}

static int decode_entry(struct post_link *p, const struct elf_sec *sec, uint64_t offset, size_t *k,
			struct klp_reloc *out)
{
	const struct elf_reloc *place, *symbol;
	int err;

	*out = (struct klp_reloc){ .where = at(p, sec, offset) };
	err = read_field(p, sec, offset + KLP_RELOC_OFFSET, k, &place);
	err = err ?: read_field(p, sec, offset + KLP_RELOC_SYM, k, &symbol);
	err = err ?: decode_place(p, place, out);
	err = err ?: decode_symbol(p, symbol, out);
	if (err)
		return err;
	out->type = get_le32(sec->data + offset + KLP_RELOC_TYPE);
	if (get_le32(sec->data + offset + KLP_RELOC_TYPE + 4))
		return diag_error(p->m.diag, &out->where, "klp-relocs",
				  "the entry's last four bytes are not zero");
	return 0;
}

/*
 * Make the tombstone's relocation R_*_NONE.  Relocations at one offset are a
 * group (LoongArch has ADD and SUB there, and RELAX): the one is meant that has
 * a tombstone and the entry's type.
 */
static int disarm_original(struct post_link *p, const struct klp_reloc *klp)
{
	struct elf_sec *rela = klp->sec->rela;
	struct diag_where where = at(p, klp->sec, klp->offset);

	where.symbol = p->m.elf->syms[klp->sym].name;
	for (size_t i = elf_first_reloc(rela, klp->offset);
	     rela && i < rela->nr_relocs && rela->relocs[i].offset == klp->offset; i++) {
		struct elf_reloc *r = &rela->relocs[i];

		if (r->type != klp->type ||
		    !starts_with(p->m.elf->syms[r->sym].name, KLP_TOMBSTONE_PREFIX))
			continue;
		*r = (struct elf_reloc){ .offset = klp->offset, .type = p->m.arch->none };
		return 0;
	}
	return diag_error(p->m.diag, &where, "tombstone",
			  "no relocation of type %u to a tombstone symbol (" KLP_TOMBSTONE_PREFIX
			  "*) stands here; was the place relaxed by the linker, or named twice?",
			  klp->type);
}

static int convert_section(struct post_link *p, struct elf_sec *sec)
{
	const char *object = sec->name + strlen(KLP_RELOCS_PREFIX ".");
	struct diag_where where = { .object = p->m.elf->path, .section = sec->name };
	struct klp_reloc klp;
	size_t k = 0;
	int err;

	if (sec->type != SHT_PROGBITS || sec->size % KLP_RELOC_SIZE)
		return diag_error(p->m.diag, &where, "klp-relocs",
				  "its size 0x%llx is not a multiple of %d, or it has no contents",
				  (unsigned long long)sec->size, KLP_RELOC_SIZE);
	for (uint64_t offset = 0; offset < sec->size; offset += KLP_RELOC_SIZE) {
		err = decode_entry(p, sec, offset, &k, &klp);
		err = err ?: disarm_original(p, &klp);
		if (err)
			return err;
		elf_add_rela(p->m.elf, klp_module_rela(&p->m, object, klp.sec),
			     &(struct elf_reloc){ klp.offset, klp.type, klp.sym, klp.addend });
		p->nr_relocs++;
	}
	if (sec->rela && k < sec->rela->nr_relocs) {
		where = at(p, sec, sec->rela->relocs[k].offset);
		return diag_error(p->m.diag, &where, "klp-relocs",
				  "a relocation where an entry (24 bytes: place, symbol, type) "
				  "has none");
	}
	return 0;
}

/* "__klp_relocs.<object>": true, or an error if the name only begins like one. */
static int check_relocs_name(struct post_link *p, const struct elf_sec *sec, bool *is_relocs)
{
	struct diag_where where = { .object = p->m.elf->path, .section = sec->name };
	const char *rest = sec->name + strlen(KLP_RELOCS_PREFIX), *bad;

	*is_relocs = starts_with(sec->name, KLP_RELOCS_PREFIX);
	if (!*is_relocs)
		return 0;
	bad = *rest == '.' ? klp_name_check_object(rest + 1, strlen(rest + 1))
			   : "there is no object name after " KLP_RELOCS_PREFIX;
	if (bad)
		return diag_error(p->m.diag, &where, "klp-relocs", "a bad section name: %s", bad);
	return 0;
}

/*
 * Mark what goes before anything is decoded, so that no place may lie in it.
 * An SHT_RELA section has the name of its section behind ".rela", so it is
 * found through that one.
 */
static int find_relocs_sections(struct post_link *p)
{
	for (uint32_t i = 1; i < p->m.nr_secs; i++) {
		struct elf_sec *sec = p->m.elf->secs[i];
		bool is_relocs;
		int err = check_relocs_name(p, sec, &is_relocs);

		if (err)
			return err;
		if (!is_relocs)
			continue;
		sec->dropped = true;
		if (sec->rela)
			sec->rela->dropped = true;
		p->changed = true;
	}
	return 0;
}

/* Where the module loader does not apply R_*_NONE, it refuses it: leave such relocations out. */
static void drop_none_relocs(struct post_link *p)
{
	const struct arch_reloc *none = arch_reloc(p->m.arch, p->m.arch->none);

	if (none && none->flags & RELOC_LOADER)
		return;
	for (uint32_t i = 1; i < p->m.nr_secs; i++) {
		struct elf_sec *rela = p->m.elf->secs[i]->rela;
		size_t kept = 0;

		if (!rela || !(p->m.elf->secs[i]->flags & SHF_ALLOC))
			continue;
		for (size_t k = 0; k < rela->nr_relocs; k++)
			if (rela->relocs[k].type != p->m.arch->none)
				rela->relocs[kept++] = rela->relocs[k];
		rela->nr_relocs = kept;
	}
}

static int convert_relocs(struct post_link *p)
{
	int err = find_relocs_sections(p);

	if (err || !p->changed)
		return err;
	for (uint32_t i = 1; i < p->m.nr_secs && !err; i++)
		if (starts_with(p->m.elf->secs[i]->name, KLP_RELOCS_PREFIX))
			err = convert_section(p, p->m.elf->secs[i]);
	if (!err)
		drop_none_relocs(p);
	return err;
}

/* Livepatch symbols are marked; what only klp needed goes. */
static int finish_symbols(struct post_link *p)
{
	for_each_sym (p->m.elf, sym) {
		struct diag_where where = at_sym(p, sym);

		if (is_klp_sym(sym) && sym->sec != ELF_SEC_LIVEPATCH) {
			if (sym->sec != ELF_SEC_UNDEF)
				return diag_error(p->m.diag, &where, "klp-symbol",
						  "a livepatch symbol must be undefined, "
						  "but the module defines it");
			sym->sec = ELF_SEC_LIVEPATCH;
			p->changed = true;
		} else if (starts_with(sym->name, KLP_TOMBSTONE_PREFIX) ||
			   starts_with(sym->name, KLP_ENTRY_PREFIX)) {
			sym->dropped = true;
			p->changed = true;
		} else if (elf_sym_in_sec(sym) && p->m.elf->secs[sym->sec]->dropped) {
			sym->dropped = true;
		}
	}
	return 0;
}

/* ---- the rest ---- */

static int finish(struct post_link *p, size_t nr_livepatch)
{
	struct diag_where where = { .object = p->m.elf->path };
	int err;

	if (!p->changed) {
		diag_note(p->m.diag, &where, "post-link-done", "%s, nothing to do",
			  nr_livepatch ? "already in the form that the kernel loads"
				       : "no livepatch relocations");
		return 0;
	}
	diag_debug(p->m.diag, &where, "post-link", "%zu livepatch relocations converted",
		   p->nr_relocs);
	err = klp_module_refuse_signed(&p->m, "klp post-link");
	return err ?: elf_write(p->m.elf, p->m.elf->path, p->m.diag);
}

int klp_post_link_model(struct klp_module *m)
{
	struct post_link p = { .m = *m };
	int err = convert_relocs(&p);

	err = err ?: finish_symbols(&p);
	*m = p.m;
	return err;
}

int klp_post_link(const char *path, struct arena *arena, struct diag *diag)
{
	struct post_link p = { 0 };
	size_t nr_livepatch = 0;
	int err;

	err = klp_module_open(&p.m, path, arena, diag);
	err = err ?: convert_relocs(&p);
	err = err ?: finish_symbols(&p);
	/* The model is in the kernel's form: nothing below changes it. */
	err = err ?: klp_form_check(p.m.elf, p.m.arch, diag, &nr_livepatch);
	if (!err)
		klp_module_warn_unmarked(&p.m);
	/* Nothing is left to do that could fail. */
	return err ?: finish(&p, nr_livepatch);
}
