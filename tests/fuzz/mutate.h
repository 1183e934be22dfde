/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Damages to an object, one at a time, of which is known what they were.
 */
#ifndef MUTATE_H
#define MUTATE_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kind {
	SEC_NAME, SEC_TYPE, SEC_FLAGS, SEC_SIZE, SEC_ALIGN, SEC_INFO, SEC_LINK, SEC_ENTSIZE,
	SYM_NAME, SYM_VALUE, SYM_SIZE, SYM_BIND, SYM_TYPE, SYM_OTHER, SYM_SECTION,
	REL_OFFSET, REL_TYPE, REL_SYM, REL_ADDEND, REL_DROP, REL_SWAP,
	TABLE_DROP, TABLE_SWAP, CODE, DATA, STRING, KLP_NAME, KLP_POS, MACHINE_FLAGS,
	NR_KINDS,
};

extern const char *const kind_names[NR_KINDS];

struct file {
	uint8_t *bytes, *good;
	size_t size;
	Elf64_Ehdr *ehdr;
	Elf64_Shdr *shdrs;
	Elf64_Sym *syms;
	size_t nr_secs, nr_syms;
	char *strtab;
	size_t strtab_size;
	const char *shstrtab;
	bool kernel;	/* the linked kernel is there, too */
};

/* What was damaged; text says it for people. */
struct damage {
	enum kind kind;
	Elf64_Shdr *sec;	/* of a header; what relocations or bytes are in */
	Elf64_Sym *sym;
	Elf64_Rela *rel, *other;
	uint64_t at;		/* of a byte, in the section */
	char text[512];
};

/* Find f's tables in f->bytes. */
void index_file(struct file *f);
/* As good has them. */
const char *sec_name(const struct file *f, const Elf64_Shdr *s);
const char *sym_name(const struct file *f, const Elf64_Sym *s);
/* The section of relocations that applies to s, NULL: none. */
Elf64_Shdr *rela_of(const struct file *f, const Elf64_Shdr *s);

void seed_damages(uint64_t seed);
/* Damage f->bytes in a way of that kind; false if there is nothing of it. */
bool make_damage(const struct file *f, enum kind kind, struct damage *d);
enum kind any_kind(void);

/* ---- mutate-harmless.c ---- */
/* Why the damage changes nothing that the linker or the kernel does; NULL: it does. */
const char *why_harmless(const struct file *f, const struct damage *d);

#endif
