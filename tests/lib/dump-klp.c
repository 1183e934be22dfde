// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dump: what makes it a livepatch.
 */
#include "dump.h"

/* ---- relocations ---- */

struct klp_reloc *klp_at(struct dump *d, uint32_t sec, uint64_t offset)
{
	for (size_t i = 0; i < d->nr_klp; i++)
		if (d->klp[i].sec == sec && d->klp[i].offset == offset)
			return &d->klp[i];
	return NULL;
}

const char *klp_object_of(struct dump *d, const char *sym)
{
	const char *object = sym + strlen(SYM_PREFIX);

	if (!starts(sym, SYM_PREFIX) || !strchr(object, '.'))
		return NULL;
	return arena_strndup(&d->arena, object, strcspn(object, "."));
}

void read_klp_relocs(struct dump *d, const struct elf_sec *sec)
{
	const struct elf_reloc *r = sec->rela ? sec->rela->relocs : NULL;
	size_t nr = sec->rela ? sec->rela->nr_relocs : 0;

	if (sec->size % 24 || nr != sec->size / 24 * 2) {
		wrong(d, "%s has %" PRIu64 " bytes and %zu relocations", sec->name, sec->size, nr);
		return;
	}
	for (uint64_t at = 0; at < sec->size; at += 24, r += 2) {
		const struct elf_sym *to = &d->elf->syms[r[0].sym], *sym = &d->elf->syms[r[1].sym];
		struct klp_reloc *k;

		if (r[0].offset != at || r[1].offset != at + 8 || r[0].type != d->arch->abs64 ||
		    r[1].type != d->arch->abs64 || !elf_sym_in_sec(to) ||
		    get_le64(sec->data + at) || get_le64(sec->data + at + 8) ||
		    get_le32(sec->data + at + 20)) {
			wrong(d, "%s+0x%" PRIx64 ": not a livepatch relocation", sec->name, at);
			continue;
		}
		if (sym->sec != ELF_SEC_UNDEF || sym->bind != STB_WEAK ||
		    !starts(sym->name, SYM_PREFIX))
			wrong(d, "%s+0x%" PRIx64 ": %s is not a livepatch symbol", sec->name, at,
			      sym->name);
		d->klp = arena_grow(&d->arena, d->klp, d->nr_klp, &d->cap_klp, sizeof(*d->klp));
		k = &d->klp[d->nr_klp++];
		*k = (struct klp_reloc){
			.sec = to->sec,
			.offset = to->value + (uint64_t)r[0].addend,
			.type = get_le32(sec->data + at + 16),
			.sym = r[1].sym,
			.addend = r[1].addend,
			.object = sec->name + strlen(RELOCS_PREFIX),
		};
	}
}

/* Is "NAME,POSITION" of that name? */
static bool is_name_of(const char *klp, const char *name)
{
	const char *comma = strrchr(klp, ',');

	return comma && (size_t)(comma - klp) == strlen(name) && !strncmp(klp, name, comma - klp);
}

/* The place of a livepatch relocation has an ordinary one to the tombstone, alike otherwise. */
static void check_tombstone(struct dump *d, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const char *tombstone = d->elf->syms[r->sym].name;
	struct klp_reloc *k = klp_at(d, sec->index, r->offset);
	const char *name, *plain;

	if (starts(tombstone, SYM_PREFIX))
		wrong(d, "%s+0x%" PRIx64 ": ordinary relocation to %s", sec->name, r->offset,
		      tombstone);
	if (!starts(tombstone, TOMBSTONE_PREFIX))
		return;
	if (!k) {
		wrong(d, "%s+0x%" PRIx64 ": %s, but no livepatch relocation", sec->name, r->offset,
		      tombstone);
		return;
	}
	name = d->elf->syms[k->sym].name;
	/* .klp.sym.OBJECT.NAME,POSITION and .klp.tombstone.NAME */
	plain = strchr(name + strlen(SYM_PREFIX), '.');
	if (k->used || k->type != r->type || k->addend != r->addend || !klp_object_of(d, name) ||
	    d->elf->syms[r->sym].sec != ELF_SEC_UNDEF || d->elf->syms[r->sym].bind != STB_WEAK ||
	    !is_name_of(plain + 1, tombstone + strlen(TOMBSTONE_PREFIX)))
		wrong(d,
		      "%s+0x%" PRIx64 ": %s type %u addend %" PRId64
		      ", but the livepatch relocation is %s type %u addend %" PRId64,
		      sec->name, r->offset, tombstone, r->type, r->addend, name, k->type,
		      k->addend);
	k->used = true;
}

void check_klp_relocs(struct dump *d)
{
	for (uint32_t i = 1; i < d->elf->nr_secs; i++) {
		const struct elf_sec *sec = d->elf->secs[i];

		for (size_t k = 0; sec->rela && k < sec->rela->nr_relocs; k++)
			if (!starts(sec->name, RELOCS_PREFIX))
				check_tombstone(d, sec, &sec->rela->relocs[k]);
	}
	for (size_t i = 0; i < d->nr_klp; i++)
		if (!d->klp[i].used)
			wrong(d, "livepatch relocation to %s, but no relocation at %s+0x%" PRIx64,
			      d->elf->syms[d->klp[i].sym].name, d->elf->secs[d->klp[i].sec]->name,
			      d->klp[i].offset);
}

/* ---- sections ---- */

/* Index of the relocation of sec at offset, or -1. */
static ssize_t reloc_at(const struct elf_sec *sec, uint64_t offset)
{
	for (size_t k = 0; sec->rela && k < sec->rela->nr_relocs; k++)
		if (sec->rela->relocs[k].offset == offset)
			return (ssize_t)k;
	return -1;
}

static const char *field(struct dump *d, const struct elf_sec *sec, uint64_t offset)
{
	ssize_t k = reloc_at(sec, offset);
	const char *to = k < 0 ? NULL : target_name(d, sec, (size_t)k);

	if (to && sec->rela->relocs[k].type != d->arch->abs64)
		wrong(d, "%s+0x%" PRIx64 " is not a plain address", sec->name, offset);
	return to;
}

static const char *unquoted(struct dump *d, const char *s)
{
	size_t len = s ? strlen(s) : 0;

	return len > 1 && *s == '"' ? arena_strndup(&d->arena, s + 1, len - 2) : "?";
}

static void print_funcs(struct dump *d, const struct elf_sec *sec)
{
	for (uint64_t at = 0; at + 24 <= sec->size; at += 24)
		printf("patch %s,%" PRIu64 " -> %s\n", unquoted(d, field(d, sec, at)),
		       get_le64(sec->data + at + 16), field(d, sec, at + 8) ?: "nothing");
}

void print_klp_object(struct dump *d)
{
	static const char *const kinds[] = { "pre_patch", "post_patch", "pre_unpatch",
					     "post_unpatch" };
	const struct elf_sec *obj = elf_find_sec(d->elf, ".init.klp_objects");
	const struct elf_sec *funcs = elf_find_sec(d->elf, ".init.klp_funcs");
	const char *name;

	if (!obj || obj->size != 64) {
		wrong(d, ".init.klp_objects is not one object");
		return;
	}
	name = field(d, obj, 0);
	printf("object %s\n", name ? unquoted(d, name) : "vmlinux");
	for (unsigned int i = 0; i < 4; i++)
		if (field(d, obj, 16 + 8 * i))
			printf("callback %s -> %s\n", kinds[i], field(d, obj, 16 + 8 * i));
	if (get_le32(obj->data + 56) != (funcs ? funcs->size / 24 : 0) ||
	    !funcs != !field(d, obj, 8) || (funcs && funcs->size % 24))
		wrong(d, ".init.klp_objects does not fit .init.klp_funcs");
	if (!funcs)
		return;
	if (strcmp(field(d, obj, 8) ?: "", ".init.klp_funcs+0x0"))
		wrong(d, "the object's functions are at %s", field(d, obj, 8) ?: "NULL");
	print_funcs(d, funcs);
}

void print_modinfo(const struct dump *d)
{
	const struct elf_sec *sec = elf_find_sec(d->elf, ".modinfo");

	for (uint64_t at = 0; sec && sec->data && at < sec->size; at++) {
		const char *s = (const char *)sec->data + at;

		if (*s)
			printf("modinfo %.*s\n", (int)strnlen(s, sec->size - at), s);
		at += strnlen(s, sec->size - at);
	}
}
