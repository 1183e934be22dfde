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

/* Compressed sections get the size and alignment that they have once unpacked. */
int elf_find_packed(struct elf_reader *r);

/* By offset; those of one offset stay in their order. */
void elf_sort_relocs(struct arena *arena, struct elf_reloc *relocs, size_t nr);

#endif
