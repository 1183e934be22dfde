// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The generic ELF reader: the file, its header and its sections.
 *
 * Headers and tables are taken from the mapped file with bounds checked here and in
 * elf/tables.c, once; libelf is asked only for what it does better (elf/compressed.c).
 * What is refused is refused before anything is allocated in proportion to it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libelf.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>

#include "elf/internal.h"

/* A section without bytes in the file can claim any size; sums of sizes must not wrap. */
#define MAX_NOBITS ((uint64_t)1 << 40)

static void release_reader(void *arg)
{
	struct elf_reader *r = arg;

	elf_end(r->libelf);
	r->libelf = NULL;
	if (r->map)
		munmap(r->map, r->size);
	r->map = NULL;
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

/* True if [offset, offset + size) lies in the file. */
static bool in_file(const struct elf_reader *r, uint64_t offset, uint64_t size)
{
	return offset <= r->size && size <= r->size - offset;
}

/* ---- the file ---- */

static int map_file(struct elf_reader *r)
{
	const char *path = r->elf->path;
	struct stat st;
	void *map;

	/* Not blocking: a FIFO is refused below instead of waited for. */
	r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (r->fd < 0)
		return refuse(r, "cannot-open", "cannot be opened: %s", strerror(errno));
	if (fstat(r->fd, &st))
		return refuse(r, "cannot-open", "cannot be examined: %s", strerror(errno));
	if (S_ISDIR(st.st_mode))
		return refuse(r, "not-elf", "is a directory, not an ELF object");
	if (!S_ISREG(st.st_mode))
		return refuse(r, "not-elf", "is not a regular file");
	if (!st.st_size)
		return refuse(r, "not-elf", "is empty: not an ELF object");

	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, r->fd, 0);
	if (map == MAP_FAILED && errno == ENOMEM)
		arena_fail(r->elf->arena);
	if (map == MAP_FAILED)
		return refuse(r, "cannot-open", "cannot be mapped: %s", strerror(errno));
	r->map = map;
	r->image = map;
	r->size = (uint64_t)st.st_size;
	return 0;
}

static bool has_magic(const struct elf_reader *r, const char *magic, size_t len)
{
	return r->size >= len && !memcmp(r->image, magic, len);
}

static int refuse_foreign(const struct elf_reader *r)
{
	if (has_magic(r, "!<arch>\n", 8) || has_magic(r, "!<thin>\n", 8))
		return refuse(r, "archive",
			      "is an archive, not an ELF object: name one of its members");
	if (has_magic(r, "BC\xc0\xde", 4))
		return refuse(r, "not-elf",
			      "is LLVM bitcode (built with LTO), not an ELF object: "
			      "give the object that the link makes (vmlinux.o)");
	if (has_magic(r, "\x1f\x8b", 2) || has_magic(r, "\xfd\x37zXZ", 5) ||
	    has_magic(r, "\x28\xb5\x2f\xfd", 4))
		return refuse(r, "compressed", "is compressed (gzip, xz or zstd): unpack it first");
	return refuse(r, "not-elf", "is not an ELF object");
}

/* e_ident, which says how to read the rest. */
static int check_ident(const struct elf_reader *r)
{
	if (!has_magic(r, ELFMAG, SELFMAG))
		return refuse_foreign(r);
	if (r->size <= EI_DATA)
		return damaged(r, "ends inside its ELF header");
	if (r->image[EI_CLASS] == ELFCLASS32)
		return refuse(r, "not-64-bit", "is a 32-bit ELF object; only 64-bit is supported");
	if (r->image[EI_CLASS] != ELFCLASS64)
		return damaged(r, "has the unknown ELF class %u", r->image[EI_CLASS]);
	if (r->image[EI_DATA] == ELFDATA2MSB)
		return refuse(r, "not-little-endian",
			      "is a big-endian ELF object; only little-endian is supported");
	if (r->image[EI_DATA] != ELFDATA2LSB)
		return damaged(r, "has the unknown ELF byte order %u", r->image[EI_DATA]);
	if (r->size < sizeof(Elf64_Ehdr))
		return damaged(r, "ends inside its ELF header");
	if (r->image[EI_VERSION] != EV_CURRENT ||
	    get_le32(r->image + offsetof(Elf64_Ehdr, e_version)) != EV_CURRENT)
		return damaged(r, "has an unknown ELF version");
	return 0;
}

static const char *type_name(uint16_t type)
{
	switch (type) {
	case ET_EXEC:
		return "an executable";
	case ET_DYN:
		return "a shared object or position-independent executable";
	case ET_CORE:
		return "a core dump";
	default:
		return "of an unknown type";
	}
}

static int read_ehdr(struct elf_reader *r, enum elf_want want)
{
	const uint8_t *h = r->image;
	struct elf *elf = r->elf;

	elf->type = get_le16(h + offsetof(Elf64_Ehdr, e_type));
	elf->machine = get_le16(h + offsetof(Elf64_Ehdr, e_machine));
	elf->flags = get_le32(h + offsetof(Elf64_Ehdr, e_flags));
	elf->osabi = h[EI_OSABI];
	elf->abiversion = h[EI_ABIVERSION];
	r->shoff = get_le64(h + offsetof(Elf64_Ehdr, e_shoff));

	if (elf->type != ET_REL && want == ELF_WANT_REL)
		return refuse(r, "not-relocatable",
			      "is %s (e_type %u), not a relocatable object (.o or .ko)",
			      type_name(elf->type), elf->type);
	if (elf->type != ET_REL && elf->type != ET_EXEC && elf->type != ET_DYN)
		return refuse(r, "not-linked", "is %s (e_type %u), not a kernel or an object",
			      type_name(elf->type), elf->type);
	if (get_le16(h + offsetof(Elf64_Ehdr, e_ehsize)) != sizeof(Elf64_Ehdr))
		return damaged(r, "has an ELF header of a wrong size");
	if (elf->type == ET_REL && get_le16(h + offsetof(Elf64_Ehdr, e_phnum)))
		return refuse(r, "program-headers",
			      "has program headers, which a relocatable object has not");
	if (!r->shoff)
		return refuse(r, "no-sections", "has no section headers");
	if (get_le16(h + offsetof(Elf64_Ehdr, e_shentsize)) != sizeof(Elf64_Shdr))
		return damaged(r, "has section headers of a wrong size");
	if (!in_file(r, r->shoff, sizeof(Elf64_Shdr)))
		return damaged(r, "has its section headers outside the file");
	return 0;
}

/* ---- sections ---- */

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
	return 0;
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
	if (!in_file(r, offset, sec->size))
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

const char *elf_string(const struct elf_sec *strtab, uint64_t offset)
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
		const char *name = elf_string(strtab, offset);

		if (!name)
			return damaged(r,
				       "the name of section %u lies outside its string table or "
				       "is too long",
				       i);
		elf->secs[i]->name = name;
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
	if (sec->flags & SHF_COMPRESSED && (sec->type != SHT_PROGBITS || sec->flags & SHF_ALLOC))
		return damaged_sec(r, sec, "section %u cannot be compressed", sec->index);
	return 0;
}

static int read_sections(struct elf_reader *r)
{
	struct elf *elf = r->elf;
	struct elf_sec *all;
	uint32_t i;
	int err;

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
	err = name_sections(r);
	for (i = 1; i < elf->nr_secs && !err; i++)
		err = check_section(r, &all[i]);
	return err;
}

/* ---- the whole ---- */

static int read_elf(struct elf_reader *r, enum elf_want want)
{
	int err;

	err = map_file(r);
	err = err ?: check_ident(r);
	err = err ?: read_ehdr(r, want);
	err = err ?: count_sections(r);
	/* Names and extents of sections hold from here on. */
	err = err ?: read_sections(r);
	err = err ?: elf_decompress(r);
	err = err ?: elf_read_symbols(r);
	/* So do symbols. */
	err = err ?: elf_read_relocs(r);
	err = err ?: elf_read_groups(r);
	return err;
}

int elf_open(struct elf **out, const char *path, enum elf_want want, struct arena *arena,
	     struct diag *diag)
{
	struct elf_reader *r = arena_alloc(arena, sizeof(*r));
	int err;

	r->elf = arena_alloc(arena, sizeof(*r->elf));
	r->elf->arena = arena;
	r->elf->path = arena_strdup(arena, path);
	r->diag = diag;
	r->fd = -1;
	arena_defer(arena, release_reader, r);

	err = read_elf(r, want);
	/* The mapping stays; a run may have many files open. */
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	if (!err)
		*out = r->elf;
	return err;
}

struct elf_sec *elf_find_sec(const struct elf *elf, const char *name)
{
	uint32_t i;

	for (i = 1; i < elf->nr_secs; i++) {
		if (!strcmp(elf->secs[i]->name, name))
			return elf->secs[i];
	}
	return NULL;
}
