/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the ELF reader and writer (elf.c, elf/) share.
 */
#ifndef ELF_INTERNAL_H
#define ELF_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/hash.h>

/* An open file; what is in it is released with the arena. */
struct elf_reader {
	struct elf *elf;
	struct diag *diag;
	int fd;
	uint8_t *memory;      /* what was read of the file */
	const uint8_t *image; /* the same */
	uint64_t size;

	uint64_t shoff;
	uint64_t used;	/* bytes of the file that sections occupy */
	uint32_t shndx; /* the symbol table's SHT_SYMTAB_SHNDX section, or 0 */
};

#define refuse(r, code, ...) \
	diag_error((r)->diag, &(struct diag_where){ .object = (r)->elf->path }, code, __VA_ARGS__)

#define damaged(r, ...) refuse(r, "damaged-elf", __VA_ARGS__)

#define refuse_sec(r, sec, code, ...)                                                              \
	diag_error((r)->diag,                                                                      \
		   &(struct diag_where){ .object = (r)->elf->path, .section = (sec)->name }, code, \
		   __VA_ARGS__)

#define damaged_sec(r, sec, ...) refuse_sec(r, sec, "damaged-elf", __VA_ARGS__)

#define damaged_sym(r, sym, ...)                                                            \
	diag_error((r)->diag,                                                               \
		   &(struct diag_where){ .object = (r)->elf->path, .symbol = (sym)->name }, \
		   "damaged-elf", __VA_ARGS__)

/* Section names that elf_find_sec() has seen: the first nr. */
struct elf_names {
	struct map map; /* to the section's index */
	uint32_t nr;
};

struct elf_names *elf_names_new(struct arena *arena);

/* ---- the file: elf/file.c, elf/header.c ---- */
int elf_open_file(struct elf_reader *r);
/* For arena_defer(): r. */
void elf_release_file(void *arg);
/* True if [offset, offset + size) lies in the file. */
bool elf_in_file(const struct elf_reader *r, uint64_t offset, uint64_t size);
/* Read [offset, offset + size) of the file to its place in memory, where it is not already. */
int elf_fetch(struct elf_reader *r, uint64_t offset, uint64_t size);
int elf_read_header(struct elf_reader *r, enum elf_want want);

/* ---- what is in it, in this order ---- */
int elf_read_sections(struct elf_reader *r);
int elf_read_symbols(struct elf_reader *r);
int elf_read_relocs(struct elf_reader *r);
int elf_read_groups(struct elf_reader *r);

/* A string table that is used: each offset below its size begins a terminated string. */
int elf_check_strtab(struct elf_reader *r, const struct elf_sec *sec);
/* The string at offset, or NULL. */
const char *elf_string_at(const struct elf_sec *strtab, uint64_t offset);
/* True for sections whose contents are written anew: nothing can be at a place in them. */
bool elf_is_table(const struct elf *elf, const struct elf_sec *sec);

/* Compressed sections get the size and alignment that they have once unpacked. */
int elf_find_packed(struct elf_reader *r);

#endif
