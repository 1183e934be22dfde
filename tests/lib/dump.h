/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of dump share; dump.c says what it is for.
 */
#ifndef TESTS_DUMP_H
#define TESTS_DUMP_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>

#define RELOCS_PREFIX	 "__klp_relocs."
#define SYM_PREFIX	 ".klp.sym."
#define TOMBSTONE_PREFIX ".klp.tombstone."

/* An entry of __klp_relocs.<object>. */
struct klp_reloc {
	uint32_t sec;
	uint64_t offset;
	uint32_t type, sym;
	int64_t addend;
	const char *object;
	bool used;
};

struct dump {
	struct elf *elf;
	const struct arch *arch;
	struct arena arena;
	struct diag diag;
	char **sizes; /* TABLE=SIZE arguments */
	int nr_sizes;
	struct klp_reloc *klp;
	size_t nr_klp, cap_klp;
	int **bias; /* per section, per relocation: bytes to the instruction's end */
	int wrong;
};

/* Print what no output may have. */
#define wrong(d, ...)                 \
	do {                          \
		printf("! ");         \
		printf(__VA_ARGS__);  \
		printf("\n");         \
		(d)->wrong++;         \
	} while (0)

static inline bool starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* ---- dump-names.c: what stands where, and what relocations lead to ---- */
/* The symbol names a place in that section. */
bool names_place(const struct elf_sym *sym, uint32_t sec);
/* The symbol that says best what stands at off; at the same distance, a global or earlier one. */
const struct elf_sym *symbol_at(const struct dump *d, uint32_t sec, uint64_t off);
/* The string there, as C writes it. */
const char *quoted(struct dump *d, const struct elf_sec *sec, uint64_t off);
/* What the dump calls the place. */
const char *place_name(struct dump *d, uint32_t secndx, int64_t off);
/* How far each PC-relative field is from the end of its instruction; before target_name(). */
void find_bias(struct dump *d, const struct elf_sec *sec);
/* What relocation k of sec leads to. */
const char *target_name(struct dump *d, const struct elf_sec *sec, size_t k);

/* ---- dump-contents.c: the bytes of sections ---- */
/* [start, end) as words of the given size, relocated fields by their destination. */
void print_words(struct dump *d, const struct elf_sec *sec, uint64_t start, uint64_t end,
		 unsigned int word);
void print_contents(struct dump *d, const struct elf_sec *sec);

/* ---- dump-klp.c: what makes it a livepatch ---- */
void read_klp_relocs(struct dump *d, const struct elf_sec *sec);
/* Each livepatch relocation has an ordinary one to its tombstone, and each tombstone has one. */
void check_klp_relocs(struct dump *d);
/* The livepatch relocation of that place, or NULL. */
struct klp_reloc *klp_at(struct dump *d, uint32_t sec, uint64_t offset);
/* vmlinux of ".klp.sym.vmlinux.f,0", or NULL. */
const char *klp_object_of(struct dump *d, const char *sym);
void print_klp_object(struct dump *d);
void print_modinfo(const struct dump *d);

#endif
