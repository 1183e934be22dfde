// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The generic ELF reader: an object or a linked file as sections, symbols and relocations.
 *
 * The file is read into memory, not mapped: who truncates it meanwhile would end the run
 * without a word (SIGBUS).  Bounds of headers and tables are checked here, once.  What is
 * refused is refused before anything is allocated in proportion to it.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/infile.h>
#include <klp/text.h>
#include <klp/unpack.h>

#include "elf/internal.h"

/* Newer than the elf.h of Debian 12. */
#ifndef SHT_CREL
#define SHT_CREL 0x40000014
#endif

/* A section without bytes in the file can claim any size; sums of sizes must not wrap. */
#define MAX_NOBITS ((uint64_t)1 << 40)

static void release_reader(void *arg)
{
	struct elf_reader *r = arg;

	if (r->memory)
		munmap(r->memory, r->size);
	r->memory = NULL;
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

/* Read [offset, offset + size) of the file to its place in memory, where it is not already. */
static int fetch(struct elf_reader *r, uint64_t offset, uint64_t size)
{
	while (size && r->fd >= 0) {
		ssize_t got = pread(r->fd, r->memory + offset, size, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return refuse(r, "cannot-open", "cannot be read: %s", strerror(errno));
		if (!got)
			return refuse(r, "input-changed",
				      "it was cut short while it was read: run klp again when "
				      "nothing else changes it");
		offset += (uint64_t)got;
		size -= (uint64_t)got;
	}
	return 0;
}

/* Only its beginning is read at first, which says what it is. */
static int open_file(struct elf_reader *r)
{
	const char *path = r->elf->path;
	struct stat st;
	void *memory;

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

	memory = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		      -1, 0);
	if (memory == MAP_FAILED)
		arena_fail(r->elf->arena);
	r->memory = memory;
	r->image = memory;
	r->size = (uint64_t)st.st_size;
	infile_note(r->elf->arena, path, r->fd);
	return fetch(r, 0, r->size < sizeof(Elf64_Ehdr) ? r->size : sizeof(Elf64_Ehdr));
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
	return fetch(r, r->shoff, sizeof(Elf64_Shdr));
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
	return fetch(r, r->shoff, nr * sizeof(Elf64_Shdr));
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

/* A string table that is used: each offset below its size begins a terminated string. */
static int check_strtab(struct elf_reader *r, const struct elf_sec *sec)
{
	if (sec->type != SHT_STRTAB || sec->flags & SHF_COMPRESSED)
		return damaged_sec(r, sec, "section %u is used as a string table but is none",
				   sec->index);
	if (sec->size && sec->data[sec->size - 1])
		return damaged_sec(r, sec, "string table %u is not terminated", sec->index);
	return 0;
}

/* The string at offset, or NULL. */
static const char *string_at(const struct elf_sec *strtab, uint64_t offset)
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
	int err = check_strtab(r, strtab);

	for (i = 1; i < elf->nr_secs && !err; i++) {
		uint32_t offset = get_le32(shdr(r, i) + offsetof(Elf64_Shdr, sh_name));
		const char *name = string_at(strtab, offset);

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
	return sec->data ? fetch(r, (uint64_t)(sec->data - r->image), sec->size) : 0;
}

/*
 * What nobody asks a linked kernel for, and is most of a large one: debugging information,
 * and relocations that are applied already.
 */
static bool is_idle(const struct elf_sec *sec)
{
	return !(sec->flags & SHF_ALLOC) &&
	       (sec->type == SHT_RELA || !strncmp(sec->name, ".debug_", strlen(".debug_")));
}

/* Names, and the contents of all sections: those of an object in one go. */
static int read_contents(struct elf_reader *r)
{
	struct elf *elf = r->elf;
	uint32_t i;
	int err;

	if (elf->type == ET_REL)
		return fetch(r, 0, r->size) ?: name_sections(r);

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
					    strncmp(sec->name, ".debug_", strlen(".debug_")) != 0))
		return damaged_sec(
			r, sec, "section %u cannot be compressed: it is no debugging information",
			sec->index);
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
	err = read_contents(r);
	for (i = 1; i < elf->nr_secs && !err; i++)
		err = check_section(r, &all[i]);
	return err;
}

/* ---- symbols ---- */

/* Find the symbol table, and the table of its section numbers that 16 bits do not hold. */
static int find_symtab(struct elf_reader *r)
{
	struct elf *elf = r->elf;
	uint32_t i;

	for (i = 1; i < elf->nr_secs; i++) {
		if (elf->secs[i]->type != SHT_SYMTAB)
			continue;
		if (elf->symtab)
			return damaged_sec(r, elf->secs[i], "is a second symbol table");
		elf->symtab = i;
	}
	for (i = 1; i < elf->nr_secs; i++) {
		const struct elf_sec *sec = elf->secs[i];

		if (sec->type != SHT_SYMTAB_SHNDX ||
		    (elf->type != ET_REL && sec->link != elf->symtab))
			continue;
		if (!elf->symtab || sec->link != elf->symtab)
			return damaged_sec(r, sec, "belongs to no symbol table");
		if (r->shndx)
			return damaged_sec(r, sec,
					   "is a second table of the symbols' section numbers");
		if (sec->size / 4 != elf->secs[elf->symtab]->size / sizeof(Elf64_Sym) ||
		    sec->size % 4)
			return damaged_sec(r, sec, "has not one entry for each symbol");
		r->shndx = i;
	}
	return 0;
}

static int check_symtab(struct elf_reader *r, const struct elf_sec *symtab)
{
	uint64_t nr = symtab->size / sizeof(Elf64_Sym);

	if (symtab->entsize != sizeof(Elf64_Sym))
		return damaged_sec(r, symtab, "has symbols of %llu bytes instead of %zu",
				   (unsigned long long)symtab->entsize, sizeof(Elf64_Sym));
	if (symtab->size % sizeof(Elf64_Sym) || nr > UINT32_MAX)
		return damaged_sec(r, symtab, "does not hold a whole number of symbols");
	if (symtab->info > nr)
		return damaged_sec(r, symtab, "claims %u local symbols of %llu", symtab->info,
				   (unsigned long long)nr);
	return check_strtab(r, r->elf->secs[symtab->link]);
}

/* st_shndx to elf_sym.sec. */
static int resolve_shndx(struct elf_reader *r, struct elf_sym *sym, uint32_t index, uint16_t shndx)
{
	const struct elf *elf = r->elf;

	if (shndx == SHN_XINDEX && !r->shndx)
		return damaged_sym(
			r, sym, "symbol %u's section number is in a table that is missing", index);
	if (shndx == SHN_XINDEX)
		sym->sec = get_le32(elf->secs[r->shndx]->data + index * (size_t)4);
	else if (shndx >= SHN_LORESERVE)
		sym->sec = ELF_SEC_RESERVED | shndx;
	else
		sym->sec = shndx;

	if (shndx >= SHN_LORESERVE && shndx != SHN_XINDEX) {
		if (elf->type == ET_REL && sym->sec != ELF_SEC_ABS && sym->sec != ELF_SEC_COMMON &&
		    sym->sec != ELF_SEC_LIVEPATCH)
			return damaged_sym(r, sym, "symbol %u is in the reserved section %#x",
					   index, shndx);
		return 0;
	}
	if (sym->sec >= elf->nr_secs)
		return damaged_sym(r, sym, "symbol %u is in section %u, which does not exist",
				   index, sym->sec);
	return 0;
}

/* True for sections whose contents are written anew: nothing can be at a place in them. */
static bool is_table(const struct elf *elf, const struct elf_sec *sec)
{
	switch (sec->type) {
	case SHT_NULL:
	case SHT_SYMTAB:
	case SHT_SYMTAB_SHNDX:
	case SHT_RELA:
	case SHT_GROUP:
		return true;
	default:
		return sec->index == elf->shstrtab ||
		       (elf->symtab && sec->index == elf->secs[elf->symtab]->link);
	}
}

/*
 * In an object: a defined symbol lies in its section.  clang gives ".set mid, table + 8" the
 * size of table: no more than the rest of the section is meant.
 */
static int check_extent(struct elf_reader *r, struct elf_sym *sym, uint32_t index)
{
	const struct elf_sec *sec;

	if (r->elf->type != ET_REL || !elf_sym_in_sec(sym))
		return 0;
	sec = r->elf->secs[sym->sec];
	if (sym->value && sym->value <= sec->size && sym->size <= sec->size &&
	    sym->size > sec->size - sym->value) {
		sym->size = sec->size - sym->value;
		sym->overlong = true;
	}
	if (is_table(r->elf, sec) ? sym->value || sym->size
				  : sym->value > sec->size || sym->size > sec->size - sym->value)
		return diag_error(r->diag,
				  &(struct diag_where){ .object = r->elf->path,
							.section = sec->name,
							.symbol = sym->name },
				  "damaged-elf", "symbol %u lies outside its section", index);
	return 0;
}

static int read_sym(struct elf_reader *r, uint32_t index, const struct elf_sec *symtab)
{
	const uint8_t *s = symtab->data + index * sizeof(Elf64_Sym);
	struct elf *elf = r->elf;
	struct elf_sym *sym = &elf->syms[index];
	uint8_t info = s[offsetof(Elf64_Sym, st_info)];
	int err;

	sym->name = string_at(elf->secs[symtab->link], get_le32(s));
	if (!sym->name)
		return damaged_sec(r, symtab,
				   "the name of symbol %u lies outside its string table or is too "
				   "long",
				   index);
	/* It would forge a line of a list of names. */
	if (strchr(sym->name, '\n'))
		return damaged_sec(r, symtab, "the name of symbol %u has more than one line",
				   index);
	sym->type = ELF64_ST_TYPE(info);
	sym->bind = ELF64_ST_BIND(info);
	sym->other = s[offsetof(Elf64_Sym, st_other)];
	sym->value = get_le64(s + offsetof(Elf64_Sym, st_value));
	sym->size = get_le64(s + offsetof(Elf64_Sym, st_size));
	err = resolve_shndx(r, sym, index, get_le16(s + offsetof(Elf64_Sym, st_shndx)));
	if (err)
		return err;

	if (sym->type == STT_SECTION && elf_sym_in_sec(sym)) {
		struct elf_sec *sec = elf->secs[sym->sec];

		sym->name = sec->name;
		if (!sec->sym && !sym->value && sym->bind == STB_LOCAL)
			sec->sym = index;
	}
	return check_extent(r, sym, index);
}

static int read_symbols(struct elf_reader *r)
{
	struct elf *elf = r->elf;
	const struct elf_sec *symtab;
	uint64_t nr = 0;
	uint32_t i;
	int err = find_symtab(r);

	if (err)
		return err;
	symtab = elf->secs[elf->symtab];
	if (elf->symtab) {
		err = check_symtab(r, symtab);
		nr = symtab->size / sizeof(Elf64_Sym);
	}
	if (err)
		return err;

	elf->nr_syms = nr ? (uint32_t)nr : 1;
	elf->cap_syms = elf->nr_syms;
	elf->syms = arena_calloc(elf->arena, elf->nr_syms, sizeof(*elf->syms));
	elf->syms[0].name = "";
	for (i = 1; i < elf->nr_syms && !err; i++)
		err = read_sym(r, i, symtab);
	return err;
}

/* ---- relocations ---- */

static int check_rela(struct elf_reader *r, const struct elf_sec *sec)
{
	struct elf *elf = r->elf;
	const struct elf_sec *target;

	if (sec->entsize != sizeof(Elf64_Rela))
		return damaged_sec(r, sec, "has relocations of %llu bytes instead of %zu",
				   (unsigned long long)sec->entsize, sizeof(Elf64_Rela));
	if (sec->size % sizeof(Elf64_Rela))
		return damaged_sec(r, sec, "does not hold a whole number of relocations");
	if (!elf->symtab || sec->link != elf->symtab)
		return damaged_sec(r, sec, "is linked to section %u, which is not the symbol table",
				   sec->link);
	if (!sec->info || sec->info >= elf->nr_secs)
		return damaged_sec(r, sec, "applies to section %u, which does not exist",
				   sec->info);
	target = elf->secs[sec->info];
	if (is_table(elf, target) || (target->type == SHT_NOBITS && sec->size))
		return damaged_sec(r, sec, "applies to section %u (%s), which has no contents",
				   sec->info, target->name);
	if (target->rela && !(sec->flags & SHF_RELA_LIVEPATCH))
		return damaged_sec(r, sec, "is a second relocation section of section %u (%s)",
				   sec->info, target->name);
	return 0;
}

/* Merge two sorted runs that lie one behind the other. */
static void merge(struct elf_reloc *to, const struct elf_reloc *a, const struct elf_reloc *mid,
		  const struct elf_reloc *end)
{
	const struct elf_reloc *b = mid;

	while (a < mid || b < end)
		*to++ = b == end || (a < mid && a->offset <= b->offset) ? *a++ : *b++;
}

static bool is_sorted(const struct elf_reloc *relocs, size_t nr)
{
	size_t i;

	for (i = 1; i < nr; i++) {
		if (relocs[i].offset < relocs[i - 1].offset)
			return false;
	}
	return true;
}

/* Not qsort(), which is not stable. */
void elf_sort_relocs(struct arena *arena, struct elf_reloc *relocs, size_t nr)
{
	struct elf_reloc *from = relocs, *to, *swap;
	size_t width, i;

	if (is_sorted(relocs, nr))
		return;
	to = arena_calloc(arena, nr, sizeof(*to));
	for (width = 1; width < nr; width *= 2) {
		for (i = 0; i < nr; i += 2 * width) {
			size_t mid = width < nr - i ? i + width : nr;
			size_t end = width < nr - mid ? mid + width : nr;

			merge(to + i, from + i, from + mid, from + end);
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != relocs)
		memcpy(relocs, from, nr * sizeof(*relocs));
}

size_t elf_first_reloc(const struct elf_sec *rela, uint64_t offset)
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

_Static_assert(sizeof(struct elf_reloc) == sizeof(Elf64_Rela), "relocations stay in place");

/*
 * Those of a kernel are millions: where they lie in our own memory and the host has the file's
 * byte order, they are used where they are.  Otherwise they are copied.
 */
static void place_relocs(struct elf_reader *r, struct elf_sec *sec)
{
	const uint8_t *p = sec->data;
	size_t i;

	sec->nr_relocs = sec->size / sizeof(Elf64_Rela);
	if (!sec->nr_relocs)
		return;
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && r->memory &&
	    (uintptr_t)p % _Alignof(struct elf_reloc) == 0) {
		sec->relocs = (struct elf_reloc *)(r->memory + (p - r->image));
		return;
	}
	sec->cap_relocs = sec->nr_relocs;
	sec->relocs = arena_calloc(r->elf->arena, sec->nr_relocs, sizeof(*sec->relocs));
	for (i = 0; i < sec->nr_relocs; i++, p += sizeof(Elf64_Rela))
		sec->relocs[i] = (struct elf_reloc){
			.offset = get_le64(p),
			.type = get_le32(p + 8),
			.sym = get_le32(p + 12),
			.addend = (int64_t)get_le64(p + 16),
		};
}

static int read_relocs(struct elf_reader *r, struct elf_sec *sec)
{
	struct elf *elf = r->elf;
	const struct elf_sec *target = elf->secs[sec->info];
	size_t i;

	place_relocs(r, sec);
	for (i = 0; i < sec->nr_relocs; i++) {
		const struct elf_reloc *reloc = &sec->relocs[i];

		if (reloc->offset >= target->size)
			return damaged_sec(r, sec, "relocation %zu lies outside section %s", i,
					   target->name);
		if (reloc->sym >= elf->nr_syms)
			return damaged_sec(
				r, sec, "relocation %zu refers to symbol %u, which does not exist",
				i, reloc->sym);
	}
	elf_sort_relocs(elf->arena, sec->relocs, sec->nr_relocs);
	return 0;
}

static int refuse_other_relocs(struct elf_reader *r, const struct elf_sec *sec)
{
	if (sec->type == SHT_REL)
		return refuse_sec(r, sec, "rel",
				  "holds relocations without addends (SHT_REL), which are not "
				  "supported on 64-bit machines");
	if (sec->type == SHT_CREL)
		return refuse_sec(r, sec, "crel",
				  "holds compact relocations (SHT_CREL), which are not supported: "
				  "build without -Wa,--crel");
	return 0;
}

static int read_all_relocs(struct elf_reader *r)
{
	struct elf *elf = r->elf;
	uint32_t i;
	int err = 0;

	/* Those of linked files apply to addresses and are of no use here. */
	if (elf->type != ET_REL)
		return 0;
	for (i = 1; i < elf->nr_secs && !err; i++) {
		struct elf_sec *sec = elf->secs[i];

		err = refuse_other_relocs(r, sec);
		if (err || sec->type != SHT_RELA)
			continue;
		err = check_rela(r, sec);
		if (err)
			break;
		if (!(sec->flags & SHF_RELA_LIVEPATCH))
			elf->secs[sec->info]->rela = sec;
		err = read_relocs(r, sec);
	}
	return err;
}

/* ---- groups ---- */

static int read_group(struct elf_reader *r, struct elf_sec *group)
{
	struct elf *elf = r->elf;
	uint64_t at;

	if (!elf->symtab || group->link != elf->symtab || !group->info ||
	    group->info >= elf->nr_syms)
		return damaged_sec(r, group, "section group %u has no signature symbol",
				   group->index);
	if (group->size < 4 || group->size % 4)
		return damaged_sec(r, group, "section group %u has a bad size", group->index);
	for (at = 4; at < group->size; at += 4) {
		uint32_t index = get_le32(group->data + at);
		struct elf_sec *sec;

		if (!index || index >= elf->nr_secs)
			return damaged_sec(r, group,
					   "section group %u has the member %u, "
					   "which does not exist",
					   group->index, index);
		sec = elf->secs[index];
		if (sec->group || sec->type == SHT_GROUP || index == elf->symtab)
			return damaged_sec(
				r, group,
				"section group %u cannot have section %u (%s) as a member",
				group->index, index, sec->name);
		sec->group = group;
	}
	return 0;
}

static int read_groups(struct elf_reader *r)
{
	struct elf *elf = r->elf;
	uint32_t i;
	int err = 0;

	for (i = 1; i < elf->nr_secs && elf->type == ET_REL && !err; i++) {
		if (elf->secs[i]->type == SHT_GROUP)
			err = read_group(r, elf->secs[i]);
	}
	return err;
}

/* ---- the whole ---- */

static int read_elf(struct elf_reader *r, enum elf_want want)
{
	int err;

	err = r->image ? 0 : open_file(r);
	err = err ?: check_ident(r);
	err = err ?: read_ehdr(r, want);
	err = err ?: count_sections(r);
	/* Names and extents of sections hold from here on. */
	err = err ?: read_sections(r);
	err = err ?: elf_find_packed(r);
	err = err ?: read_symbols(r);
	/* So do symbols. */
	err = err ?: read_all_relocs(r);
	err = err ?: read_groups(r);
	return err;
}

int elf_open_bytes(struct elf **out, const struct bytes *bytes, const char *path,
		   enum elf_want want, struct arena *arena, struct diag *diag)
{
	struct elf_reader *r = arena_alloc(arena, sizeof(*r));
	int err;

	r->elf = arena_alloc(arena, sizeof(*r->elf));
	r->elf->arena = arena;
	r->elf->names = elf_names_new(arena);
	r->elf->path = arena_strdup(arena, path);
	r->diag = diag;
	r->fd = -1;
	r->image = bytes->data;
	r->size = bytes->size;
	arena_defer(arena, release_reader, r);

	err = read_elf(r, want);
	/* What was read stays; a run may have many files. */
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	if (!err)
		*out = r->elf;
	return err;
}

int elf_open(struct elf **out, const char *path, enum elf_want want, struct arena *arena,
	     struct diag *diag)
{
	return elf_open_bytes(out, &(struct bytes){ NULL, 0 }, path, want, arena, diag);
}

/* ---- sections by name ---- */

struct elf_names *elf_names_new(struct arena *arena)
{
	struct elf_names *names = arena_alloc(arena, sizeof(*names));

	map_init(&names->map, arena);
	return names;
}

/* With a section for each function there are tens of thousands: no search goes over them. */
struct elf_sec *elf_find_sec(const struct elf *elf, const char *name)
{
	struct elf_names *names = elf->names;
	const struct map_entry *e;

	for (; names->nr < elf->nr_secs; names->nr++)
		if (names->nr)
			map_add_str(&names->map, elf->secs[names->nr]->name, names->nr);
	e = map_find_str(&names->map, name);
	return e ? elf->secs[e->value] : NULL;
}

const char *elf_next_string(const struct elf_sec *sec, uint64_t *at)
{
	const char *s = sec && sec->data && *at < sec->size ? (const char *)sec->data + *at : NULL;
	const char *end = s ? memchr(s, 0, sec->size - *at) : NULL;

	if (!end)
		return NULL;
	*at += (uint64_t)(end - s) + 1;
	return s;
}

const char *elf_modinfo(const struct elf *elf, const char *key, uint64_t *at)
{
	const struct elf_sec *sec = elf_find_sec(elf, ".modinfo");
	const char *s;

	while ((s = elf_next_string(sec, at)))
		if (starts_with(s, key))
			return s + strlen(key);
	return NULL;
}
