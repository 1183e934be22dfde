/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What elf/number.c (what stays and under which number), elf/contents.c (the tables
 * made anew) and elf/write.c (the file) share.
 *
 * The model is only read (its relocations are sorted); numbers of the output are in
 * struct writer.
 */
#ifndef KLP_ELF_WRITE_H
#define KLP_ELF_WRITE_H

#include <klp/hash.h>
#include <klp/outfile.h>

#include "internal.h"

struct strtab {
	struct map map;
	uint64_t size;
	uint8_t *data;
};

/* A section of the output. */
struct out_sec {
	const struct elf_sec *sec; /* NULL: not in the model */
	const char *name;
	Elf64_Shdr h;
	const void *data;
};

struct writer {
	struct elf *elf;
	struct arena *arena;
	struct diag *diag;
	const char *path;

	bool *gone;	  /* of each section of the model */
	uint32_t *sec_no; /* its number in the output, 0 if it is gone */
	uint32_t *sym_no; /* the same of symbols */
	uint32_t *syms;	  /* the other way round */
	bool moved;	  /* some symbol's number is not the same */
	uint32_t nr_syms, nr_locals;

	struct out_sec *secs;
	uint32_t nr_secs;
	uint32_t symtab, strtab, shstrtab, shndx; /* numbers in the output; shndx may be 0 */
	uint64_t shoff;

	struct strtab names, sec_names; /* of symbols; of sections, unless shared */
	struct outfile out;
	Elf *libelf;
};

#define broken(w, sec, sym, ...)                                                               \
	diag_error((w)->diag,                                                                  \
		   &(struct diag_where){ .object = (w)->path, .section = sec, .symbol = sym }, \
		   "cannot-write-elf", __VA_ARGS__)

/* ---- elf/number.c ---- */
/* Decide what stays; then every section and symbol of the output has its number. */
void elf_number(struct writer *w);

/* ---- elf/contents.c ---- */
/* Headers and contents of every section; 0, or a negative code with an error in w->diag. */
int elf_make_contents(struct writer *w);

#endif
