/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What diff/position/kernel-code.c (pieces of orig beside the kernel's bytes) and diff/position/kernel-dest.c
 * (places in the kernel's file) share.
 */
#ifndef KLP_KERNEL_CODE_PRIVATE_H
#define KLP_KERNEL_CODE_PRIVATE_H

#include <klp/diff.h>

struct side {
	const uint8_t *bytes;
	uint64_t size, at;
	struct insn insn;
	uint8_t len;
};

/* A function's instructions there and here, in step. */
struct kernel_walk {
	struct diff *d;
	const struct object *obj;
	const struct arch *arch;
	const struct piece *p;
	const struct elf *kelf;
	const struct elf_sec *ksec;
	uint64_t koff;	  /* of the symbol in ksec */
	struct side a, b; /* orig's, the kernel's */
	uint32_t ref;	  /* the first at or behind a.at, among the piece's */
	bool in_table;
	bool unknown; /* they part in what cannot be compared */
};

/* Linkers rewrite such instructions, not only a field of them. */
static inline bool is_rewritten(const struct arch *arch, const struct arch_reloc *row)
{
	return row->flags & (RELOC_GOT | RELOC_TOC) ||
	       (arch->insn_align > 1 && row->flags & RELOC_PAIR);
}

/* ---- diff/position/kernel-dest.c ---- */
/* The contents behind a symbol of the kernel's file, from *off of their section on; or NULL. */
const struct elf_sec *kernel_contents(const struct kernel_file *k, const struct kernel_sym *s,
				      uint64_t *off);
/* Where the kernel's instruction at w->b, or word of data, leads by what is r at w->a. */
bool kernel_dest(const struct kernel_walk *w, const struct ref *r, uint64_t *dest);

#endif
