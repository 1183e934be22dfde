// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Section headers, names and contents.  Every section lies in the file and shares no byte with
 * another one: what is refused is refused before anything is allocated in proportion to it.
 *
 * An object is read whole; of a linked kernel, debugging information and relocations are not.
 */
#include <string.h>

#include <klp/text.h>

#include "internal.h"

/* A section without bytes in the file can claim any size; sums of sizes must not wrap. */
#define MAX_NOBITS ((uint64_t)1 << 40)

static const uint8_t *shdr(const struct elf_reader *r, uint32_t index)
{
	return r->image + r->shoff + index * sizeof(Elf64_Shdr);
}

/* How many sections there are and which holds their names; section 0 knows what e_* cannot. */
static int count_sections(struct elf_reader *r)
{
	uint64_t nr = get_le16(r->image + offsetof(Elf64_Ehdr, e_shnum));
	uint32_t names = get_le16(r->image + offsetof(Elf64_Ehdr, e_shstrndx));

	if (!nr)
		nr = get_le64(shdr(r, 0) + offsetof(Elf64_Shdr, sh_size));
	if (names == SHN_XINDEX)
		names = get_le32(shdr(r, 0) + offsetof(Elf64_Shdr, sh_link));
	else if (names >= SHN_LORESERVE)
		return damaged(r, "names a reserved section as its section name table");

	if (!nr || nr > (r->size - r->shoff) / sizeof(Elf64_Shdr) || nr >= ELF_SEC_RESERVED)
		return damaged(r, "has its section headers outside the file (%llu of them)",
			       (unsigned long long)nr);
	if (!names || names >= nr)
		return damaged(r, "has no section name table: e_shstrndx is %u of %llu", names,
			       (unsigned long long)nr);
	r->elf->nr_secs = (uint32_t)nr;
	r->elf->shstrtab = names;
	return elf_fetch(r, r->shoff, nr * sizeof(Elf64_Shdr));
}

static void read_shdr(struct elf_reader *r, struct elf_sec *sec)
{
	const uint8_t *h = shdr(r, sec->index);

	sec->name = "";
	if (!sec->index)
		return;
	sec->type = get_le32(h + offsetof(Elf64_Shdr, sh_type));
	sec->flags = get_le64(h + offsetof(Elf64_Shdr, sh_flags));
	sec->addr = get_le64(h + offsetof(Elf64_Shdr, sh_addr));
	sec->size = get_le64(h + offsetof(Elf64_Shdr, sh_size));
	sec->link = get_le32(h + offsetof(Elf64_Shdr, sh_link));
	sec->info = get_le32(h + offsetof(Elf64_Shdr, sh_info));
	sec->align = get_le64(h + offsetof(Elf64_Shdr, sh_addralign));
	sec->entsize = get_le64(h + offsetof(Elf64_Shdr, sh_entsize));
	if (!sec->align)
		sec->align = 1;
	if (sec->type == SHT_NULL)
		sec->size = 0;
}

/* Where a section's contents are. */
static int locate(struct elf_reader *r, struct elf_sec *sec)
{
	uint64_t offset = get_le64(shdr(r, sec->index) + offsetof(Elf64_Shdr, sh_offset));

	if (sec->type == SHT_NOBITS) {
		if (sec->size > MAX_NOBITS)
			return damaged_sec(r, sec, "section %u has an absurd size", sec->index);
		return 0;
	}
	if (!sec->size)
		return 0;
	if (!elf_in_file(r, offset, sec->size))
		return damaged_sec(r, sec, "section %u lies outside the file", sec->index);
	sec->data = r->image + offset;

	/* Without this, a small file could hold the work of a large one many times over. */
	r->used += sec->size;
	if (r->used > r->size)
		return damaged_sec(r, sec, "section %u overlaps with others", sec->index);
	return 0;
}

int elf_check_strtab(struct elf_reader *r, const struct elf_sec *sec)
{
	if (sec->type != SHT_STRTAB || sec->flags & SHF_COMPRESSED)
		return damaged_sec(r, sec, "section %u is used as a string table but is none",
				   sec->index);
	if (sec->size && sec->data[sec->size - 1])
		return damaged_sec(r, sec, "string table %u is not terminated", sec->index);
	return 0;
}

const char *elf_string_at(const struct elf_sec *strtab, uint64_t offset)
{
	const char *s;

	if (!offset && !strtab->size)
		return "";
	if (offset >= strtab->size)
		return NULL;
	s = (const char *)strtab->data + offset;
	return strnlen(s, ELF_MAX_NAME + 1) <= ELF_MAX_NAME ? s : NULL;
}

static int name_sections(struct elf_reader *r)
{
	struct elf *elf = r->elf;
	const struct elf_sec *strtab = elf->secs[elf->shstrtab];
	uint32_t i;
	int err = elf_check_strtab(r, strtab);

	for (i = 1; i < elf->nr_secs && !err; i++) {
		uint32_t offset = get_le32(shdr(r, i) + offsetof(Elf64_Shdr, sh_name));
		const char *name = elf_string_at(strtab, offset);

		if (!name)
			return damaged(r,
				       "the name of section %u lies outside its string table or "
				       "is too long",
				       i);
		if (strchr(name, '\n'))
			return damaged(r, "the name of section %u has more than one line", i);
		elf->secs[i]->name = name;
	}
	return err;
}

static int fetch_sec(struct elf_reader *r, const struct elf_sec *sec)
{
	return sec->data ? elf_fetch(r, (uint64_t)(sec->data - r->image), sec->size) : 0;
}

/*
 * Of a linked kernel, no pass asks for these, which are most of a large one: debugging
 * information, and relocations that are applied already.
 */
static bool is_idle(const struct elf_sec *sec)
{
	return !(sec->flags & SHF_ALLOC) &&
	       (sec->type == SHT_RELA || starts_with(sec->name, ".debug_"));
}

/* Names, and the contents of all sections: those of an object in one go. */
static int read_contents(struct elf_reader *r)
{
	struct elf *elf = r->elf;
	uint32_t i;
	int err;

	if (elf->type == ET_REL)
		return elf_fetch(r, 0, r->size) ?: name_sections(r);

	err = fetch_sec(r, elf->secs[elf->shstrtab]);
	err = err ?: name_sections(r);
	for (i = 1; i < elf->nr_secs && !err; i++) {
		struct elf_sec *sec = elf->secs[i];

		if (i == elf->shstrtab || !is_idle(sec)) {
			err = fetch_sec(r, sec);
			continue;
		}
		sec->data = NULL;
		sec->size = 0;
		sec->flags &= ~(uint64_t)SHF_COMPRESSED;
	}
	return err;
}

static int check_section(struct elf_reader *r, const struct elf_sec *sec)
{
	uint32_t nr = r->elf->nr_secs;

	if (sec->align & (sec->align - 1) || sec->align > ELF_MAX_ALIGN)
		return damaged_sec(r, sec, "section %u has the bad alignment %#llx", sec->index,
				   (unsigned long long)sec->align);
	if (sec->link >= nr)
		return damaged_sec(r, sec,
				   "section %u is linked to section %u, which does not exist",
				   sec->index, sec->link);
	if (sec->flags & SHF_INFO_LINK && sec->info >= nr)
		return damaged_sec(r, sec, "section %u refers to section %u, which does not exist",
				   sec->index, sec->info);
	if (sec->flags & SHF_COMPRESSED && (sec->type != SHT_PROGBITS || sec->flags & SHF_ALLOC ||
					    !starts_with(sec->name, ".debug_")))
		return damaged_sec(
			r, sec, "section %u cannot be compressed: it is no debugging information",
			sec->index);
	return 0;
}

int elf_read_sections(struct elf_reader *r)
{
	struct elf *elf = r->elf;
	struct elf_sec *all;
	uint32_t i;
	int err = count_sections(r);

	if (err)
		return err;
	all = arena_calloc(elf->arena, elf->nr_secs, sizeof(*all));
	elf->secs = arena_calloc(elf->arena, elf->nr_secs, sizeof(*elf->secs));
	elf->cap_secs = elf->nr_secs;
	for (i = 0; i < elf->nr_secs; i++) {
		elf->secs[i] = &all[i];
		all[i].index = i;
		read_shdr(r, &all[i]);
	}
	for (i = 1; i < elf->nr_secs; i++) {
		err = locate(r, &all[i]);
		if (err)
			return err;
	}
	err = read_contents(r);
	for (i = 1; i < elf->nr_secs && !err; i++)
		err = check_section(r, &all[i]);
	return err ?: elf_find_packed(r);
}
