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
 * kernel/livepatch/core.c); the binding of a livepatch symbol is nobody's
 * business there.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/hash.h>
#include <klp/post-link.h>

/* include/linux/module_signature.h */
#define SIGNATURE_MARKER "~Module signature appended~\n"

struct post_link {
	struct elf *elf;
	const struct arch *arch;
	struct arena *arena;
	struct diag *diag;
	uint32_t nr_secs;   /* of the input */
	struct map objects; /* name → a number for it */
	uint32_t nr_objects;
	struct map relas; /* object's number << 32 | section → its .klp.rela section */
	size_t nr_relocs; /* converted */
	bool changed;
};

static bool starts_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static bool is_klp_sym(const struct elf_sym *sym)
{
	return starts_with(sym->name, KLP_SYM_PREFIX);
}

static struct diag_where at(const struct post_link *p, const struct elf_sec *sec, uint64_t offset)
{
	return (struct diag_where){
		.object = p->elf->path,
		.section = sec->name,
		.offset = offset,
		.has_offset = true,
	};
}

static struct diag_where at_sym(const struct post_link *p, const struct elf_sym *sym)
{
	return (struct diag_where){ .object = p->elf->path, .symbol = sym->name };
}

/* ---- converting ---- */

/* One entry of a __klp_relocs section, decoded. */
struct klp_reloc {
	struct diag_where where; /* the entry */
	struct elf_sec *sec;	 /* the place … */
	uint64_t offset;
	uint32_t type;
	uint32_t sym; /* the livepatch symbol */
	int64_t addend;
};

static uint32_t object_number(struct post_link *p, const char *object)
{
	const struct map_entry *e = map_find_str(&p->objects, object);

	if (e)
		return e->value;
	map_add_str(&p->objects, object, p->nr_objects);
	return p->nr_objects++;
}

static uint64_t rela_key(struct post_link *p, const char *object, uint32_t target)
{
	return (uint64_t)object_number(p, object) << 32 | target;
}

/* .klp.rela.<object>.<section> for relocations of sec, made if it is missing. */
static struct elf_sec *klp_rela_of(struct post_link *p, const char *object, struct elf_sec *sec)
{
	uint64_t key = rela_key(p, object, sec->index);
	const struct map_entry *e = map_find_u64(&p->relas, key);
	struct elf_sec *rela;

	if (e)
		return p->elf->secs[e->value];
	rela = elf_add_sec(
		p->elf, arena_printf(p->arena, KLP_RELA_PREFIX "%s.%s", object, sec->name),
		SHT_RELA, SHF_ALLOC | SHF_INFO_LINK | SHF_RELA_LIVEPATCH, 8, sizeof(Elf64_Rela));
	rela->link = p->elf->symtab;
	rela->info = sec->index;
	map_add_u64(&p->relas, key, rela->index);
	return rela;
}

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
		return diag_error(p->diag, &where, "klp-relocs",
				  "a relocation where an entry (24 bytes: place, symbol, type) "
				  "has none");
	}
	if (!r || r->offset != offset)
		return diag_error(p->diag, &where, "klp-relocs",
				  "the entry has no relocation for its %s",
				  offset % KLP_RELOC_SIZE ? "livepatch symbol" : "place");
	if (r->type != p->arch->abs64)
		return diag_error(p->diag, &where, "klp-relocs",
				  "relocation type %u where %s's 64-bit absolute type (%u) belongs",
				  r->type, p->arch->name, p->arch->abs64);
	*out = r;
	++*k;
	return 0;
}

/* The place's relocation names a section of the module, and an offset inside it. */
static int decode_place(struct post_link *p, const struct elf_reloc *r, struct klp_reloc *out)
{
	const struct elf_sym *sym = &p->elf->syms[r->sym];

	if (!elf_sym_in_sec(sym))
		return diag_error(p->diag, &out->where, "klp-relocs",
				  "the place '%s' is not in a section of the module", sym->name);
	out->sec = p->elf->secs[sym->sec];
	out->offset = sym->value + (uint64_t)r->addend;
	if (out->offset >= out->sec->size)
		return diag_error(p->diag, &out->where, "klp-relocs",
				  "the place %s+0x%llx lies outside the section (0x%llx bytes)",
				  out->sec->name, (unsigned long long)out->offset,
				  (unsigned long long)out->sec->size);
	if (out->sec->dropped || !(out->sec->flags & SHF_ALLOC) || !out->sec->data)
		return diag_error(p->diag, &out->where, "klp-relocs",
				  "the place is in section %s, which is not loaded with contents",
				  out->sec->name);
	return 0;
}

static int decode_symbol(struct post_link *p, const struct elf_reloc *r, struct klp_reloc *out)
{
	const struct elf_sym *sym = &p->elf->syms[r->sym];

	if (!is_klp_sym(sym))
		return diag_error(p->diag, &out->where, "klp-relocs",
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
		return diag_error(p->diag, &out->where, "klp-relocs",
				  "the entry's last four bytes are not zero");
	return 0;
}

static size_t first_reloc_at(const struct elf_sec *rela, uint64_t offset)
{
	size_t low = 0, high = rela ? rela->nr_relocs : 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (rela->relocs[mid].offset < offset)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
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

	where.symbol = p->elf->syms[klp->sym].name;
	for (size_t i = first_reloc_at(rela, klp->offset);
	     rela && i < rela->nr_relocs && rela->relocs[i].offset == klp->offset; i++) {
		struct elf_reloc *r = &rela->relocs[i];

		if (r->type != klp->type ||
		    !starts_with(p->elf->syms[r->sym].name, KLP_TOMBSTONE_PREFIX))
			continue;
		*r = (struct elf_reloc){ .offset = klp->offset, .type = p->arch->none };
		return 0;
	}
	return diag_error(p->diag, &where, "tombstone",
			  "no relocation of type %u to a tombstone symbol (" KLP_TOMBSTONE_PREFIX
			  "*) stands here; was the place relaxed by the linker, or named twice?",
			  klp->type);
}

static int convert_section(struct post_link *p, struct elf_sec *sec)
{
	const char *object = sec->name + strlen(KLP_RELOCS_PREFIX ".");
	struct diag_where where = { .object = p->elf->path, .section = sec->name };
	struct klp_reloc klp;
	size_t k = 0;
	int err;

	if (sec->type != SHT_PROGBITS || sec->size % KLP_RELOC_SIZE)
		return diag_error(p->diag, &where, "klp-relocs",
				  "its size 0x%llx is not a multiple of %d, or it has no contents",
				  (unsigned long long)sec->size, KLP_RELOC_SIZE);
	for (uint64_t offset = 0; offset < sec->size; offset += KLP_RELOC_SIZE) {
		err = decode_entry(p, sec, offset, &k, &klp);
		err = err ?: disarm_original(p, &klp);
		if (err)
			return err;
		elf_add_rela(p->elf, klp_rela_of(p, object, klp.sec),
			     &(struct elf_reloc){ klp.offset, klp.addend, klp.type, klp.sym });
		p->nr_relocs++;
	}
	if (sec->rela && k < sec->rela->nr_relocs) {
		where = at(p, sec, sec->rela->relocs[k].offset);
		return diag_error(p->diag, &where, "klp-relocs",
				  "a relocation where an entry (24 bytes: place, symbol, type) "
				  "has none");
	}
	return 0;
}

/* "__klp_relocs.<object>": true, or an error if the name only begins like one. */
static int check_relocs_name(struct post_link *p, const struct elf_sec *sec, bool *is_relocs)
{
	struct diag_where where = { .object = p->elf->path, .section = sec->name };
	const char *rest = sec->name + strlen(KLP_RELOCS_PREFIX), *bad;

	*is_relocs = starts_with(sec->name, KLP_RELOCS_PREFIX);
	if (!*is_relocs)
		return 0;
	bad = *rest == '.' ? klp_object_check(rest + 1, strlen(rest + 1))
			   : "there is no object name after " KLP_RELOCS_PREFIX;
	if (bad)
		return diag_error(p->diag, &where, "klp-relocs", "a bad section name: %s", bad);
	return 0;
}

/*
 * Mark what goes before anything is decoded, so that no place may lie in it.
 * An SHT_RELA section has the name of its section behind ".rela", so it is
 * found through that one.
 */
static int find_relocs_sections(struct post_link *p)
{
	for (uint32_t i = 1; i < p->nr_secs; i++) {
		struct elf_sec *sec = p->elf->secs[i];
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

/* Modules that were partly converted, or by other tools: append to what is there. */
static void find_klp_relas(struct post_link *p)
{
	for (uint32_t i = 1; i < p->nr_secs; i++) {
		const struct elf_sec *sec = p->elf->secs[i];
		const char *object = sec->name + strlen(KLP_RELA_PREFIX);

		if (sec->type != SHT_RELA || !(sec->flags & SHF_RELA_LIVEPATCH) ||
		    !starts_with(sec->name, KLP_RELA_PREFIX))
			continue;
		object = arena_strndup(p->arena, object, strcspn(object, "."));
		map_add_u64(&p->relas, rela_key(p, object, sec->info), i);
	}
}

/* Where the module loader does not apply R_*_NONE, it refuses it: leave such relocations out. */
static void drop_none_relocs(struct post_link *p)
{
	const struct arch_reloc *none = arch_reloc(p->arch, p->arch->none);

	if (none && none->flags & RELOC_LOADER)
		return;
	for (uint32_t i = 1; i < p->nr_secs; i++) {
		struct elf_sec *rela = p->elf->secs[i]->rela;
		size_t kept = 0;

		if (!rela || !(p->elf->secs[i]->flags & SHF_ALLOC))
			continue;
		for (size_t k = 0; k < rela->nr_relocs; k++)
			if (rela->relocs[k].type != p->arch->none)
				rela->relocs[kept++] = rela->relocs[k];
		rela->nr_relocs = kept;
	}
}

static int convert_relocs(struct post_link *p)
{
	int err = find_relocs_sections(p);

	if (err || !p->changed)
		return err;
	find_klp_relas(p);
	for (uint32_t i = 1; i < p->nr_secs && !err; i++)
		if (starts_with(p->elf->secs[i]->name, KLP_RELOCS_PREFIX))
			err = convert_section(p, p->elf->secs[i]);
	if (!err)
		drop_none_relocs(p);
	return err;
}

/* Livepatch symbols are marked; what only klp needed goes. */
static int finish_symbols(struct post_link *p)
{
	for (uint32_t i = 1; i < p->elf->nr_syms; i++) {
		struct elf_sym *sym = &p->elf->syms[i];
		struct diag_where where = at_sym(p, sym);

		if (is_klp_sym(sym) && sym->sec != ELF_SEC_LIVEPATCH) {
			if (sym->sec != ELF_SEC_UNDEF)
				return diag_error(p->diag, &where, "livepatch-symbol",
						  "a livepatch symbol must be undefined, "
						  "but the module defines it");
			sym->sec = ELF_SEC_LIVEPATCH;
			p->changed = true;
		} else if (starts_with(sym->name, KLP_TOMBSTONE_PREFIX) ||
			   starts_with(sym->name, KLP_ENTRY_PREFIX)) {
			sym->dropped = true;
			p->changed = true;
		} else if (elf_sym_in_sec(sym) && p->elf->secs[sym->sec]->dropped) {
			sym->dropped = true;
		}
	}
	return 0;
}

/* ---- the rest ---- */

static void warn_unmarked(struct post_link *p)
{
	static const char key[] = "livepatch=";
	struct diag_where where = { .object = p->elf->path, .section = ".modinfo" };
	const struct elf_sec *sec = elf_find_sec(p->elf, ".modinfo");
	const char *s = sec ? (const char *)sec->data : NULL;
	const char *end = s ? s + sec->size : NULL;

	for (; s < end; s += strnlen(s, (size_t)(end - s)) + 1)
		if ((size_t)(end - s) > strlen(key) && starts_with(s, key))
			return;
	diag_warn(p->diag, &where, "not-livepatch",
		  "the module is not marked livepatch=Y, so the kernel will refuse its patch; add "
		  "MODULE_INFO(livepatch, \"Y\")");
}

/* Signing comes after; a signature would be lost without a word. */
static int refuse_signed(struct post_link *p)
{
	struct diag_where where = { .object = p->elf->path };
	char tail[sizeof(SIGNATURE_MARKER) - 1];
	FILE *f = fopen(p->elf->path, "rb");
	bool is_signed;

	if (!f)
		return diag_error(p->diag, &where, "open", "cannot open it: %s", strerror(errno));
	is_signed = !fseek(f, -(long)sizeof(tail), SEEK_END) &&
		    fread(tail, sizeof(tail), 1, f) == 1 &&
		    !memcmp(tail, SIGNATURE_MARKER, sizeof(tail));
	fclose(f);
	if (is_signed)
		return diag_error(p->diag, &where, "signed",
				  "the module is signed already; run klp post-link before signing");
	return 0;
}

static int find_arch(struct post_link *p)
{
	struct diag_where where = { .object = p->elf->path };

	p->arch = arch_find(p->elf->machine);
	if (p->arch)
		return 0;
	return diag_error(p->diag, &where, "machine", "machine %u (e_machine) is not supported",
			  p->elf->machine);
}

static int finish(struct post_link *p, size_t nr_livepatch)
{
	struct diag_where where = { .object = p->elf->path };
	int err;

	if (!p->changed) {
		diag_note(p->diag, &where, "post-link-done", "%s, nothing to do",
			  nr_livepatch ? "already in the form that the kernel loads"
				       : "no livepatch relocations");
		return 0;
	}
	diag_debug(p->diag, &where, "post-link", "%zu livepatch relocations converted",
		   p->nr_relocs);
	err = refuse_signed(p);
	return err ?: elf_write(p->elf, p->elf->path, p->diag);
}

int klp_post_link(const char *path, struct arena *arena, struct diag *diag)
{
	struct post_link p = { .arena = arena, .diag = diag };
	size_t nr_livepatch = 0;
	int err;

	map_init(&p.objects, arena);
	map_init(&p.relas, arena);
	err = elf_open(&p.elf, path, ELF_WANT_REL, arena, diag);
	if (err)
		return err;
	p.nr_secs = p.elf->nr_secs;

	err = find_arch(&p);
	err = err ?: convert_relocs(&p);
	err = err ?: finish_symbols(&p);
	/* The model is in the kernel's form: nothing below changes it. */
	err = err ?: klp_form_check(p.elf, p.arch, diag, &nr_livepatch);
	err = err ?: finish(&p, nr_livepatch);
	if (!err)
		warn_unmarked(&p);
	return err;
}
