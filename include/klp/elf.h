/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generic ELF reader and writer (elf.c, elf/).
 *
 * One model serves both: elf_open() fills it from a file, elf_new() makes an
 * empty one, elf_write() writes any of them.  Only 64-bit little-endian
 * relocatable objects (ET_REL: .o and .ko) and, read-only, linked kernels
 * (ET_EXEC, ET_DYN) exist here.
 *
 * What elf_open() has accepted is consistent, and nothing checks it again:
 *  - every index (symbol, section, link, info) is in range,
 *  - every name is NUL-terminated inside its string table,
 *  - every section's contents lie inside the file; data is NULL only for
 *    SHT_NOBITS and empty sections,
 *  - in ET_REL, a defined symbol's value + size is <= the size of its section, and
 *    each relocation's offset is < the size of the section it applies to,
 *    (That the whole relocated field lies inside is for the one who knows the type's
 *    width: the architecture table.)
 *  - no two sections share bytes of the file, alignments are powers of two and at
 *    most ELF_MAX_ALIGN, names are at most ELF_MAX_NAME bytes long, so that work
 *    and output are in proportion to the file.
 *
 * Relocations of linked kernels (ET_EXEC, ET_DYN) are not read, and their symbols' values are
 * addresses.
 *
 * Sections, symbols and relocations are kept in the file's order.
 */
#ifndef KLP_ELF_H
#define KLP_ELF_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct bytes;
struct diag;

/*
 * A symbol's section: an index into elf->secs (0: undefined), or one of these.  Real section
 * numbers may be above 0xff00 (SHT_SYMTAB_SHNDX), so the reserved ones are moved out of their way.
 */
#define ELF_SEC_RESERVED 0xffff0000u
#define ELF_SEC_UNDEF	 0u
#define ELF_SEC_ABS	 (ELF_SEC_RESERVED | SHN_ABS)
#define ELF_SEC_COMMON	 (ELF_SEC_RESERVED | SHN_COMMON)
#define ELF_SEC_LIVEPATCH (ELF_SEC_RESERVED | 0xff20u)	/* include/uapi/linux/elf.h */

#define ELF_MAX_ALIGN	 ((uint64_t)1 << 24)
#define ELF_MAX_NAME	 8192

#ifndef SHF_RELA_LIVEPATCH
#define SHF_RELA_LIVEPATCH 0x00100000			/* include/linux/elf.h of the kernel */
#endif

/* As Elf64_Rela in a little-endian file, so that those of an object can stay where they are. */
struct elf_reloc {
	uint64_t offset;	/* in the section it applies to */
	uint32_t type;
	uint32_t sym;		/* index into elf->syms; 0: none */
	int64_t addend;
};

struct elf_sym {
	const char *name;	/* "" if it has none; a section symbol's is its section's name */
	uint64_t value;
	uint64_t size;
	uint32_t sec;		/* see ELF_SEC_* */
	uint8_t type;		/* STT_* */
	uint8_t bind;		/* STB_* */
	uint8_t other;		/* st_other, whole */
	bool dropped;		/* elf_write() leaves it out; no relocation may name it */
	bool overlong;		/* in the file, its size reaches over the section's end */
};

struct elf_sec {
	const char *name;
	uint32_t index;		/* in elf->secs */
	uint32_t type;
	uint64_t flags;
	uint64_t addr;
	uint64_t size;
	uint64_t align;		/* sh_addralign, at least 1 */
	uint64_t entsize;
	/* As in the file: indices into elf->secs (info: for SHT_RELA), symbols (SHT_GROUP). */
	uint32_t link;
	uint32_t info;
	const uint8_t *data; /* size bytes; NULL if SHT_NOBITS, empty, or packed (elf_unpack()) */
	/* SHF_COMPRESSED (not in flags) in the file: what is written while data stays as it is. */
	const uint8_t *packed;
	uint64_t packed_size;
	bool dropped;		/* elf_write() leaves it out */

	/* A section that relocations apply to: its ordinary SHT_RELA section, or NULL. */
	struct elf_sec *rela;
	/* A SHT_RELA section: what it holds, sorted by offset (stable). */
	struct elf_reloc *relocs;
	size_t nr_relocs;

	struct elf_sec *group;	/* the SHT_GROUP it is a member of, or NULL */
	uint32_t sym;		/* its section symbol, or 0 (new binutils omit unused ones) */

	size_t cap_data, cap_relocs;	/* of growing sections */
};

struct elf_names;

struct elf {
	struct arena *arena;
	const char *path;	/* as given by the user; NULL for a new one */
	uint16_t type;		/* ET_REL, … */
	uint16_t machine;
	uint8_t osabi, abiversion;
	uint32_t flags;		/* e_flags */

	struct elf_sec **secs;	/* secs[0] is the null section */
	uint32_t nr_secs;
	struct elf_sym *syms;	/* syms[0] is the null symbol */
	uint32_t nr_syms;
	uint32_t symtab;	/* index of the SHT_SYMTAB section, 0 if there is none */
	uint32_t shstrtab;	/* index of the section names' SHT_STRTAB (may be symtab's), or 0 */

	size_t cap_secs, cap_syms;
	uint64_t may_unpack;	/* bytes that elf_unpack() still gives */
	struct elf_names *names;	/* of sections, for elf_find_sec() */
};

/* ---- reading ---- */

enum elf_want {
	ELF_WANT_REL,		/* ET_REL only; no program headers */
	ELF_WANT_ANY,		/* linked kernels too */
};

/*
 * Read, validate and index the file at path.  The mapping and everything in
 * *out belong to the arena.  Returns 0, or a negative code with one error
 * recorded in diag (with path as its object).
 */
int elf_open(struct elf **out, const char *path, enum elf_want want, struct arena *arena,
	     struct diag *diag);

/* The same of a file's bytes, which stay where they are; path is only its name. */
int elf_open_bytes(struct elf **out, const struct bytes *bytes, const char *path,
		   enum elf_want want, struct arena *arena, struct diag *diag);

/*
 * An object that was read, once more for the file at path, if that holds the same bytes; otherwise
 * NULL.  Of both it is true then that they must not change while they are read.
 */
struct elf *elf_open_same(const struct elf *like, const char *path);

/* The first section of that name, or NULL.  Linear: for the few look-ups of a run. */
struct elf_sec *elf_find_sec(const struct elf *elf, const char *name);
/* The only one of that name, or NULL. */
struct elf_sec *elf_only_sec(const struct elf *elf, const char *name);

/* The first relocation of rela (NULL: none) at or behind offset: an index, up to its number. */
size_t elf_first_reloc(const struct elf_sec *rela, uint64_t offset);
/* By offset; those of one offset stay in their order. */
void elf_sort_relocs(struct arena *arena, struct elf_reloc *relocs, size_t nr);

/* ---- going over what there is ---- */

/* The section behind sec, if that is not the last one to go over; NULL: there is none. */
static inline struct elf_sec *elf_next_sec(const struct elf *elf, const struct elf_sec *sec,
					   const struct elf_sec *last)
{
	return sec == last ? NULL : elf->secs[sec->index + 1];
}

/*
 * All sections but the null one; those that are added meanwhile are not gone over.  The table may
 * move then: it is asked anew each time.
 */
#define for_each_sec(elf, sec)                                                                   \
	for (struct elf_sec *sec,                                                                \
	     *const sec##_last = (elf)->nr_secs ? (elf)->secs[(elf)->nr_secs - 1] : NULL,        \
		    *sec##_at = sec##_last ? elf_next_sec(elf, (elf)->secs[0], sec##_last) : NULL; \
	     (sec = sec##_at) != NULL; sec##_at = elf_next_sec(elf, sec##_at, sec##_last))

/* All symbols but the null one; none may be added meanwhile. */
#define for_each_sym(elf, sym)                                                               \
	for (struct elf_sym *sym = (elf)->syms + 1,                                          \
			    *const sym##_end = (elf)->syms + (elf)->nr_syms;                 \
	     sym < sym##_end; sym++)

/* The relocations that rela (NULL: none) holds, from an index on; none may be added meanwhile. */
#define for_each_reloc_from(rela, from, r)                                                   \
	for (struct elf_reloc *r = elf_reloc(rela, from),                                    \
			      *const r##_end = r ? (rela)->relocs + (rela)->nr_relocs : NULL; \
	     r < r##_end; r++)
#define for_each_reloc(rela, r) for_each_reloc_from(rela, 0, r)

/* The relocation of that index, up to the number of them; NULL: there are none. */
static inline struct elf_reloc *elf_reloc(const struct elf_sec *rela, size_t index)
{
	return rela && rela->nr_relocs ? rela->relocs + index : NULL;
}

/* True if sym is defined in a section of elf (not undefined, absolute, common, livepatch). */
static inline bool elf_sym_in_sec(const struct elf_sym *sym)
{
	return sym->sec != ELF_SEC_UNDEF && sym->sec < ELF_SEC_RESERVED;
}

/* Little-endian loads and stores, unaligned; the same on every host. */
static inline uint16_t get_le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t get_le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t get_le64(const uint8_t *p)
{
	return get_le32(p) | (uint64_t)get_le32(p + 4) << 32;
}

static inline void put_le32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16);
	p[3] = (uint8_t)(v >> 24);
}

static inline void put_le64(uint8_t *p, uint64_t v)
{
	put_le32(p, (uint32_t)v);
	put_le32(p + 4, (uint32_t)(v >> 32));
}

/* ---- making and writing ---- */

/* An empty ET_REL object of like's machine, ABI and flags (null section and null symbol only). */
struct elf *elf_new(const struct elf *like, struct arena *arena);

/* Append a section.  name is kept, not copied.  Its index is final. */
struct elf_sec *elf_add_sec(struct elf *elf, const char *name, uint32_t type, uint64_t flags,
			    uint64_t align, uint64_t entsize);

/* Where size bytes are appended at the next multiple of align; *end moves behind them. */
uint64_t elf_place(struct arena *arena, uint64_t *end, uint64_t size, uint64_t align);

/*
 * Append size bytes at the next multiple of align, raise the section's
 * alignment to it, and return their offset.  bytes NULL: zeroes (for SHT_NOBITS
 * only the size grows).  Gaps are filled with fill.
 */
uint64_t elf_add_data(struct elf *elf, struct elf_sec *sec, const void *bytes, uint64_t size,
		      uint64_t align, uint8_t fill);

/* Writable contents of a section made by elf_add_data(), or a private copy of a read one's. */
uint8_t *elf_writable(struct elf *elf, struct elf_sec *sec);

/*
 * The contents of a section that may be packed: true if sec->data has them now, false if they are
 * damaged, packed in a way that is not zlib's, or more than the file's size lets expect.
 */
bool elf_unpack(struct elf *elf, struct elf_sec *sec);

/* Append a symbol; returns its index (valid until written; elf_write() orders locals first). */
uint32_t elf_add_sym(struct elf *elf, const struct elf_sym *sym);

/* The section symbol of sec, made if it is missing. */
uint32_t elf_sec_sym(struct elf *elf, struct elf_sec *sec);

/*
 * Append a relocation to sec's ordinary SHT_RELA section, which is made (named
 * ".rela" + name) when missing.
 */
void elf_add_reloc(struct elf *elf, struct elf_sec *sec, uint64_t offset, uint32_t type,
		   uint32_t sym, int64_t addend);

/* Append a relocation to that SHT_RELA section itself (livepatch relocation sections). */
void elf_add_rela(struct elf *elf, struct elf_sec *rela, const struct elf_reloc *reloc);

/*
 * Write elf to path: into a temporary file in the same directory, renamed when
 * it is complete and without errors.  On failure nothing is left behind, an
 * existing file is untouched, and one error is recorded in diag.
 *
 * Kept: the order of sections and, within locals and within the others, of
 * symbols; every symbol's value, size, info and other; contents and alignment.
 * Made anew: string and symbol tables, SHT_SYMTAB_SHNDX, relocation sections;
 * section and symbol numbers in headers, groups and relocations follow what was
 * dropped and added.  SHT_RELA sections are written sorted by offset; an empty
 * one, and one whose target is dropped, is left out.  So are symbols of dropped
 * sections, SHF_LINK_ORDER sections linked to one, groups of nothing but those,
 * and LLVM's tables of symbol numbers when a number changes; it is an error if
 * a relocation, or the signature of a group that stays, names a symbol that
 * does not.  Strings are shared only when they are equal.
 *
 * The mode of an existing file is kept; a symbolic link stays one and the file
 * that it names is written; a character device is written through.
 */
int elf_write(struct elf *elf, const char *path, struct diag *diag);

/*
 * The same, but the file gets its name only when the caller says so: outfile_commit() or
 * outfile_abandon() of *out, which lives in the arena of elf.
 */
struct outfile;
int elf_write_begin(struct elf *elf, const char *path, struct outfile **out, struct diag *diag);

/* The next string of a section, from *at on, which moves behind it.  NULL: none that ends there. */
const char *elf_next_string(const struct elf_sec *sec, uint64_t *at);
/* The next string of .modinfo that begins with key, likewise: what stands behind key. */
const char *elf_modinfo(const struct elf *elf, const char *key, uint64_t *at);

#endif
