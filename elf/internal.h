/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the ELF reader and writer (elf.c, elf/) share with each other; and with
 * util/text-write.c where a written file goes, with nobody else.
 */
#ifndef ELF_INTERNAL_H
#define ELF_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include <libelf.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>

/* An open file; what is in it is released with the arena. */
struct elf_reader {
	struct elf *elf;
	struct diag *diag;
	int fd;
	Elf *libelf; /* only if a section is compressed */
	void *map;
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

/* A string table that is used: each offset below its size begins a terminated string. */
int elf_check_strtab(struct elf_reader *r, const struct elf_sec *sec);

/* The string at offset, or NULL. */
const char *elf_string(const struct elf_sec *strtab, uint64_t offset);

/* elf/compressed.c: the contents of compressed sections become what they were. */
int elf_decompress(struct elf_reader *r);

/* elf/tables.c, called in this order */
int elf_read_symbols(struct elf_reader *r);
int elf_read_relocs(struct elf_reader *r);
int elf_read_groups(struct elf_reader *r);

/* By offset; those of one offset stay in their order. */
void elf_sort_relocs(struct arena *arena, struct elf_reloc *relocs, size_t nr);

/* Where a written object goes (util/elf-output.c). */
struct elf_output {
	const char *path;   /* as given by the user */
	const char *target; /* what it names, symbolic links followed */
	char *temp;	    /* exists, until it is renamed */
	int fd;		    /* where libelf writes */
	int device;	    /* where its contents go then, or -1 */
	Elf *libelf;
	struct diag *diag;
};

/*
 * Open path for writing at out->fd.  *out must live as long as the arena, which
 * removes what was begun and not finished.
 */
int elf_output_open(struct elf_output *out, const char *path, struct arena *arena,
		    struct diag *diag);

/* Write out->libelf, and let the file take its name; or remove it. */
int elf_output_finish(struct elf_output *out);

/* The same with size bytes that are no ELF file: lists of symbols (util/text-write.c). */
int elf_output_bytes(struct elf_output *out, const void *data, size_t size);

void elf_output_abandon(struct elf_output *out);

#endif
